import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../../stack/postgres';
import { postgresFiles, postgresUser } from '../../stack/postgres-files';
import { isListening } from '../../stack/server-process';
import { startTemporalServer } from '../../stack/temporal-server';

/** A server of the stack that keeps its data when it is killed. */
export interface KillableServer {
  port(): number;
  /** Kills it, and returns when it has gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port if that is still free. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface LedgerServer extends KillableServer {
  /** The logins, at the server's own port. */
  servingUrl(): string;
  migrationUrl(): string;
}

async function killed(pidFile: string, signal: NodeJS.Signals, port: number): Promise<void> {
  process.kill(Number.parseInt(readFileSync(pidFile, 'utf8'), 10), signal);
  while (await isListening(port)) await pause(20);
}

const START_TRIES = 10;

/** A busy machine may take longer for a start than the start waits. */
async function started<Server>(start: () => Promise<Server>, tries = START_TRIES): Promise<Server> {
  try {
    return await start();
  } catch (error) {
    if (tries === 1) throw error;
    return started(start, tries - 1);
  }
}

/** A Postgres that keeps its guarantees. SIGQUIT is its immediate stop, without a checkpoint. */
export async function startLedgerServer(persistentDir: string): Promise<LedgerServer> {
  let preferredPort: number | undefined;
  const start = () => startPostgres({ persistentDir, preferredPort });
  let server = await start();
  const port = () => Number(new URL(server.migrationUrl).port);
  const pidFile = path.join(postgresFiles(persistentDir, postgresUser()).data, 'postmaster.pid');
  return {
    port,
    servingUrl: () => server.servingUrl,
    migrationUrl: () => server.migrationUrl,
    async kill() {
      await killed(pidFile, 'SIGQUIT', port());
      await server.stop();
    },
    async restart() {
      preferredPort = port();
      server = await started(start);
    },
    stop: () => server.stop(),
  };
}

/** Temporal's development server with its file, as `npm run dev` has it. */
export async function startTemporal(
  persistentDir: string,
  log: (line: string) => void,
): Promise<KillableServer> {
  let preferredPort: number | undefined;
  const start = () => startTemporalServer({ log, persistentDir, preferredPort });
  let server = await start();
  const port = () => Number(server.address.split(':').at(-1));
  return {
    port,
    async kill() {
      await killed(path.join(persistentDir, 'temporal.pid'), 'SIGKILL', port());
      await server.stop();
    },
    async restart() {
      preferredPort = port();
      server = await started(start);
    },
    stop: () => server.stop(),
  };
}
