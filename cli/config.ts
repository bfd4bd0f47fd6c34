import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { HoldfastError } from '../contract/errors';

/** What the command line connects to; a part that nobody named is absent. */
export interface CliConfig {
  databaseUrl?: string;
  migrationUrl?: string;
  temporal?: ClientConnectConfig;
  taskQueue: string;
  /** Temporal's Web UI, where `npm run dev` runs one. */
  uiUrl?: string;
  reconcileIntervalSeconds: number;
}

/** Every variable that the command line reads, but for Temporal's own, which `@temporalio/envconfig` reads. */
export const CLI_VARIABLES: readonly string[] = [
  'DATABASE_URL',
  'HOLDFAST_MIGRATION_DATABASE_URL',
  'HOLDFAST_TASK_QUEUE',
  'HOLDFAST_RECONCILE_INTERVAL_SECONDS',
];

type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm run dev` leaves in `.holdfast/dev.json` while it runs. */
export interface DevStack {
  databaseUrl: string;
  migrationUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  taskQueue: string;
  uiUrl?: string;
  pid: number;
}

/**
 * The environment wins; what it leaves open is the running `npm run dev` stack of the checkout around `folder`. A
 * stack that the environment contradicts is left out as a whole: half of one and half of another would do harm.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming a variable that makes no sense
 */
export function loadCliConfig(env: Environment, folder: string): CliConfig {
  const databaseUrl = postgresUrl(env, 'DATABASE_URL');
  const temporal = temporalConfig(env);
  const address = temporal.connectionOptions.address;
  const dev = agreeing(runningDevStack(folder), databaseUrl, address);
  const devTemporal = dev && {
    ...temporal,
    connectionOptions: { ...temporal.connectionOptions, address: dev.temporalAddress },
    namespace: temporal.namespace ?? dev.temporalNamespace,
  };
  return {
    databaseUrl: databaseUrl ?? dev?.databaseUrl,
    migrationUrl: postgresUrl(env, 'HOLDFAST_MIGRATION_DATABASE_URL') ?? dev?.migrationUrl ?? databaseUrl,
    temporal: address ? temporal : devTemporal,
    taskQueue: env.HOLDFAST_TASK_QUEUE || dev?.taskQueue || 'holdfast',
    uiUrl: dev?.uiUrl,
    reconcileIntervalSeconds: intervalSeconds(env),
  };
}

function postgresUrl(env: Environment, name: string): string | undefined {
  const value = env[name] || undefined;
  if (value === undefined || (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value))) return value;
  throw new HoldfastError('INVALID_ARGUMENT', `${name} must be a postgres:// URL.`);
}

function temporalConfig(env: Environment): ClientConnectConfig {
  const given = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(given) });
  } catch (error) {
    throw new HoldfastError('INVALID_ARGUMENT', `TEMPORAL_…: ${error instanceof Error ? error.message : error}`);
  }
}

function intervalSeconds(env: Environment): number {
  const value = env.HOLDFAST_RECONCILE_INTERVAL_SECONDS || '60';
  if (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= 86_400) return Number(value);
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'HOLDFAST_RECONCILE_INTERVAL_SECONDS must be a whole number from 1 to 86400.',
  );
}

function agreeing(dev: DevStack | undefined, databaseUrl: string | undefined, address: string | undefined) {
  const contradicted =
    (databaseUrl !== undefined && databaseUrl !== dev?.databaseUrl) ||
    (address !== undefined && address !== dev?.temporalAddress);
  return contradicted ? undefined : dev;
}

function runningDevStack(folder: string): DevStack | undefined {
  const file = path.join(folder, '.holdfast', 'dev.json');
  if (existsSync(file)) {
    const dev: DevStack = JSON.parse(readFileSync(file, 'utf8'));
    return isAlive(dev.pid) ? dev : undefined;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : runningDevStack(parent);
}

/** A killed stack leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
