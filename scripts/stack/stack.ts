import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { CatalogVersion } from '../../contract/catalog';
import { migrate } from '../../ledger/migrate';
import { startPostgres } from './postgres';
import type { Log } from './temporal-binary';
import { startTemporalServer } from './temporal-server';

export interface StackOptions {
  /** The folder for data that outlives a restart. Without it all data is thrown away. */
  persistentDir?: string;
  ui?: boolean;
  /** Keeps a throw-away ledger in memory, where creating a database takes a tenth of the time. */
  preferMemory?: boolean;
  log: Log;
  /** Starts a ledger of its own even if the environment names one. */
  ownLedger?: boolean;
  /** The catalog of an empty ledger; the built-in one by default. */
  catalog?: CatalogVersion[];
  ports?: { postgres?: number; temporal?: number; ui?: number };
}

export interface Stack {
  /** The worker's connection, which may only call the ledger's functions and read its views. */
  databaseUrl: string;
  migrationUrl: string;
  temporal: { address: string; namespace: string };
  uiUrl?: string;
  /** Stops the servers that were started here, and not those that the environment names. */
  stop(): Promise<void>;
}

/**
 * A server that was started or that the environment names; in the latter case `stop` does nothing.
 */
export interface Part<T> {
  value: T;
  stop(): Promise<void>;
}

/** The Postgres that the environment names, or an embedded one. */
export async function startLedgerServer(
  options: StackOptions,
): Promise<Part<{ databaseUrl: string; migrationUrl: string }>> {
  const given = options.ownLedger ? undefined : process.env.DATABASE_URL;
  if (given) {
    const migrationUrl = process.env.HOLDFAST_MIGRATION_DATABASE_URL || given;
    return { value: { databaseUrl: given, migrationUrl }, stop: async () => undefined };
  }
  const postgres = await startPostgres({
    persistentDir: options.persistentDir,
    preferMemory: options.preferMemory,
    preferredPort: options.ports?.postgres,
  });
  return {
    value: { databaseUrl: postgres.servingUrl, migrationUrl: postgres.migrationUrl },
    stop: postgres.stop,
  };
}

/** The Temporal that the environment names, or a development server. */
export async function startEngine(
  options: StackOptions,
): Promise<Part<{ temporal: { address: string; namespace: string }; uiUrl?: string }>> {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  if (connectionOptions.address) {
    const temporal = { address: connectionOptions.address, namespace: namespace ?? 'default' };
    return { value: { temporal }, stop: async () => undefined };
  }
  const server = await startTemporalServer({
    log: options.log,
    namespace,
    persistentDir: options.persistentDir,
    ui: options.ui,
    preferredPort: options.ports?.temporal,
    preferredUiPort: options.ports?.ui,
  });
  const { address, uiUrl } = server;
  return {
    value: { temporal: { address, namespace: server.namespace }, uiUrl },
    stop: server.stop,
  };
}

/**
 * Starts what a worker needs: a migrated ledger and a Temporal. Servers that the environment names
 * are used instead.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const parts = await Promise.allSettled([startLedgerServer(options), startEngine(options)]);
  const [database, temporal] = parts;
  const stop = async (): Promise<void> => {
    await Promise.all(
      parts.map((part) => (part.status === 'fulfilled' ? part.value.stop() : undefined)),
    );
  };
  try {
    if (database.status === 'rejected') throw database.reason;
    if (temporal.status === 'rejected') throw temporal.reason;
    const { databaseUrl, migrationUrl } = database.value.value;
    await migrate({
      migrationUrl,
      servingUrl: databaseUrl,
      log: options.log,
      catalog: options.catalog,
    });
    return { ...database.value.value, ...temporal.value.value, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
