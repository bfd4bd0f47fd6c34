import { type Environment, type Given, readSettings } from '../config/read-environment';
import type { TemporalConfig } from '../config/temporal';
import type { LogLevel } from '../config/values';
import { namesReadBy, type ReadBy } from '../config/variables';
import type { CodecKey } from '../contract/codec-keys';
import type { AuthOptions } from './http/authentication';
import { DEFAULT_LIMITS, type WebLimits } from './http/limits';

/** The configuration of a web process. */
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
  /** The keys that encrypt Temporal's payloads; without them these stand in clear. */
  codecKeys?: CodecKey[];
  temporal: TemporalConfig;
}

/** Every variable that the web process reads, without Temporal's own (`TEMPORAL_…`). */
export const WEB_VARIABLES: readonly string[] = namesReadBy('web');

/**
 * The configuration by the environment's variables; docs/configuration.md lists them.
 *
 * @throws Error naming every variable that is missing, malformed or unknown
 */
export function loadWebConfig(environment: Environment): WebConfig {
  const { settings, temporal } = readSettings('web', environment, authProblems);
  const { HOLDFAST_JWT_ISSUER: issuer, HOLDFAST_JWT_AUDIENCE: audience } = settings;
  return {
    databaseUrl: settings.DATABASE_URL,
    taskQueue: settings.HOLDFAST_TASK_QUEUE,
    host: settings.HOLDFAST_WEB_HOST,
    port: settings.HOLDFAST_WEB_PORT,
    logLevel: settings.HOLDFAST_LOG_LEVEL,
    auth: { issuer, audience, ...keysOf(settings) },
    limits: {
      ...DEFAULT_LIMITS,
      bodyBytesMax: settings.HOLDFAST_WEB_BODY_BYTES_MAX,
      requestSeconds: settings.HOLDFAST_WEB_REQUEST_SECONDS,
      accountRequestsPerMinute: settings.HOLDFAST_WEB_REQUESTS_PER_MINUTE,
      serviceRequestsPerMinute: settings.HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE,
      streamsPerAccountMax: settings.HOLDFAST_WEB_STREAMS_PER_ACCOUNT,
      streamsMax: settings.HOLDFAST_WEB_STREAMS,
    },
    corsOrigins: settings.HOLDFAST_WEB_CORS_ORIGINS,
    trustedProxies: settings.HOLDFAST_WEB_TRUSTED_PROXIES,
    loginUrl: settings.HOLDFAST_WEB_LOGIN_URL,
    subscriptionUrl: settings.HOLDFAST_WEB_SUBSCRIPTION_URL,
    codecKeys: settings.HOLDFAST_CODEC_KEYS,
    temporal,
  };
}

/** Exactly one of the two must be given, so that a token can't choose what checks it. */
function authProblems({
  HOLDFAST_JWT_SECRET: secret,
  HOLDFAST_JWKS_URL: jwksUrl,
}: Given): string[] {
  const isOne = (secret === undefined) !== (jwksUrl === undefined);
  return isOne
    ? []
    : ['HOLDFAST_JWT_SECRET, HOLDFAST_JWKS_URL: exactly one of the two is required'];
}

function keysOf({ HOLDFAST_JWT_SECRET: secret, HOLDFAST_JWKS_URL: jwksUrl }: ReadBy<'web'>) {
  return secret === undefined ? { jwksUrl: jwksUrl as string } : { secret };
}
