import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { CANCELS_PER_HOUR } from '../contract/cancel-limit';
import {
  encryptionKeys,
  exactOrigins,
  host,
  LOG_LEVELS,
  networks,
  oneOf,
  origins,
  plainText,
  postgresUrl,
  safeUrl,
  secret,
  taskQueueName,
  wholeNumber,
} from './values';

/** The processes that read the environment. */
export type Process = 'worker' | 'web' | 'cli' | 'codec-server';

export interface Setting<
  By extends readonly Process[] = readonly Process[],
  Schema extends z.ZodType = z.ZodType,
> {
  by: By;
  schema: Schema;
  /** The value's form, for docs/configuration.md. */
  value: string;
  meaning: string;
  /** The default in words, if it differs between machines. */
  defaultInWords?: string;
}

function required<const By extends readonly Process[], Value extends z.ZodType>(
  by: By,
  value: Value,
  meaning: string,
): Setting<By, Value> {
  return { by, schema: value, value: value.description ?? '', meaning };
}

function optional<const By extends readonly Process[], Value extends z.ZodType>(
  by: By,
  value: Value,
  meaning: string,
): Setting<By, z.ZodOptional<Value>> {
  return { by, schema: value.optional(), value: value.description ?? '', meaning };
}

function standard<const By extends readonly Process[], Value extends z.ZodType>(
  by: By,
  value: Value,
  otherwise: z.output<Value>,
  meaning: string,
  defaultInWords?: string,
): Setting<By, z.ZodDefault<Value>> {
  const schema = value.default(otherwise as z.core.util.NoUndefined<z.output<Value>>);
  return { by, schema, value: value.description ?? '', meaning, defaultInWords };
}

const ALL = ['worker', 'web', 'cli'] as const;
const SERVICES = ['worker', 'web'] as const;
const WORKER = ['worker'] as const;
const WEB = ['web'] as const;
const CLI = ['cli'] as const;
const CODEC_SERVER = ['codec-server'] as const;

const A_DAY_SECONDS = 86_400;

/**
 * Every variable of the environment that Holdfast reads. `@temporalio/envconfig` reads Temporal's
 * own (`TEMPORAL_…`). docs/configuration.md is generated from this table.
 */
