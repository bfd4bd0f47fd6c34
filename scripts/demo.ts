import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createHoldfastClient } from '../client/client';
import { forgetLedger } from '../client/ledger-record';
import { dataConverterOf } from '../codec/data-converter';
import { createLedger } from '../ledger/ledger';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { createStubPaymentProvider } from '../providers/stub-payment/stub-payment-provider';
import { installLogging } from '../worker/logging';
import { startWorker } from '../worker/worker';
import { loadWorkerConfig, type WorkerConfig } from '../worker/worker-config';
import { demoCatalog, runStory } from './demo/story';
import { type Stack, startStack } from './stack/stack';

/** The generations' outputs (a sound, a picture and clips) stay here until the next demo. */
const OUTPUT_FOLDER = path.join('.holdfast', 'demo-output');

const INTERRUPTED = 130;

/** Short enough for everything that happens within one of the demo's cycles. */
const JOB_MS = 1_500;

/**
 * Part of the names of this run's account and task queues: the environment may name a Temporal that
 * others use as well.
 */
const run = randomBytes(2).toString('hex');

function configFor(stack: Stack): WorkerConfig {
  return loadWorkerConfig({
    ...process.env,
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporal.address,
    TEMPORAL_NAMESPACE: stack.temporal.namespace,
    HOLDFAST_TASK_QUEUE: `holdfast-demo-${run}`,
    HOLDFAST_OUTPUT_DIR: path.resolve(OUTPUT_FOLDER),
    HOLDFAST_HEARTBEAT_MS: '500',
  });
}

async function runStoryOn(config: WorkerConfig): Promise<void> {
  const { taskQueue, temporal, databaseUrl, codecKeys } = config;
  const connection = await Connection.connect(temporal.connectionOptions);
  const ledger = createLedger({ databaseUrl: databaseUrl ?? '' });
  const dataConverter = dataConverterOf(codecKeys, undefined);
  const client = createHoldfastClient({
    temporal: new Client({ connection, namespace: temporal.namespace, dataConverter }),
    ledger,
    taskQueue,
  });
  // Closed only after a complete story. An interrupted one still has calls on the way, which would
  // crash on a closed connection, and the process ends anyway.
  await runStory({ client, ledger, accountId: `acme-${run}`, outputFolder: OUTPUT_FOLDER });
  await Promise.allSettled([connection.close(), ledger.close()]);
}

async function runOn(stack: Stack, interrupted: Promise<void>): Promise<void> {
  installLogging('error');
  const config = configFor(stack);
  const { outputDir } = config;
  const worker = await startWorker(config, {
    generationProvider: createStubGenerationProvider({ outputDir, jobMs: JOB_MS }),
    paymentProvider: createStubPaymentProvider({ outputDir }),
  });
  try {
    const ended = worker.finished.then(() => interrupted);
    await Promise.race([runStoryOn(config), interrupted, ended]);
  } finally {
    await worker.stop();
    await giveNamespaceBack(config).catch(() => {});
  }
}

/** A Temporal that the environment names outlives this run's ledger, and is to take the next one's. */
async function giveNamespaceBack({ temporal }: WorkerConfig): Promise<void> {
  const connection = await Connection.connect(temporal.connectionOptions);
  await forgetLedger(new Client({ connection, namespace: temporal.namespace }));
  await connection.close();
}

/** Rejects at the first Ctrl-C or SIGTERM, so that everything is stopped on the way out. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        process.exitCode = INTERRUPTED;
        reject(new Error('Interrupted.'));
      });
    }
  });
  interrupted.catch(() => {});
  return interrupted;
}

async function main(): Promise<void> {
  const interrupted = interruption();
  rmSync(OUTPUT_FOLDER, { recursive: true, force: true });
  process.stderr.write('Starting Postgres, Temporal and a worker …\n');
  const log = (line: string) => process.stderr.write(`${line}\n`);
  // Servers that are starting at an interruption are stopped by their guards when this process
  // ends.
  const stack = await Promise.race([
    startStack({ log, ownLedger: true, catalog: demoCatalog() }),
    interrupted,
  ]);
  try {
    await runOn(stack, interrupted);
  } finally {
    await stack.stop();
  }
}

main().then(
  // Connections that are still open must not keep the process running.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(process.exitCode || 1);
  },
);
