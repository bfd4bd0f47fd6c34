import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { HoldfastError } from '../contract/errors';
import {
  type Environment,
  type LogLevel,
  logLevel,
  postgresUrl,
  problemInWords,
  taskQueueName,
  unusable,
  wholeNumber,
  withoutEmpty,
} from '../domain/environment';
import { parseWebhookSecrets, parseWebhookUrl, type WebhookOptions } from '../providers/webhook/target';

export type WorkerRole = 'all' | 'workflows' | 'generation';

export interface WorkerConfig {
  /** The serving connection: it may call the ledger's functions and read its views. */
  databaseUrl: string;
  /** Which task queues this process serves. */
  role: WorkerRole;
  taskQueue: string;
  generationTaskQueue: string;
  healthPort?: number;
  logLevel: LogLevel;
  /** `stub`: packs are sold without money, for development. Otherwise only a provider that is handed over sells any. */
  payments?: 'stub';
  /** Where notices go; without it they are written to the log. */
  webhook?: WebhookOptions;
  /** Where the stub providers write their files. */
  outputDir: string;
  /** How long running activities may go on after the process was asked to stop. */
  shutdownGraceSeconds: number;
  /** After this long an open reservation is looked at by reconciliation; it doesn't end by that. */
  holdSeconds: number;
  reconcileIntervalSeconds: number;
  maxConcurrentGenerations: number;
  temporal: ClientConnectConfig;
}

const A_DAY_SECONDS = 86_400;

const variables = z.object({
  DATABASE_URL: postgresUrl,
  // Known, because one environment often serves the command line too; the worker itself never migrates.
  HOLDFAST_MIGRATION_DATABASE_URL: postgresUrl.optional(),
  HOLDFAST_ROLE: z.enum(['all', 'workflows', 'generation']).default('all'),
  HOLDFAST_TASK_QUEUE: taskQueueName.default('holdfast'),
  HOLDFAST_HEALTH_PORT: wholeNumber(1, 65_535).optional(),
  HOLDFAST_LOG_LEVEL: logLevel.default('info'),
  HOLDFAST_PAYMENTS: z.enum(['stub']).optional(),
  HOLDFAST_WEBHOOK_URL: z.string().optional(),
  HOLDFAST_WEBHOOK_SECRET: z.string().optional(),
  HOLDFAST_WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false']).optional(),
  HOLDFAST_OUTPUT_DIR: z.string().default(() => path.join(tmpdir(), 'holdfast-output')),
  HOLDFAST_SHUTDOWN_GRACE_SECONDS: wholeNumber(0, 3600).default(10),
  HOLDFAST_HOLD_SECONDS: wholeNumber(1, A_DAY_SECONDS).default(300),
  HOLDFAST_RECONCILE_INTERVAL_SECONDS: wholeNumber(1, A_DAY_SECONDS).default(60),
  HOLDFAST_MAX_CONCURRENT_GENERATIONS: wholeNumber(1, 10_000).default(20),
});

/** Every variable that the worker reads, but for Temporal's own (`TEMPORAL_…`), which `@temporalio/envconfig` reads. */
export const WORKER_VARIABLES: readonly string[] = Object.keys(variables.shape);

/** One environment often serves the web process too. */
const OF_WEB = /^HOLDFAST_(WEB|JWT|JWKS)_/;

/** A misspelt setting that is silently ignored costs more than a start that is refused. */
function unknownVariables(env: Record<string, string>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('HOLDFAST_') && !OF_WEB.test(name) && !WORKER_VARIABLES.includes(name))
    .map((name) => `${name}: is not a variable that Holdfast's worker knows`);
}

/** Undefined where there is none; or what is wrong with it, by the codes that docs/errors.md explains. */
function loadWebhook(env: Record<string, string>): WebhookOptions | string[] | undefined {
  const { HOLDFAST_WEBHOOK_URL: url, HOLDFAST_WEBHOOK_SECRET: secret = '' } = env;
  const allowPrivate = env.HOLDFAST_WEBHOOK_ALLOW_PRIVATE === 'true';
  if (url === undefined) return secret ? ['HOLDFAST_WEBHOOK_URL: is required with a secret'] : undefined;
  const problems = [
    ...refusalOf('HOLDFAST_WEBHOOK_URL', () => parseWebhookUrl({ url, allowPrivate })),
    ...refusalOf('HOLDFAST_WEBHOOK_SECRET', () => parseWebhookSecrets(secret)),
  ];
  return problems.length > 0 ? problems : { url, secret, allowPrivate };
}

function refusalOf(name: string, check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return [`${name}: ${error.code}: ${error.message}`];
  }
}

function loadTemporal(env: Record<string, string>): ClientConnectConfig | string {
  try {
    return loadClientConnectConfig({ overrideEnvVars: env });
  } catch (error) {
    return `TEMPORAL_…: ${error instanceof Error ? error.message : error}`;
  }
}

/** @throws Error naming every variable that is missing, malformed or unknown. */
export function loadWorkerConfig(environment: Environment): WorkerConfig {
  const env = withoutEmpty(environment);
  const parsed = variables.safeParse(env);
  const temporal = loadTemporal(env);
  const webhook = loadWebhook(env);
  const problems = [
    ...(parsed.error?.issues.map((issue) => problemInWords(issue, env)) ?? []),
    ...unknownVariables(env),
    ...(Array.isArray(webhook) ? webhook : []),
    ...(typeof temporal === 'string' ? [temporal] : []),
  ];
  if (!parsed.success || typeof temporal === 'string' || Array.isArray(webhook) || problems.length > 0) {
    throw unusable(problems);
  }
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    role: data.HOLDFAST_ROLE,
    taskQueue: data.HOLDFAST_TASK_QUEUE,
    generationTaskQueue: `${data.HOLDFAST_TASK_QUEUE}-generation`,
    healthPort: data.HOLDFAST_HEALTH_PORT,
    logLevel: data.HOLDFAST_LOG_LEVEL,
    payments: data.HOLDFAST_PAYMENTS,
    webhook,
    outputDir: data.HOLDFAST_OUTPUT_DIR,
    shutdownGraceSeconds: data.HOLDFAST_SHUTDOWN_GRACE_SECONDS,
    holdSeconds: data.HOLDFAST_HOLD_SECONDS,
    reconcileIntervalSeconds: data.HOLDFAST_RECONCILE_INTERVAL_SECONDS,
    maxConcurrentGenerations: data.HOLDFAST_MAX_CONCURRENT_GENERATIONS,
    temporal,
  };
}
