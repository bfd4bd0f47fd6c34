import type { PerMinute } from '../activities/generation/kind-quotas';
import { type Environment, type Given, readSettings } from '../config/read-environment';
import type { TemporalConfig } from '../config/temporal';
import type { LogLevel } from '../config/values';
import { namesReadBy, type ReadBy } from '../config/variables';
import type { CodecKey } from '../contract/codec-keys';
import { HoldfastError } from '../contract/errors';
import type { WorkflowGrantLimits } from '../contract/grant';
import type { QueueRoom } from '../contract/waiting';
import type { StripeClientOptions } from '../providers/stripe/stripe-client';
import {
  parseWebhookSecrets,
  parseWebhookUrl,
  type WebhookOptions,
} from '../providers/webhook/webhook-target';
import type { MetricsAddress } from '../telemetry/endpoint';
import type { ProofOptions } from '../tokens/command-proofs';
import { generationTaskQueue } from '../workflows/messages';
import type { SearchedBy } from '../workflows/search-attributes';
import { type TuningConfig, tuningConfigOf, tuningProblems } from './tuning-config';

export type WorkerRole = 'all' | 'workflows' | 'generation';

export interface DeploymentConfig {
  name: string;
  /** By default made from the workflow bundle. */
  buildId?: string;
}

export interface WorkerConfig {
  /** The ledger, by a login with the role of workers. A worker of role `generation` needs none. */
  databaseUrl?: string;
  /** To the ledger; 10 by default. */
  maxConnections?: number;
  /** How long a call waits for a connection; 3,000 by default. */
  connectWithinMs?: number;
  /** Whether operations of generations travel together; true by default. */
  batches?: boolean;
  /** The task queues that this process serves. */
  role: WorkerRole;
  taskQueue: string;
  /** What workflows are found by in Temporal. */
  searchedBy: SearchedBy;
  generationTaskQueue: string;
  healthPort?: number;
  /** Where the metrics are served; without it nothing is measured. */
  metrics?: MetricsAddress;
  /** Where traces are sent; without it nothing is traced. */
  tracesUrl?: string;
  logLevel: LogLevel;
  /** The module whose providers the worker process takes. */
  providersModule?: string;
  /** The deployment of the process in Temporal; without it its workers have no version. */
  deployment?: DeploymentConfig;
  /** `stub` generates, for development. Without it only a provider that is passed to the worker does. */
  generation?: 'stub';
  /**
   * `stub` sells packs without money, for development. Without it only a provider that is passed to
   * the worker sells packs.
   */
  payments?: 'stub' | 'stripe';
  /** Stripe's API, where it takes the money. */
  stripe?: StripeClientOptions;
  /** The environment of billing systems whose events are applied. */
  billingEnvironment: 'live' | 'test';
  /** Where notices are posted; without it they are written to the log. */
  webhook?: WebhookOptions;
  /** The folder into which the stub providers write their files. */
  outputDir: string;
  /** How long running activities may continue after the process was asked to stop. */
  shutdownGraceSeconds: number;
  /**
   * How old an open reservation is when reconciliation first checks it. The check doesn't end it.
   */
  holdSeconds: number;
  reconcileIntervalSeconds: number;
  /** How long that interval may become while nothing is due. */
  reconcileIdleSeconds: number;
  /** What workflows may grant; without it they grant nothing. */
  grantLimits?: WorkflowGrantLimits;
  /** Whose proofs of commands that add credits are verified; without it none are. */
  commandProofs?: ProofOptions;
  /** The room for requests of one account that wait for credits. */
  queueRoom: QueueRoom;
  maxConcurrentGenerations: number;
  /** Of all processes together; without it as many as there are. */
  generationsPerMinute?: number;
  /** By kind, how many this process submits in a minute. */
  generationQuotas: PerMinute;
  tuning: TuningConfig;
  /**
   * How often a running generation reports its progress and learns of its cancellation; by default
   * as its kind's time limit says.
   */
  heartbeatMs?: number;
  /** The keys that encrypt Temporal's payloads; without them these stand in clear. */
  codecKeys?: CodecKey[];
  temporal: TemporalConfig;
}

/** Every variable that the worker reads, except Temporal's own (`TEMPORAL_…`). */
export const WORKER_VARIABLES: readonly string[] = namesReadBy('worker');

/**
 * Reads the worker's configuration.
 *
 * @throws Error naming every variable that is missing, malformed or unknown
 */
