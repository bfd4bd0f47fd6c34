import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { CatalogVersion } from '../../contract/catalog';
import { migrate } from '../../ledger/migrate';
import { startPostgres } from './postgres';
import type { Log } from './temporal-binary';
import { startTemporalServer } from './temporal-server';

export interface StackOptions {
  /** Data that outlives a restart; without it everything is in memory or thrown away. */
  persistentDir?: string;
  ui?: boolean;
  /** For a throw-away ledger with many databases: to make one is a tenth of the work in memory. */
  preferMemory?: boolean;
  log: Log;
  /** A ledger of its own, even where the environment names one. */
  ownLedger?: boolean;
  /** What an empty ledger sells; the built-in catalog by default. */
  catalog?: CatalogVersion[];
  ports?: { postgres?: number; temporal?: number; ui?: number };
}

export interface Stack {
  /** What the worker connects with: it may call the ledger's functions and read its views, and nothing else. */
  databaseUrl: string;
  migrationUrl: string;
  temporal: { address: string; namespace: string };
  uiUrl?: string;
  /** What was started here is stopped; servers that the environment names are left alone. */
  stop(): Promise<void>;
}

export interface Part<T> {
  value: T;
  stop(): Promise<void>;
}

/** The Postgres that the environment names, or else an embedded one. */
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

/** The Temporal that the environment names, or else a development server. */
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

/** Everything that a worker needs: a migrated ledger and a Temporal, the environment's where it names them. */
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
