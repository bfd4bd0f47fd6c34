import path from 'node:path';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createOutboxDelivery } from '../../client/outbox-delivery';
import { createLedger, type Ledger } from '../../ledger/ledger';
import { withLedgerClock } from '../../testing/ledger-clock';
import { prepareNamespace } from '../../testing/test-namespace';
import { createTestDatabase, type TestDatabase } from './database';
import { withLongDeadlines } from './process/temporal';
import { uniqueTaskQueue } from './temporal';
import { testServers } from './test-servers';

const OWNED_SERVER = path.join(__dirname, 'owned-server.sh');

export type WorkOptions = Pick<
  WorkerOptions,
  'activities' | 'workflowBundle' | 'maxCachedWorkflows'
> & {
  /** By default the environment's own. */
  taskQueue?: string;
};

export interface TimeSkipping {
  environment: TestWorkflowEnvironment;
  /**
   * Time is skipped for all open workflows while a workflow's result is awaited, but not while an
   * update is.
   */
  client: Client;
  database: TestDatabase;
  /** A ledger that goes by the environment's time. */
  ledger: Ledger;
  taskQueue: string;
  /** Starts a worker on the task queue, by default with the present workflows. */
  startWorker(options: WorkOptions): Promise<{ stop(): Promise<void> }>;
}

const opened: (() => Promise<void>)[] = [];

async function closeOpened(): Promise<void> {
  let failure: unknown;
  for (const close of opened.splice(0).reverse()) {
    await close().catch((error) => {
      failure ??= error;
    });
  }
  if (failure) throw failure;
}

/**
 * Like `describe`, but skipped if there is no time-skipping server. What its tests open is closed
 * after each test.
 */
export function describeTimeSkipping(name: string, tests: () => void): void {
  const { timeSkipping } = testServers();
  if (!timeSkipping)
    throw new Error(
      'The global set-up finds the server for test files that call describeTimeSkipping.',
    );
  if ('missing' in timeSkipping) {
    describe.skip(`${name} (skipped: no time-skipping server can be had here)`, tests);
    return;
  }
  describe(name, () => {
    afterEach(closeOpened);
    tests();
  });
}

/** A server whose time is skipped, until the end of the test. */
export async function openEnvironment(): Promise<TestWorkflowEnvironment> {
  const { timeSkipping } = testServers();
  if (!timeSkipping || 'missing' in timeSkipping)
    throw new Error('Only within describeTimeSkipping.');
  const environment = await startServer(timeSkipping.executable);
  opened.push(() => environment.teardown());
  withLongDeadlines(environment.connection);
  await prepareNamespace(environment);
  return environment;
}

/**
 * Starts the server again if it took longer than the SDK's five seconds: a busy machine may not
 * start Java in time.
 */
async function startServer(executable: string, attempts = 20): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: {
        executable: { type: 'existing-path', path: OWNED_SERVER },
        extraArgs: [executable],
      },
    });
  } catch (error) {
    if (attempts === 1 || !/did not start within/.test(String(error))) throw error;
    return startServer(executable, attempts - 1);
  }
}

/**
 * Opens a server whose time is skipped, and a ledger of its own that goes by that time. Each test
 * needs its own, because time is skipped for every workflow that is open on the server.
 */
export async function openTimeSkipping(): Promise<TimeSkipping> {
  const environment = await openEnvironment();
  const database = await createTestDatabase();
  opened.push(() => database.drop());
  const { client, nativeConnection } = environment;
  const taskQueue = uniqueTaskQueue();
  const deliver = createOutboxDelivery(client, taskQueue);
  const unclocked = createLedger({ databaseUrl: database.ledgerUrl, deliver });
  const ledger = withLedgerClock(environment, unclocked, database.testClockUrl);
  opened.push(() => ledger.close());
  return {
    environment,
    client,
    database,
    ledger,
    taskQueue,
    async startWorker({
      workflowBundle = { codePath: testServers().workflowBundlePath },
      ...options
    }) {
      const worker = await Worker.create({
        connection: nativeConnection,
        taskQueue,
        workflowBundle,
        ...options,
      });
      const finished = worker.run();
      // stop() throws the failure. Without stop() it must not end the process.
      finished.catch(() => {});
      const stop = async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await finished;
      };
      opened.push(stop);
      return { stop };
    },
  };
}