export function loadWorkerConfig(environment: Environment): WorkerConfig {
  const { settings, temporal } = readSettings('worker', environment, problemsOf);
  return {
    databaseUrl: settings.DATABASE_URL,
    maxConnections: settings.HOLDFAST_DATABASE_CONNECTIONS,
    connectWithinMs: settings.HOLDFAST_DATABASE_CONNECT_MS,
    batches: settings.HOLDFAST_DATABASE_BATCHES === 'on',
    role: settings.HOLDFAST_ROLE,
    taskQueue: settings.HOLDFAST_TASK_QUEUE,
    searchedBy: settings.HOLDFAST_SEARCHED_BY,
    generationTaskQueue: generationTaskQueue(settings.HOLDFAST_TASK_QUEUE),
    healthPort: settings.HOLDFAST_HEALTH_PORT,
    metrics: metricsOf(settings),
    tracesUrl: settings.HOLDFAST_TRACES_URL,
    logLevel: settings.HOLDFAST_LOG_LEVEL,
    providersModule: settings.HOLDFAST_PROVIDERS,
    deployment: deploymentOf(settings),
    generation: settings.HOLDFAST_GENERATION,
    payments: settings.HOLDFAST_PAYMENTS,
    stripe: stripeOf(settings),
    billingEnvironment: settings.HOLDFAST_BILLING_ENVIRONMENT,
    webhook: webhookOf(settings),
    outputDir: settings.HOLDFAST_OUTPUT_DIR,
    shutdownGraceSeconds: settings.HOLDFAST_SHUTDOWN_GRACE_SECONDS,
    holdSeconds: settings.HOLDFAST_HOLD_SECONDS,
    reconcileIntervalSeconds: settings.HOLDFAST_RECONCILE_INTERVAL_SECONDS,
    reconcileIdleSeconds: settings.HOLDFAST_RECONCILE_IDLE_SECONDS,
    grantLimits: grantLimitsOf(settings),
    commandProofs: commandProofsOf(settings),
    queueRoom: {
      placesMax: settings.HOLDFAST_WAITING_MAX,
      bytesMax: settings.HOLDFAST_WAITING_BYTES_MAX,
    },
    maxConcurrentGenerations: settings.HOLDFAST_MAX_CONCURRENT_GENERATIONS,
    generationsPerMinute: settings.HOLDFAST_GENERATIONS_PER_MINUTE,
    generationQuotas: settings.HOLDFAST_GENERATION_QUOTAS ?? {},
    tuning: tuningConfigOf(settings),
    heartbeatMs: settings.HOLDFAST_HEARTBEAT_MS,
    codecKeys: settings.HOLDFAST_CODEC_KEYS,
    temporal,
  };
}

/** Generations touch no ledger, so their workers need no login of the database. */
function databaseProblems({ DATABASE_URL: url, HOLDFAST_ROLE: role }: Given): string[] {
  return url === undefined && role !== 'generation' ? ['DATABASE_URL: is required'] : [];
}

/** The problems of variables that belong together. */
function problemsOf(given: Given): string[] {
  return [
    ...[databaseProblems, deploymentProblems, webhookProblems, grantProblems, proofProblems],
    ...[tuningProblems, stripeProblems],
  ].flatMap((problems) => problems(given));
}

function deploymentOf(settings: {
  HOLDFAST_DEPLOYMENT?: string;
  HOLDFAST_BUILD_ID?: string;
}): DeploymentConfig | undefined {
  const { HOLDFAST_DEPLOYMENT: name, HOLDFAST_BUILD_ID: buildId } = settings;
  return name === undefined ? undefined : { name, buildId };
}

/** A build's id alone would have no effect. */
function deploymentProblems(given: Given): string[] {
  if (given.HOLDFAST_BUILD_ID === undefined || given.HOLDFAST_DEPLOYMENT !== undefined) return [];
  return ['HOLDFAST_DEPLOYMENT: is required with HOLDFAST_BUILD_ID'];
}

function stripeOf(settings: ReadBy<'worker'>): StripeClientOptions | undefined {
  const { HOLDFAST_STRIPE_API_KEY: apiKey, HOLDFAST_STRIPE_API_URL: apiUrl } = settings;
  return apiKey === undefined ? undefined : { apiKey, apiUrl };
}

