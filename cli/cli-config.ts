import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../config/is-alive.js';
import { type Environment, readCliSettings } from '../config/read-environment';
import type { TemporalConfig } from '../config/temporal';
import { defaultOf, namesReadBy } from '../config/variables';

/** What the command line connects to; a part that nobody named is absent. */
export interface CliConfig {
  databaseUrl?: string;
  migrationUrl?: string;
  temporal?: TemporalConfig;
  taskQueue: string;
  /** Temporal's Web UI, where `npm run dev` runs one. */
  uiUrl?: string;
  reconcileIntervalSeconds: number;
}

/** Every variable that the command line reads, but for Temporal's own (`TEMPORAL_…`). */
export const CLI_VARIABLES: readonly string[] = namesReadBy('cli');

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
  const { settings, given, temporal } = readCliSettings(env);
  const { DATABASE_URL: databaseUrl, HOLDFAST_MIGRATION_DATABASE_URL: migrationUrl } = settings;
  const address = temporal.connectionOptions.address;
  const dev = agreeing(runningDevStack(folder), databaseUrl, address);
  const devTemporal = dev && {
    ...temporal,
    connectionOptions: { ...temporal.connectionOptions, address: dev.temporalAddress },
    namespace: temporal.namespace ?? dev.temporalNamespace,
  };
  return {
    databaseUrl: databaseUrl ?? dev?.databaseUrl,
    migrationUrl: migrationUrl ?? dev?.migrationUrl ?? databaseUrl,
    temporal: address ? temporal : devTemporal,
    taskQueue: given.HOLDFAST_TASK_QUEUE ?? dev?.taskQueue ?? defaultOf('HOLDFAST_TASK_QUEUE'),
    uiUrl: dev?.uiUrl,
    reconcileIntervalSeconds:
      settings.HOLDFAST_RECONCILE_INTERVAL_SECONDS ??
      defaultOf('HOLDFAST_RECONCILE_INTERVAL_SECONDS'),
  };
}

function agreeing(
  dev: DevStack | undefined,
  databaseUrl: string | undefined,
  address: string | undefined,
) {
  const contradicted =
    (databaseUrl !== undefined && databaseUrl !== dev?.databaseUrl) ||
    (address !== undefined && address !== dev?.temporalAddress);
  return contradicted ? undefined : dev;
}

function runningDevStack(folder: string): DevStack | undefined {
  const file = path.join(folder, '.holdfast', 'dev.json');
  if (existsSync(file)) {
    const dev: DevStack = JSON.parse(readFileSync(file, 'utf8'));
    // A killed stack leaves its file behind.
    return isAlive(dev.pid) ? dev : undefined;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : runningDevStack(parent);
}
