import { BlockList, isIP } from 'node:net';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
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
import { type AuthOptions, SECRET_BYTES_MIN } from './http/authentication';
import { DEFAULT_LIMITS, type WebLimits } from './http/limits';

export interface WebConfig {
  /** The serving connection: it may call the ledger's functions and read its views. */
  databaseUrl: string;
  taskQueue: string;
  host: string;
  port: number;
  logLevel: LogLevel;
  auth: AuthOptions;
  limits: WebLimits;
  corsOrigins: string[];
  trustedProxies: string[];
  loginUrl: string | undefined;
  subscriptionUrl: string | undefined;
  temporal: ClientConnectConfig;
}

const list = (isValid: (item: string) => boolean, what: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(isValid), what)
    .default([]);

const safeUrl = z.string().refine(isSafeUrl, 'must be https, or http on this machine');

const variables = z.object({
  DATABASE_URL: postgresUrl,
  HOLDFAST_TASK_QUEUE: taskQueueName.default('holdfast'),
  HOLDFAST_WEB_HOST: z.string().default('127.0.0.1'),
  HOLDFAST_WEB_PORT: wholeNumber(0, 65_535).default(8080),
  HOLDFAST_LOG_LEVEL: logLevel.default('info'),
  HOLDFAST_JWT_ISSUER: z.string(),
  HOLDFAST_JWT_AUDIENCE: z.string().default('holdfast'),
  HOLDFAST_JWT_SECRET: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= SECRET_BYTES_MIN, `must have ${SECRET_BYTES_MIN} bytes at least`)
    .optional(),
  HOLDFAST_JWKS_URL: safeUrl.optional(),
  HOLDFAST_WEB_CORS_ORIGINS: list(isOrigin, 'must be origins such as https://app.example, with commas between, or *'),
  HOLDFAST_WEB_TRUSTED_PROXIES: list(
    isNetwork,
    'must be addresses or networks such as 10.0.0.0/8, with commas between',
  ),
  HOLDFAST_WEB_LOGIN_URL: safeUrl.optional(),
  HOLDFAST_WEB_SUBSCRIPTION_URL: safeUrl.optional(),
  HOLDFAST_WEB_BODY_BYTES_MAX: wholeNumber(1_024, 16_777_216).default(DEFAULT_LIMITS.bodyBytesMax),
  HOLDFAST_WEB_REQUEST_SECONDS: wholeNumber(1, 600).default(DEFAULT_LIMITS.requestSeconds),
  HOLDFAST_WEB_REQUESTS_PER_MINUTE: wholeNumber(1, 1_000_000).default(DEFAULT_LIMITS.accountRequestsPerMinute),
  HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: wholeNumber(1, 10_000_000).default(DEFAULT_LIMITS.serviceRequestsPerMinute),
  HOLDFAST_WEB_STREAMS_PER_ACCOUNT: wholeNumber(1, 1_000).default(DEFAULT_LIMITS.streamsPerAccountMax),
  HOLDFAST_WEB_STREAMS: wholeNumber(1, 100_000).default(DEFAULT_LIMITS.streamsMax),
});

/** Every variable that the web process reads, but for Temporal's own, which `@temporalio/envconfig` reads. */
export const WEB_VARIABLES: readonly string[] = Object.keys(variables.shape);

/** @throws Error naming every variable that is missing, malformed or unknown. */
export function loadWebConfig(environment: Environment): WebConfig {
  const env = withoutEmpty(environment);
  const parsed = variables.safeParse(env);
  const temporal = loadTemporal(env);
  const auth = authOf(env);
  const problems = [
    ...(parsed.error?.issues.map((issue) => problemInWords(issue, env)) ?? []),
    ...unknownVariables(env),
    ...(typeof auth === 'string' ? [auth] : []),
    ...(typeof temporal === 'string' ? [temporal] : []),
  ];
  if (!parsed.success || typeof temporal === 'string' || typeof auth === 'string' || problems.length > 0) {
    throw unusable(problems);
  }
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    taskQueue: data.HOLDFAST_TASK_QUEUE,
    host: data.HOLDFAST_WEB_HOST,
    port: data.HOLDFAST_WEB_PORT,
    logLevel: data.HOLDFAST_LOG_LEVEL,
    auth: { issuer: data.HOLDFAST_JWT_ISSUER, audience: data.HOLDFAST_JWT_AUDIENCE, ...auth },
    limits: limitsOf(data),
    corsOrigins: data.HOLDFAST_WEB_CORS_ORIGINS,
    trustedProxies: data.HOLDFAST_WEB_TRUSTED_PROXIES,
    loginUrl: data.HOLDFAST_WEB_LOGIN_URL,
    subscriptionUrl: data.HOLDFAST_WEB_SUBSCRIPTION_URL,
    temporal,
  };
}

function limitsOf(data: z.output<typeof variables>): WebLimits {
  return {
    ...DEFAULT_LIMITS,
    bodyBytesMax: data.HOLDFAST_WEB_BODY_BYTES_MAX,
    requestSeconds: data.HOLDFAST_WEB_REQUEST_SECONDS,
    accountRequestsPerMinute: data.HOLDFAST_WEB_REQUESTS_PER_MINUTE,
    serviceRequestsPerMinute: data.HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE,
    streamsPerAccountMax: data.HOLDFAST_WEB_STREAMS_PER_ACCOUNT,
    streamsMax: data.HOLDFAST_WEB_STREAMS,
  };
}

/** One of the two and never both: a token must not be able to choose what it is checked by. */
function authOf(env: Record<string, string>): { secret: string } | { jwksUrl: string } | string {
  const { HOLDFAST_JWT_SECRET: secret, HOLDFAST_JWKS_URL: jwksUrl } = env;
  if (secret !== undefined && jwksUrl === undefined) return { secret };
  if (jwksUrl !== undefined && secret === undefined) return { jwksUrl };
  return 'HOLDFAST_JWT_SECRET, HOLDFAST_JWKS_URL: exactly one of the two is required';
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}

function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  if (isIP(address) === 0) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(address, /^\d+$/.test(bits) ? Number(bits) : -1, isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}

/** A misspelt setting that is silently ignored costs more than a start that is refused. */
function unknownVariables(env: Record<string, string>): string[] {
  return Object.keys(env)
    .filter((name) => /^HOLDFAST_(WEB|JWT|JWKS)_/.test(name) && !WEB_VARIABLES.includes(name))
    .map((name) => `${name}: is not a variable that Holdfast's web process knows`);
}

function loadTemporal(env: Record<string, string>): ClientConnectConfig | string {
  try {
    return loadClientConnectConfig({ overrideEnvVars: env });
  } catch (error) {
    return `TEMPORAL_…: ${error instanceof Error ? error.message : error}`;
  }
}
