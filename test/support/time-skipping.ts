import path from 'node:path';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createOutboxDelivery } from '../../client/outbox-delivery';
import { createLedger, type Ledger } from '../../ledger/ledger';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { withLedgerClock } from './clocked-ledger';
import { createTestDatabase, type TestDatabase } from './database';
import { patient } from './process/temporal';
import { uniqueTaskQueue } from './temporal';
import { testServers } from './test-servers';

const { INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;
const OWNED_SERVER = path.join(__dirname, 'owned-server.sh');

export type WorkOptions = Pick<
  WorkerOptions,
  'activities' | 'workflowBundle' | 'maxCachedWorkflows'
> & {
  /** Another one than the environment's own. */
  taskQueue?: string;
};

export interface TimeSkipping {
  environment: TestWorkflowEnvironment;
  /** Waiting for a workflow's result skips time, for all workflows that are open; waiting for an update doesn't. */
  client: Client;
  database: TestDatabase;
  /** Goes by the environment's time, for the activities and for the test. */
  ledger: Ledger;
  taskQueue: string;
  /** A worker on the task queue, with the present workflows unless it is given others. */
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

/** Like `describe`, and counted as skipped where there is no such server. What its tests open is closed after each. */
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

async function startEnvironment(): Promise<TestWorkflowEnvironment> {
  const { timeSkipping } = testServers();
  if (!timeSkipping || 'missing' in timeSkipping)
    throw new Error('Only within describeTimeSkipping.');
  const environment = await startServer(timeSkipping.executable);
  opened.push(() => environment.teardown());
  patient(environment.connection);
  await addSearchAttributes(environment);
  return environment;
}

/** The SDK gives it five seconds, in which a machine with more to do may not get Java started. */
async function startServer(executable: string, attempts = 4): Promise<TestWorkflowEnvironment> {
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

/** Not as a worker does it: this server can't say which ones it has. */
async function addSearchAttributes({ client, connection }: TestWorkflowEnvironment): Promise<void> {
  const { namespace } = client.options;
  const searchAttributes = Object.fromEntries(
    SEARCH_ATTRIBUTES.map(({ name }) => [name, INDEXED_VALUE_TYPE_KEYWORD]),
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
}

/**
 * A server whose time is skipped, and a ledger of its own that goes by that time. One for each test: time runs ahead for
 * every workflow that is open on it.
 */
export async function openTimeSkipping(): Promise<TimeSkipping> {
  const environment = await startEnvironment();
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
      // Whoever stops it gets the failure; whoever doesn't must not see the process end for it.
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
