import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHoldfastClient, type HoldfastClient } from '../../client';
import { createLedger, type Ledger } from '../../ledger';
import { createStubGenerationProvider } from '../../providers/stub-generation';
import { startWorker, type WorkerOptions } from '../../worker';
import { loadWorkerConfig, type WorkerConfig } from '../../worker/config';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type TestTemporal, testTemporal } from '../support/temporal';

export interface Holdfast {
  temporal: TestTemporal;
  database: TestDatabase;
  ledger: Ledger;
  client: HoldfastClient;
  config: WorkerConfig;
  outputDir: string;
  /** A worker on this file's own queues; stopped with everything else if the test doesn't. */
  startWorker(overrides?: Partial<WorkerConfig>, options?: WorkerOptions): Promise<{ stop(): Promise<void> }>;
  /** An account with credits that last for a year. */
  fund(accountId: string, credits: number): Promise<void>;
  close(): Promise<void>;
}

/** The whole of Holdfast on a ledger and task queues of this file's own; jobs of the stub take a fraction of a second. */
export async function openHoldfast(): Promise<Holdfast> {
  const temporal = await testTemporal();
  const database = await createTestDatabase();
  const ledger = createLedger({ databaseUrl: database.ledgerUrl });
  const outputDir = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  const { taskQueue } = temporal;
  const config: WorkerConfig = {
    ...loadWorkerConfig({
      DATABASE_URL: database.ledgerUrl,
      HOLDFAST_TASK_QUEUE: taskQueue,
      HOLDFAST_OUTPUT_DIR: outputDir,
    }),
    temporal: { connectionOptions: { address: temporal.address }, namespace: temporal.namespace },
    shutdownGraceSeconds: 1,
  };
  const workers: { stop(): Promise<void> }[] = [];
  return {
    temporal,
    database,
    ledger,
    config,
    outputDir,
    client: createHoldfastClient({ temporal: temporal.client, ledger, taskQueue }),
    async startWorker(overrides, options) {
      const generationProvider = createStubGenerationProvider({ outputDir, jobMs: 300 });
      const workflowBundlePath = temporal.workflowBundle.codePath;
      const worker = await startWorker(
        { ...config, ...overrides },
        { generationProvider, workflowBundlePath, ...options },
      );
      workers.push(worker);
      return worker;
    },
    async fund(accountId, credits) {
      const expiresAt = new Date(Date.now() + 365 * 86_400_000).toISOString();
      const body = { credits, source: 'promotion' as const, reason: 'test', by: 'test', expiresAt };
      const granted = await ledger.grant(accountId, 'fund', body);
      if (!granted.ok) throw new Error(granted.refusal.message);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await temporal.close();
      await ledger.close();
      await database.drop();
      rmSync(outputDir, { recursive: true, force: true });
    },
  };
}
