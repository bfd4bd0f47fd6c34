import { chmodSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { stopLeftover } from './processes';
import {
  freePort,
  isListening,
  onFreePort,
  type ServerProcess,
  startServer,
} from './server-process';
import { findTemporalBinary, type Log } from './temporal-binary';

export interface TemporalServer {
  address: string;
  namespace: string;
  uiUrl?: string;
  stop(): Promise<void>;
}

export interface TemporalServerOptions {
  log: Log;
  namespace?: string;
  /** The folder that keeps workflows over restarts. Without it they are kept in memory. */
  persistentDir?: string;
  ui?: boolean;
  preferredPort?: number;
  preferredUiPort?: number;
}

const DATABASE_FILE = 'temporal.db';
/** `KEY=JSON value` of Temporal's dynamic configuration. */
const SETTINGS = [
  'matching.enableFairness=true',
  // Long polls at the same time: the workers of many tests may have more than the default of 1,200.
  'frontend.namespaceCount=20000',
  // Four partitions of each queue, and metrics for each of them, are for queues with more to do.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'metrics.breakdownByTaskQueue=false',
  'metrics.breakdownByPartition=false',
  // A build is told to be drained within seconds, which takes minutes by default.
  'matching.wv.VersionDrainageStatusVisibilityGracePeriod="1s"',
  'matching.wv.VersionDrainageStatusRefreshInterval="1s"',
];

async function answers(port: number, namespace: string): Promise<boolean> {
  // gRPC waits a second after a refused connection, so the port is tried first.
  if (!(await isListening(port))) return false;
  const address = `127.0.0.1:${port}`;
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/** Earlier versions made these files readable for every user. SQLite keeps what is new beside them. */
function keepPrivate(database: string): void {
  for (const file of [database, `${database}-wal`, `${database}-shm`])
    if (existsSync(file)) chmodSync(file, 0o600);
}

function storage(persistentDir: string | undefined): string[] {
  if (persistentDir === undefined) return [];
  // The defaults make an fsync at every commit, which is five times slower. These settings can lose
  // the last moments before a power cut; the ledger's idempotency keys make their repetition safe.
  return [
    ...['--db-filename', path.join(persistentDir, DATABASE_FILE)],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
  ];
}

/** Starts the development server of Temporal's own CLI, on loopback. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { log, namespace = 'default', persistentDir, ui = false } = options;
  const command = await findTemporalBinary(log);
  const folder = persistentDir ?? mkdtempSync(path.join(tmpdir(), 'holdfast-temporal-'));
  const pidFile = path.join(folder, 'temporal.pid');
  if (persistentDir !== undefined) {
    const database = path.join(persistentDir, DATABASE_FILE);
    await stopLeftover(pidFile, database);
    keepPrivate(database);
  }
  const uiPort = ui ? await freePort(options.preferredUiPort) : undefined;

  const start = async (port: number): Promise<{ address: string; server: ServerProcess }> => {
    const address = `127.0.0.1:${port}`;
    mkdirSync(folder, { recursive: true });
    const args = [
      ...[
        'server',
        'start-dev',
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--namespace',
        namespace,
      ],
      ...['--log-level', 'error'],
      ...SETTINGS.flatMap((setting) => ['--dynamic-config-value', setting]),
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...storage(persistentDir),
    ];
    const server = await startServer(
      {
        name: 'The Temporal server',
        command,
        args,
        cwd: folder,
        logFile: path.join(folder, 'temporal.log'),
        // Data in memory needs no orderly end, which would take a second.
        stopSignal: persistentDir === undefined ? 'SIGKILL' : 'SIGTERM',
        graceMs: 10_000,
        pidFile,
        removeAfter: persistentDir === undefined ? folder : undefined,
      },
      () => answers(port, namespace),
    );
    return { address, server };
  };

  const { address, server } = await onFreePort(options.preferredPort, start);
  const uiUrl = uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`;
  return { address, namespace, uiUrl, stop: () => server.stop() };
}
