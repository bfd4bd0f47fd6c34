import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { createHoldfastClient, type HoldfastClient } from '../client/client';
import { createOutboxDelivery } from '../client/outbox-delivery';
import type { CatalogVersion } from '../contract/catalog';
import { createLedger, type Ledger } from '../ledger/ledger';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { createStubPaymentProvider } from '../providers/stub-payment/stub-payment-provider';
import { createWorkers } from '../worker/create-workers';
import { providerCalls } from '../worker/provider-calls';
import type { WorkerOptions } from '../worker/worker';
import { loadWorkerConfig } from '../worker/worker-config';
import { withLedgerClock } from './ledger-clock';
import { createTestLedger } from './test-ledger';
import { prepareNamespace } from './test-namespace';

export { type ReplayOptions, type ReplayReport, replayHistories } from '../replay/replay';
export { createTestLedger, type TestLedger, type TestLedgerOptions } from './test-ledger';

export interface TestHoldfastOptions extends Omit<WorkerOptions, 'dataConverter'> {
  /**
   * Your Temporal for tests: `createLocal`, `createFromExistingServer`, or `createTimeSkipping`,
   * whose time the ledger follows. Time is skipped for every open workflow of an environment, so
   * a test that skips it has one of its own.
   */
  environment: TestWorkflowEnvironment;
  /** Of a Postgres for tests, whose login may create databases and roles. */
  databaseUrl: string;
  /** Plans, packs and prices; the built-in ones by default. */
  catalog?: CatalogVersion[];
}

export interface TestHoldfast {
  client: HoldfastClient;
  ledger: Ledger;
  /** The task queue of Holdfast's workflows, for yours that start `generationWorkflow` as a child. */
  taskQueue: string;
  /** Gives an account credits that last for a year by the ledger's clock. */
  fund(accountId: string, credits: number): Promise<void>;
  /** What the audit finds; a test may end with the expectation that it is nothing. */
  violations(): Promise<Awaited<ReturnType<Ledger['audit']>>['violations']>;
  /** Stops the workers, and drops the ledger. */
  close(): Promise<void>;
}

const YEAR_MS = 365 * 86_400_000;

/**
 * Opens Holdfast for a test of your own workflows or services: a ledger of its own, a task queue of
 * its own, and workers with quick stubs in place of the providers that you don't hand over.
 *
 * @throws HoldfastError as `migrate` does, TEMPORAL_UNAVAILABLE, SEARCH_ATTRIBUTES_MISSING
 */
export async function openTestHoldfast(options: TestHoldfastOptions): Promise<TestHoldfast> {
  const { environment } = options;
  await prepareNamespace(environment);
  const database = await createTestLedger(options);
  const outputDir = mkdtempSync(join(tmpdir(), 'holdfast-testing-'));
  const taskQueue = `holdfast-testing-${randomBytes(6).toString('hex')}`;
  const ledger = openLedger(options, database, taskQueue);
  const workers = await startWorkers(options, ledger, {
    ...{ DATABASE_URL: database.databaseUrl, HOLDFAST_TASK_QUEUE: taskQueue },
    HOLDFAST_OUTPUT_DIR: outputDir,
  });
  return {
    client: createHoldfastClient({ temporal: environment.client, ledger, taskQueue }),
    ...{ ledger, taskQueue },
    async fund(accountId, credits) {
      const expiresAt = new Date((await environment.currentTimeMs()) + YEAR_MS).toISOString();
      const words = { reason: 'for a test', by: 'a test' };
      const key = `fund-${randomBytes(6).toString('hex')}`;
      const body = { credits, source: 'promotion' as const, ...words, expiresAt };
      const granted = await ledger.grant(accountId, key, body);
      if (!granted.ok) throw new Error(granted.refusal.message);
    },
    violations: async () => (await ledger.audit()).violations,
    async close() {
      await workers.stop();
      await ledger.close();
      await database.drop();
      rmSync(outputDir, { recursive: true, force: true });
    },
  };
}

function openLedger(
  { environment }: TestHoldfastOptions,
  { databaseUrl, ownerUrl }: { databaseUrl: string; ownerUrl: string },
  taskQueue: string,
): Ledger {
  const deliver = createOutboxDelivery(environment.client, taskQueue);
  const ledger = createLedger({ databaseUrl, deliver });
  return environment.supportsTimeSkipping ? withLedgerClock(environment, ledger, ownerUrl) : ledger;
}

async function startWorkers(
  { environment, ...options }: TestHoldfastOptions,
  ledger: Ledger,
  variables: Record<string, string>,
): Promise<{ stop(): Promise<void> }> {
  const config = {
    ...loadWorkerConfig(variables),
    temporal: { connectionOptions: {}, namespace: environment.client.options.namespace },
    shutdownGraceSeconds: 1,
    heartbeatMs: 500,
  };
  const { outputDir } = config;
  const {
    generationProvider = createStubGenerationProvider({ outputDir, jobMs: 100, retryAfterMs: 100 }),
    paymentProvider = createStubPaymentProvider({ outputDir, slowMs: 100, retryAfterMs: 100 }),
    ...more
  } = options;
  const parts = {
    ...{ ...more, generationProvider, paymentProvider },
    ...{ dataConverter: undefined, calls: providerCalls(config), interceptors: [] },
  };
  const { client, nativeConnection } = environment;
  const workers = await createWorkers(config, parts, ledger, client, nativeConnection);
  const runs = workers.map((worker) => worker.run());
  // `stop` throws a failure. Until then it must not end the process.
  for (const run of runs) run.catch(() => {});
  return {
    async stop() {
      for (const worker of workers) if (isRunning(worker)) worker.shutdown();
      await Promise.all(runs);
    },
  };
}

const isRunning = (worker: Worker) => worker.getState() === 'RUNNING';
