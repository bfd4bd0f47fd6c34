import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProofSignerOptions, SearchedBy } from '../client/client';
import { isAlive } from '../config/is-alive.js';
import { type Environment, readCliSettings } from '../config/read-environment';
import type { TemporalConfig } from '../config/temporal';
import { defaultOf, namesReadBy, type ReadBy } from '../config/variables';
import type { CodecKey } from '../contract/codec-keys';
import type { LedgerRole } from '../ledger/access';
import type { TokenSignerOptions } from '../tokens/sign-token';

/**
 * The servers that the command line connects to. A part is absent if neither the environment nor a
 * running stack names it.
 */
export interface CliConfig {
  databaseUrl?: string;
  migrationUrl?: string;
  /** The logins that `migrate` makes, by role. */
  loginUrls: Partial<Record<LedgerRole, string>>;
  temporal?: TemporalConfig;
  taskQueue: string;
  /** What workflows are found by in Temporal. */
  searchedBy: SearchedBy;
  /** Why a stack that may run in this checkout isn't known, such as another user's. */
  unreadableStack?: string;
  /** Temporal's Web UI, if `npm run dev` runs one. */
  uiUrl?: string;
  reconcileIntervalSeconds: number;
  /** How long that interval may become while nothing is due. */
  reconcileIdleSeconds: number;
  /** The keys that encrypt Temporal's payloads; without them these stand in clear. */
  codecKeys?: CodecKey[];
  /** The operator's token for the HTTP API. */
  token?: string;
  /** What signs this operator's commands; without it they have no proof. */
  proofSigner?: Omit<ProofSignerOptions, 'subject'>;
  /** What signs tokens for the HTTP API: the variables, unread, and what the stack signs with. */
  tokens: { environment: Environment; ofStack?: TokenSignerOptions };
}

/** Every variable that the command line reads, without Temporal's own (`TEMPORAL_…`). */
export const CLI_VARIABLES: readonly string[] = namesReadBy('cli');

/** What `npm run dev` leaves in `.holdfast/dev.json` while it runs. */
export interface DevStack {
  databaseUrl: string;
  migrationUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  taskQueue: string;
  uiUrl?: string;
  /** `auth` has a secret unless an issuer's published keys check tokens. */
  web?: { auth: Partial<TokenSignerOptions> };
  pid: number;
}

/**
 * The configuration by the environment, completed from the running `npm run dev` stack of the
 * checkout around `folder`. A stack that differs from the environment in any server isn't used at
 * all, so that a command never joins one installation's database with another's Temporal.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming the variable that can't be used
 */
export function loadCliConfig(env: Environment, folder: string): CliConfig {
  const { settings, given, temporal } = readCliSettings(env);
  const { DATABASE_URL: databaseUrl, HOLDFAST_MIGRATION_DATABASE_URL: migrationUrl } = settings;
  const address = temporal.connectionOptions.address;
  const running = runningDevStack(folder);
  const unreadableStack = typeof running === 'string' ? running : undefined;
  const known = typeof running === 'string' ? undefined : running;
  const dev = unlessContradicted(known, databaseUrl, address);
  const devTemporal = dev && {
    ...temporal,
    connectionOptions: { ...temporal.connectionOptions, address: dev.temporalAddress },
    namespace: temporal.namespace ?? dev.temporalNamespace,
  };
  return {
    databaseUrl: databaseUrl ?? dev?.databaseUrl,
    migrationUrl: migrationUrl ?? dev?.migrationUrl ?? databaseUrl,
    loginUrls: {
      web: settings.HOLDFAST_WEB_DATABASE_URL,
      worker: settings.HOLDFAST_WORKER_DATABASE_URL,
      operator: settings.HOLDFAST_OPERATOR_DATABASE_URL,
      reader: settings.HOLDFAST_READER_DATABASE_URL,
    },
    temporal: address ? temporal : devTemporal,
    taskQueue: given.HOLDFAST_TASK_QUEUE ?? dev?.taskQueue ?? defaultOf('HOLDFAST_TASK_QUEUE'),
    unreadableStack,
    uiUrl: dev?.uiUrl,
    searchedBy: settings.HOLDFAST_SEARCHED_BY ?? defaultOf('HOLDFAST_SEARCHED_BY'),
    reconcileIntervalSeconds:
      settings.HOLDFAST_RECONCILE_INTERVAL_SECONDS ??
      defaultOf('HOLDFAST_RECONCILE_INTERVAL_SECONDS'),
    reconcileIdleSeconds:
      settings.HOLDFAST_RECONCILE_IDLE_SECONDS ?? defaultOf('HOLDFAST_RECONCILE_IDLE_SECONDS'),
    codecKeys: settings.HOLDFAST_CODEC_KEYS,
    token: settings.HOLDFAST_TOKEN,
    proofSigner: proofSignerOf(settings),
    tokens: { environment: ofTokensIn(env), ofStack: tokenSignerOf(dev) },
  };
}

function proofSignerOf({
  HOLDFAST_PROOF_SECRET: secret,
  HOLDFAST_PROOF_ISSUER: issuer,
  HOLDFAST_PROOF_AUDIENCE: audience = defaultOf('HOLDFAST_PROOF_AUDIENCE'),
}: Partial<ReadBy<'cli'>>): CliConfig['proofSigner'] {
  return secret !== undefined && issuer !== undefined ? { secret, issuer, audience } : undefined;
}

function ofTokensIn(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith('HOLDFAST_JWT_')),
  );
}

function tokenSignerOf(dev: DevStack | undefined): TokenSignerOptions | undefined {
  const { secret, issuer, audience } = dev?.web?.auth ?? {};
  return secret && issuer && audience ? { secret, issuer, audience } : undefined;
}

function unlessContradicted(
  dev: DevStack | undefined,
  databaseUrl: string | undefined,
  address: string | undefined,
) {
  const contradicted =
    (databaseUrl !== undefined && databaseUrl !== dev?.databaseUrl) ||
    (address !== undefined && address !== dev?.temporalAddress);
  return contradicted ? undefined : dev;
}

/** The stack, or why what there is of it can't be read. */
function runningDevStack(folder: string): DevStack | string | undefined {
  const file = path.join(folder, '.holdfast', 'dev.json');
  if (existsSync(file)) {
    try {
      const dev: DevStack = JSON.parse(readFileSync(file, 'utf8'));
      // A stack that was killed leaves its file behind.
      return isAlive(dev.pid) ? dev : undefined;
    } catch (error) {
      const isOthers = ['EACCES', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code));
      const why = isOthers ? 'it belongs to another user' : 'it is not whole';
      return `${file}, which \`npm run dev\` writes, can't be read: ${why}. Start your own stack in a checkout of your own, or set DATABASE_URL and TEMPORAL_ADDRESS.`;
    }
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : runningDevStack(parent);
}
