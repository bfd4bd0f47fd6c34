import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createHoldfastClient } from '../client/client';
import { createLedger } from '../ledger/ledger';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { createStubPaymentProvider } from '../providers/stub-payment/stub-payment-provider';
import { installLogging } from '../worker/logging';
import { startWorker } from '../worker/worker';
import { loadWorkerConfig, type WorkerConfig } from '../worker/worker-config';
import { demoCatalog, tellStory } from './demo/story';
import { type Stack, startStack } from './stack/stack';

/** What the generations have made stays until the next demo: a sound, a picture and the clips, to be opened. */
const OUTPUT_FOLDER = path.join('.holdfast', 'demo-output');

const INTERRUPTED = 130;

/** So short that all that happens within a cycle has time in it. */
const JOB_MS = 1_500;

/** An account and task queues of this run's own, should the environment name a Temporal that others use too. */
const run = randomBytes(2).toString('hex');

function configFor(stack: Stack): WorkerConfig {
  return loadWorkerConfig({
    ...process.env,
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporal.address,
    TEMPORAL_NAMESPACE: stack.temporal.namespace,
    HOLDFAST_TASK_QUEUE: `holdfast-demo-${run}`,
    HOLDFAST_OUTPUT_DIR: path.resolve(OUTPUT_FOLDER),
  });
}

async function tellOn(config: WorkerConfig): Promise<void> {
  const { taskQueue, temporal, databaseUrl } = config;
  const connection = await Connection.connect(temporal.connectionOptions);
  const ledger = createLedger({ databaseUrl });
  const client = createHoldfastClient({
    temporal: new Client({ connection, namespace: temporal.namespace }),
    ledger,
    taskQueue,
  });
  // Closed only after a whole story: an interrupted one still has calls on the way, which a closed connection would turn
  // into a crash, and the process ends anyway.
  await tellStory({ client, ledger, accountId: `acme-${run}`, outputFolder: OUTPUT_FOLDER });
  await Promise.allSettled([connection.close(), ledger.close()]);
}

async function playOn(stack: Stack, interrupted: Promise<void>): Promise<void> {
  installLogging('error');
  const config = configFor(stack);
  const { outputDir } = config;
  const worker = await startWorker(config, {
    generationProvider: createStubGenerationProvider({ outputDir, jobMs: JOB_MS }),
    paymentProvider: createStubPaymentProvider({ outputDir }),
  });
  try {
    const ended = worker.finished.then(() => interrupted);
    await Promise.race([tellOn(config), interrupted, ended]);
  } finally {
    await worker.stop();
  }
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
  // Whatever is half-way up at an interruption goes down with this process; its guards see to that.
  const stack = await Promise.race([
    startStack({ log, ownLedger: true, catalog: demoCatalog() }),
    interrupted,
  ]);
  try {
    await playOn(stack, interrupted);
  } finally {
    await stack.stop();
  }
}

main().then(
  // Whatever the servers' clients left open has no say in when the demo ends.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(process.exitCode || 1);
  },
);