export const SETTINGS = {
  DATABASE_URL: {
    ...optional(
      ALL,
      postgresUrl,
      'The ledger, by the process’s own login: web’s, the worker’s or an operator’s ([production.md](how-to/production.md#logins-of-the-database)). The command line needs it for what it reads there.',
    ),
    defaultInWords: 'required, but for a worker of role `generation`',
  },
  HOLDFAST_MIGRATION_DATABASE_URL: optional(
    // The worker never migrates, but one environment often serves it too.
    ['cli', 'worker'],
    postgresUrl,
    'The ledger by its owner, for `holdfast migrate` and `holdfast catalog apply`; `DATABASE_URL` by default. The worker never uses it.',
  ),
  HOLDFAST_DATABASE_CONNECTIONS: standard(
    SERVICES,
    wholeNumber(2, 1_000),
    10,
    'Connections of the process to the ledger. One account’s operations use at most four tenths of them.',
  ),
  HOLDFAST_WEB_DATABASE_URL: optional(
    CLI,
    postgresUrl,
    'The login that `holdfast migrate` makes for the web process, and for product services that read.',
  ),
  HOLDFAST_WORKER_DATABASE_URL: optional(CLI, postgresUrl, 'The one for workers of workflows.'),
  HOLDFAST_OPERATOR_DATABASE_URL: optional(CLI, postgresUrl, 'The one for an operator’s commands.'),
  HOLDFAST_READER_DATABASE_URL: optional(
    CLI,
    postgresUrl,
    'The one for reports, which read the views `history` and `live_subscriptions`. Without any of the four the login of `DATABASE_URL` serves web, worker and operator.',
  ),
  HOLDFAST_TASK_QUEUE: standard(
    ALL,
    taskQueueName,
    'holdfast',
    'Temporal’s task queue; generation and notices have `…-generation` and `…-notices`. The same for all processes.',
  ),
  HOLDFAST_CODEC_KEYS: optional(
    [...ALL, 'codec-server'],
    encryptionKeys,
    'Encrypts what Temporal keeps of inputs, results, failures and summaries: the first key encrypts, all of them decrypt. The same for all processes; the codec server needs it. See [encryption.md](how-to/encryption.md).',
  ),
  HOLDFAST_LOG_LEVEL: standard(
    [...SERVICES, 'codec-server'],
    oneOf(...LOG_LEVELS),
    'info',
    'What is logged, as JSON on stderr.',
  ),
  HOLDFAST_RECONCILE_INTERVAL_SECONDS: standard(
    ['worker', 'cli'],
    wholeNumber(1, A_DAY_SECONDS),
    60,
    'How often reconciliation runs: `holdfast setup` schedules it so, and the worker gives workflows as long before it does their part.',
  ),

  HOLDFAST_ROLE: standard(
    WORKER,
    oneOf('all', 'workflows', 'generation'),
    'all',
    'Which task queues the process serves: workflows with the ledger’s part, generation, or all.',
  ),
  HOLDFAST_HEALTH_PORT: optional(
    WORKER,
    wholeNumber(1, 65_535),
    'Where `GET /healthz` answers 200 while all of the process’s workers run, and 503 otherwise; without it nowhere.',
  ),
  HOLDFAST_PROVIDERS: optional(
    WORKER,
    plainText.describe('path of a module'),
    'Your own providers: a JavaScript module that exports `generationProvider`, `paymentProvider`, `notifier`, or some of them. See [production.md](how-to/production.md#your-own-providers).',
  ),
  HOLDFAST_GENERATION: optional(
    WORKER,
    oneOf('stub'),
    'Lets a stub generate: its output is worth nothing, so it is for development. Without it a worker that runs generations starts only with a provider of your own.',
  ),
  HOLDFAST_PAYMENTS: optional(
    WORKER,
    oneOf('stub'),
    'Sells packs without taking any money: for development. Otherwise only a provider of your own sells any.',
  ),
  HOLDFAST_WEBHOOK_URL: optional(
    WORKER,
    plainText.describe('https URL'),
    'Where notices are posted; without it they are written to the log. See [webhook.md](how-to/webhook.md).',
  ),
  HOLDFAST_WEBHOOK_SECRET: optional(
    WORKER,
    plainText.describe('`whsec_…`; two, a space between, while it is changed'),
    'What signs them; required with a URL.',
  ),
  HOLDFAST_WEBHOOK_ALLOW_PRIVATE: optional(
    WORKER,
    oneOf('true', 'false'),
    '`true` lets the URL lead to an address within your own network.',
  ),
  HOLDFAST_OUTPUT_DIR: standard(
    WORKER,
    plainText.describe('folder'),
    path.join(tmpdir(), 'holdfast-output'),
    'Where the stubs of the AI service and of the payment service write their files.',
    '`holdfast-output` in the system’s folder for temporary files',
  ),
  HOLDFAST_SHUTDOWN_GRACE_SECONDS: standard(
    WORKER,
    wholeNumber(0, 3_600),
    10,
    'How long running activities may go on after the process was asked to stop.',
  ),
  HOLDFAST_HOLD_SECONDS: standard(
    WORKER,
    wholeNumber(1, A_DAY_SECONDS),
    300,
    'After so long reconciliation looks at an open reservation; it doesn’t end by that.',
  ),
  HOLDFAST_GRANT_CREDITS_MAX: optional(
    WORKER,
    wholeNumber(1, Number.MAX_SAFE_INTEGER),
    'The most credits that a workflow may grant at once (`grants.create` of the client). Without it, and the next one, workflows grant nothing: every process that reaches Temporal can start one. `holdfast grant` has no such maximum.',
  ),
  HOLDFAST_GRANT_CREDITS_PER_DAY: optional(
    WORKER,
    wholeNumber(1, Number.MAX_SAFE_INTEGER),
    'The most that workflows may grant on a UTC day, to all accounts together; required with the maximum of one grant.',
  ),
  HOLDFAST_WAITING_MAX: standard(
    WORKER,
    wholeNumber(1, 10_000),
    100,
    'How many requests of one account may wait for credits at the same time.',
  ),
  HOLDFAST_WAITING_BYTES_MAX: standard(
    WORKER,
    wholeNumber(1_024, 1_073_741_824),
    1_048_576,
    'How large those requests may be together, as JSON: Temporal keeps each of them while it waits.',
  ),
  HOLDFAST_MAX_CONCURRENT_GENERATIONS: standard(
    WORKER,
    wholeNumber(1, 10_000),
    20,
    'How many generations the process runs at the same time.',
  ),
  HOLDFAST_HEARTBEAT_MS: standard(
    WORKER,
    wholeNumber(100, 8_000),
    5_000,
    'How often a running generation tells Temporal its progress, and hears that it is cancelled. On Temporal Cloud each time is an Action.',
  ),

  HOLDFAST_WEB_HOST: standard(
    WEB,
    host,
    '127.0.0.1',
    'Where it listens: `0.0.0.0` for every address of the machine.',
  ),
  HOLDFAST_WEB_PORT: standard(
    WEB,
    wholeNumber(0, 65_535),
    8080,
    'And on which port; 0 takes any that is free.',
  ),
  HOLDFAST_JWT_ISSUER: required(WEB, plainText, 'Who issues the tokens: their `iss`.'),
  HOLDFAST_JWT_AUDIENCE: standard(WEB, plainText, 'holdfast', 'Their `aud`.'),
  HOLDFAST_JWT_SECRET: optional(WEB, secret, 'Either what they are signed with (HS256),'),
  HOLDFAST_JWKS_URL: optional(
    WEB,
    safeUrl,
    'or where the issuer publishes its keys (RS256, ES256, EdDSA).',
  ),
  HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS: standard(
    WEB,
    wholeNumber(0, 300),
    5,
    'By how much the issuer’s clock may differ: so long a token counts before its `nbf` and after its `exp`.',
  ),
  HOLDFAST_WEB_EARLIER_TOKENS: optional(
    WEB,
    oneOf('warn'),
    'Judges tokens by the rules of 0.1.0 and logs those that will be refused or allow less, while their issuer is changed ([upgrade.md](how-to/upgrade.md)). Any token with a `scope` is then a service’s.',
  ),
  HOLDFAST_WEB_CORS_ORIGINS: standard(WEB, origins, [], 'Whose pages may call it from a browser.'),
  HOLDFAST_WEB_TRUSTED_PROXIES: standard(
    WEB,
    networks,
    [],
    'The proxies in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.',
  ),
  HOLDFAST_WEB_LOGIN_URL: optional(
    WEB,
    safeUrl,
    'Where the credits page sends people to log in. See [credits-page.md](how-to/credits-page.md).',
  ),
  HOLDFAST_WEB_SUBSCRIPTION_URL: optional(
    WEB,
    safeUrl,
    'Where it sends them to subscribe or renew.',
  ),
  HOLDFAST_WEB_BODY_BYTES_MAX: standard(
    WEB,
    wholeNumber(1_024, 16_777_216),
    262_144,
    'Of a request’s body.',
  ),
  HOLDFAST_WEB_REQUEST_SECONDS: standard(
    WEB,
    wholeNumber(1, 600),
    30,
    'Within which a request must have arrived.',
  ),
  HOLDFAST_WEB_REQUESTS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    600,
    'Of one account.',
  ),
  HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 10_000_000),
    30_000,
    'Of one service.',
  ),
  HOLDFAST_WEB_ADDRESS_REQUESTS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    120,
    'Of one address, or one IPv6 network of 64 bits, without a valid token; and of one subject whose token has expired.',
  ),
  HOLDFAST_WEB_REFUSED_LOGINS_PER_MINUTE: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    60,
    'Logins to the credits page that are refused, of one address. One that succeeds counts as a request of its account.',
  ),
  HOLDFAST_WEB_CANCELS_PER_HOUR: standard(
    WEB,
    wholeNumber(1, 1_000_000),
    CANCELS_PER_HOUR,
    'Running generations that one account may cancel where that is free.',
  ),
  HOLDFAST_WEB_STREAMS_PER_ACCOUNT: standard(
    WEB,
    wholeNumber(1, 1_000),
    10,
    'Open event streams of one account by its own tokens; as many by each service.',
  ),
  HOLDFAST_WEB_STREAMS: standard(
    WEB,
    wholeNumber(1, 100_000),
    2_000,
    'Open event streams of the process. The last quarter is kept for accounts that have none open.',
  ),

  HOLDFAST_CODEC_SERVER_HOST: standard(
    CODEC_SERVER,
    host,
    '127.0.0.1',
    'Where the codec server listens: `0.0.0.0` for every address of the machine.',
  ),
  HOLDFAST_CODEC_SERVER_PORT: standard(
    CODEC_SERVER,
    wholeNumber(0, 65_535),
    8081,
    'And on which port; 0 takes any that is free.',
  ),
  HOLDFAST_CODEC_SERVER_SECRET: required(
    CODEC_SERVER,
    secret,
    'What an operator logs in with, or sends as a bearer token, to read payloads.',
  ),
  HOLDFAST_CODEC_SERVER_UI_ORIGINS: required(
    CODEC_SERVER,
    exactOrigins,
    'Where Temporal’s UI is served: its pages alone may ask from a browser.',
  ),
} satisfies Record<string, Setting>;

type Settings = typeof SETTINGS;

/** The parsed settings that a process reads. */
export type ReadBy<By extends Process> = {
  [Name in keyof Settings as By extends Settings[Name]['by'][number] ? Name : never]: z.output<
    Settings[Name]['schema']
  >;
};

/** The names of the variables that a process reads. */
export function namesReadBy(process: Process): string[] {
  return Object.entries<Setting>(SETTINGS)
    .filter(([, { by }]) => by.includes(process))
    .map(([name]) => name);
}

/** The default of a setting. @throws ZodError if the setting has none */
export function defaultOf<Name extends keyof Settings>(
  name: Name,
): z.output<Settings[Name]['schema']> {
  return SETTINGS[name].schema.parse(undefined) as z.output<Settings[Name]['schema']>;
}
