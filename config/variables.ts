import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { PROOF_SETTINGS } from './proof-variables';
import {
  ALL,
  CLI,
  optional,
  type Process,
  SERVICES,
  type Setting,
  standard,
  WORKER,
} from './setting';
import { TELEMETRY_SETTINGS } from './telemetry-variables';
import { TUNING_SETTINGS } from './tuning-variables';
import {
  bearerToken,
  deploymentName,
  dottedName,
  encryptionKeys,
  LOG_LEVELS,
  oneOf,
  plainText,
  postgresUrl,
  quotas,
  stripeKey,
  webhookSecrets,
  webUrl,
  wholeNumber,
} from './values';
import { WEB_SETTINGS } from './web-variables';

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
  HOLDFAST_DATABASE_CONNECT_MS: standard(
    SERVICES,
    wholeNumber(100, 60_000),
    3_000,
    'How long a call of the ledger waits for a connection, a free one or a new one, and for its account’s turn.',
  ),
  HOLDFAST_DATABASE_BATCHES: standard(
    WORKER,
    oneOf('on', 'off'),
    'on',
    'Whether reserves, commits and releases that come while a call of the ledger is under way travel together in the next one. With `off` each is a call of its own.',
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
    dottedName,
    'holdfast',
    'Temporal’s task queue; generation, payments and notices have `…-generation`, `…-payments` and `…-notices`. The same for all processes.',
  ),
  HOLDFAST_SEARCHED_BY: standard(
    ALL,
    oneOf('attributes', 'list'),
    'attributes',
    'What workflows are found by in Temporal: an attribute of type Keyword for each of account, kind, plan and state, or one of type KeywordList with all of them (`HoldfastTags`), for a namespace that has no room for four. The same for all processes. See [operators.md](how-to/operators.md#in-a-namespace-without-room).',
  ),
  HOLDFAST_TEMPORAL_API_KEY_FILE: optional(
    ALL,
    plainText.describe('path of a file'),
    'A file with Temporal’s API key, instead of `TEMPORAL_API_KEY`. Worker and web process read it again every five seconds, so that a key is changed without a restart ([temporal-cloud.md](how-to/temporal-cloud.md#change-a-key)).',
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
    ALL,
    wholeNumber(1, A_DAY_SECONDS),
    60,
    'How often reconciliation runs: `holdfast setup` schedules it so, and the worker gives workflows as long before it does their part.',
  ),
  HOLDFAST_RECONCILE_IDLE_SECONDS: standard(
    ALL,
    wholeNumber(1, A_DAY_SECONDS),
    600,
    'While nothing is due, that interval doubles up to this many seconds, and falls back once something is. It never falls below the interval itself.',
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
    'Where `GET /healthz` answers 200 while all of the process’s workers run and none is lost to a provider that never answers, and 503 otherwise; and `GET /readyz` 200 while they also reach Temporal and the ledger. Without it nowhere.',
  ),
  HOLDFAST_PROVIDERS: optional(
    WORKER,
    plainText.describe('path of a module'),
    'Your own providers: a JavaScript module that exports `generationProvider`, `paymentProvider`, `notifier`, or some of them. See [production.md](how-to/production.md#your-own-providers).',
  ),
  HOLDFAST_DEPLOYMENT: optional(
    WORKER,
    deploymentName,
    'The process’s Worker Deployment in Temporal. With it builds run side by side, and a new one gets work once it is made current there; without it any worker gets any work. See [deploy.md](how-to/deploy.md).',
  ),
  HOLDFAST_BUILD_ID: optional(
    WORKER,
    dottedName,
    'The build’s id within the deployment, such as the image’s tag; by default made from a hash of the workflows’ code, so that a change of anything else needs an id of its own.',
  ),
  HOLDFAST_GENERATION: optional(
    WORKER,
    oneOf('stub'),
    'Lets a stub generate: its output is worth nothing, so it is for development. Without it a worker that runs generations starts only with a provider of your own.',
  ),
  HOLDFAST_PAYMENTS: optional(
    WORKER,
    oneOf('stub', 'stripe'),
    '`stripe` takes money by Stripe; `stub` sells packs without taking any, for development. Otherwise only a provider of your own sells any. See [connect-stripe.md](how-to/connect-stripe.md#take-money-for-packs).',
  ),
  HOLDFAST_STRIPE_API_KEY: optional(
    WORKER,
    stripeKey,
    'What packs are charged with; required where Stripe takes the money.',
  ),
  HOLDFAST_STRIPE_API_URL: standard(
    WORKER,
    webUrl,
    'https://api.stripe.com',
    'Where Stripe’s API is: for tests, a server that stands in for it.',
  ),
  HOLDFAST_BILLING_ENVIRONMENT: standard(
    WORKER,
    oneOf('live', 'test'),
    'live',
    'The environment of the billing systems that counts: events of the other one are refused. See [connect-billing.md](how-to/connect-billing.md).',
  ),
  HOLDFAST_WEBHOOK_URL: optional(
    WORKER,
    plainText.describe('https URL'),
    'Where notices are posted; without it they are written to the log. See [webhook.md](how-to/webhook.md).',
  ),
  HOLDFAST_WEBHOOK_SECRET: optional(
    WORKER,
    webhookSecrets,
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
  ...PROOF_SETTINGS,
  HOLDFAST_TOKEN: optional(
    CLI,
    bearerToken,
    'An operator’s token for the HTTP API, which commands with `--api` send.',
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
    'How many generations the process runs at the same time; with a tuner at most.',
  ),
  HOLDFAST_GENERATIONS_PER_MINUTE: optional(
    WORKER,
    wholeNumber(1, 600_000),
    'How many activities of the generation queue Temporal hands out in a minute, to all processes together: the same for all of them.',
  ),
  HOLDFAST_GENERATION_QUOTAS: optional(
    WORKER,
    quotas,
    'How many generations of a kind this process submits in a minute, such as `text-to-video:30`: the provider’s quota, divided by the number of processes. See [tuning.md](reference/tuning.md#a-providers-quota).',
  ),
  HOLDFAST_HEARTBEAT_MS: {
    ...optional(
      WORKER,
      wholeNumber(100, 30_000),
      'How often a running generation tells Temporal its progress, and hears that it is cancelled; never less often than by default. On Temporal Cloud each time is an Action. See [temporal-cloud.md](how-to/temporal-cloud.md#heartbeats).',
    ),
    defaultInWords: 'a tenth of its kind’s time limit, between 5 and 30 s',
  },

  ...TELEMETRY_SETTINGS,
  ...TUNING_SETTINGS,
  ...WEB_SETTINGS,
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

/** The names of the variables that are secrets: each may be in a file, by `NAME_FILE`. */
export const SECRETS: readonly string[] = Object.entries<Setting>(SETTINGS)
  .filter(([, { isSecret }]) => isSecret)
  .map(([name]) => name);

/** Those of them that a process reads. */
export function secretsReadBy(process: Process): string[] {
  return namesReadBy(process).filter((name) => SECRETS.includes(name));
}

/** The default of a setting. @throws ZodError if the setting has none */
export function defaultOf<Name extends keyof Settings>(
  name: Name,
): z.output<Settings[Name]['schema']> {
  return SETTINGS[name].schema.parse(undefined) as z.output<Settings[Name]['schema']>;
}