/** Without its key no pack could be paid. */
function stripeProblems({ HOLDFAST_PAYMENTS: payments, ...given }: Given): string[] {
  if (payments !== 'stripe' || given.HOLDFAST_STRIPE_API_KEY !== undefined) return [];
  return ['HOLDFAST_STRIPE_API_KEY: is required where HOLDFAST_PAYMENTS is stripe'];
}

function metricsOf(settings: ReadBy<'worker'>): MetricsAddress | undefined {
  const { HOLDFAST_METRICS_HOST: host, HOLDFAST_METRICS_PORT: port } = settings;
  return port === undefined ? undefined : { host, port };
}

function grantLimitsOf(settings: {
  HOLDFAST_GRANT_CREDITS_MAX?: number;
  HOLDFAST_GRANT_CREDITS_PER_DAY?: number;
}): WorkflowGrantLimits | undefined {
  const { HOLDFAST_GRANT_CREDITS_MAX: creditsMax, HOLDFAST_GRANT_CREDITS_PER_DAY: creditsPerDay } =
    settings;
  if (creditsMax === undefined || creditsPerDay === undefined) return undefined;
  return { creditsMax, creditsPerDay };
}

/** One bound alone leaves grants unbounded, or none at all. */
function grantProblems(given: Given): string[] {
  const names = ['HOLDFAST_GRANT_CREDITS_MAX', 'HOLDFAST_GRANT_CREDITS_PER_DAY'];
  const missing = names.filter((name) => given[name] === undefined);
  return missing.length === 1
    ? [`${missing[0]}: is required with ${names.find((name) => name !== missing[0])}`]
    : [];
}

function commandProofsOf(settings: ReadBy<'worker'>): ProofOptions | undefined {
  const { HOLDFAST_VERIFY_COMMANDS: mode, HOLDFAST_PROOF_ISSUER: issuer = '' } = settings;
  const { HOLDFAST_PROOF_SECRET: secret, HOLDFAST_PROOF_JWKS_URL: jwksUrl = '' } = settings;
  if (mode === undefined) return undefined;
  const audience = settings.HOLDFAST_PROOF_AUDIENCE;
  return { mode, issuer, audience, ...(secret === undefined ? { jwksUrl } : { secret }) };
}

function proofProblems({
  HOLDFAST_VERIFY_COMMANDS: mode,
  HOLDFAST_PROOF_ISSUER: issuer,
  HOLDFAST_PROOF_SECRET: secret,
  HOLDFAST_PROOF_JWKS_URL: jwksUrl,
  HOLDFAST_JWT_SECRET: secretOfWeb,
}: Given): string[] {
  if (mode === undefined) return [];
  const isOneKey = (secret === undefined) !== (jwksUrl === undefined);
  return [
    ...(issuer === undefined
      ? ['HOLDFAST_PROOF_ISSUER: is required with HOLDFAST_VERIFY_COMMANDS']
      : []),
    ...(isOneKey
      ? []
      : ['HOLDFAST_PROOF_SECRET, HOLDFAST_PROOF_JWKS_URL: exactly one of the two is required']),
    ...(secret !== undefined && secret === secretOfWeb
      ? ['HOLDFAST_PROOF_SECRET: is HOLDFAST_JWT_SECRET, which the web process knows']
      : []),
  ];
}

function webhookOf(settings: {
  HOLDFAST_WEBHOOK_URL?: string;
  HOLDFAST_WEBHOOK_SECRET?: string;
  HOLDFAST_WEBHOOK_ALLOW_PRIVATE?: string;
}): WebhookOptions | undefined {
  const { HOLDFAST_WEBHOOK_URL: url, HOLDFAST_WEBHOOK_SECRET: secret = '' } = settings;
  const allowPrivate = settings.HOLDFAST_WEBHOOK_ALLOW_PRIVATE === 'true';
  return url === undefined ? undefined : { url, secret, allowPrivate };
}

/** The problems of the webhook, with the codes that docs/reference/errors.md explains. */
function webhookProblems(given: Given): string[] {
  const webhook = webhookOf(given);
  if (!webhook)
    return given.HOLDFAST_WEBHOOK_SECRET ? ['HOLDFAST_WEBHOOK_URL: is required with a secret'] : [];
  return [
    ...refusalOf('HOLDFAST_WEBHOOK_URL', () => parseWebhookUrl(webhook)),
    ...refusalOf('HOLDFAST_WEBHOOK_SECRET', () => parseWebhookSecrets(webhook.secret)),
  ];
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
