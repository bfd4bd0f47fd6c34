import type { SearchedBy } from '../client/client';
import { stuckIntervalMs } from '../config/missed-after';
import { type Environment, type Given, readSettings } from '../config/read-environment';
import type { TemporalConfig } from '../config/temporal';
import type { LogLevel } from '../config/values';
import { namesReadBy, type ReadBy } from '../config/variables';
import type { CodecKey } from '../contract/codec-keys';
import type { MetricsAddress } from '../telemetry/endpoint';
import type { AuthOptions } from './http/authentication';
import { DEFAULT_LIMITS, type WebLimits } from './http/limits';
import type { StripeOptions } from './stripe/stripe-routes';

/** The configuration of a web process. */
export interface WebConfig {
  /** The ledger, by a login with the role of web processes. */
  databaseUrl: string;
  /** The same ledger by an operator's login; without it nothing is done by hand. */
  operatorDatabaseUrl?: string;
  /** Of what waits for an operator, as `interventions.stuck` wants it. */
  stuckIntervalMs: number;
  /** To the ledger; 10 by default. */
  maxConnections?: number;
  /** How long a call waits for a connection; 3,000 by default. */
  connectWithinMs?: number;
  taskQueue: string;
  /** What workflows are found by in Temporal. */
  searchedBy: SearchedBy;
  host: string;
  port: number;
  logLevel: LogLevel;
  /** Where the metrics are served; without it nothing is measured. */
  metrics?: MetricsAddress;
  /** Where traces are sent; without it nothing is traced. */
  tracesUrl?: string;
  auth: AuthOptions;
  limits: WebLimits;
  /** How many running generations an account may cancel per hour where that is free. */
  cancelsPerHourMax: number;
  corsOrigins: string[];
  trustedProxies: string[];
  loginUrl: string | undefined;
  subscriptionUrl: string | undefined;
  /** What takes events of Stripe; without it nothing does. */
  stripe?: StripeOptions;
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
  const { settings, temporal } = readSettings('web', environment, (given) => [
    ...(given.DATABASE_URL === undefined ? ['DATABASE_URL: is required'] : []),
    ...authProblems(given),
  ]);
  return {
    databaseUrl: settings.DATABASE_URL as string,
    operatorDatabaseUrl: settings.HOLDFAST_WEB_OPERATOR_DATABASE_URL,
    stuckIntervalMs: stuckIntervalMs({
      reconcileIntervalSeconds: settings.HOLDFAST_RECONCILE_INTERVAL_SECONDS,
      reconcileIdleSeconds: settings.HOLDFAST_RECONCILE_IDLE_SECONDS,
    }),
    maxConnections: settings.HOLDFAST_DATABASE_CONNECTIONS,
    connectWithinMs: settings.HOLDFAST_DATABASE_CONNECT_MS,
    taskQueue: settings.HOLDFAST_TASK_QUEUE,
    searchedBy: settings.HOLDFAST_SEARCHED_BY,
    host: settings.HOLDFAST_WEB_HOST,
    port: settings.HOLDFAST_WEB_PORT,
    logLevel: settings.HOLDFAST_LOG_LEVEL,
    metrics: metricsOf(settings),
    tracesUrl: settings.HOLDFAST_TRACES_URL,
    auth: authOf(settings),
    limits: {
      ...DEFAULT_LIMITS,
      bodyBytesMax: settings.HOLDFAST_WEB_BODY_BYTES_MAX,
      requestSeconds: settings.HOLDFAST_WEB_REQUEST_SECONDS,
      accountRequestsPerMinute: settings.HOLDFAST_WEB_REQUESTS_PER_MINUTE,
      serviceRequestsPerMinute: settings.HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE,
      tokenRequestsPerMinute: settings.HOLDFAST_WEB_TOKEN_REQUESTS_PER_MINUTE,
      addressRequestsPerMinute: settings.HOLDFAST_WEB_ADDRESS_REQUESTS_PER_MINUTE,
      refusedLoginsPerMinute: settings.HOLDFAST_WEB_REFUSED_LOGINS_PER_MINUTE,
      streamsPerAccountMax: settings.HOLDFAST_WEB_STREAMS_PER_ACCOUNT,
      streamsMax: settings.HOLDFAST_WEB_STREAMS,
    },
    cancelsPerHourMax: settings.HOLDFAST_WEB_CANCELS_PER_HOUR,
    corsOrigins: settings.HOLDFAST_WEB_CORS_ORIGINS,
    trustedProxies: settings.HOLDFAST_WEB_TRUSTED_PROXIES,
    loginUrl: settings.HOLDFAST_WEB_LOGIN_URL,
    subscriptionUrl: settings.HOLDFAST_WEB_SUBSCRIPTION_URL,
    stripe: stripeOf(settings),
    codecKeys: settings.HOLDFAST_CODEC_KEYS,
    temporal,
  };
}

function metricsOf(settings: ReadBy<'web'>): MetricsAddress | undefined {
  const { HOLDFAST_METRICS_HOST: host, HOLDFAST_WEB_METRICS_PORT: port } = settings;
  return port === undefined ? undefined : { host, port };
}

function stripeOf(settings: ReadBy<'web'>): StripeOptions | undefined {
  const { HOLDFAST_WEB_STRIPE_SECRETS: secrets } = settings;
  const toleranceSeconds = settings.HOLDFAST_WEB_STRIPE_TOLERANCE_SECONDS;
  return secrets && { secrets, toleranceSeconds };
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

function authOf(settings: ReadBy<'web'>): AuthOptions {
  const { HOLDFAST_JWT_SECRET: secret, HOLDFAST_JWKS_URL: jwksUrl } = settings;
  return {
    issuer: settings.HOLDFAST_JWT_ISSUER,
    audience: settings.HOLDFAST_JWT_AUDIENCE,
    clockToleranceSeconds: settings.HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS,
    earlierTokens: settings.HOLDFAST_WEB_EARLIER_TOKENS,
    ...(secret === undefined ? { jwksUrl: jwksUrl as string } : { secret }),
  };
}
