import { type Stack, startStack } from '../scripts/stack/stack';
import { installLogging } from '../worker/logging';
import { loadWorkerConfig, type WorkerConfig } from '../worker/worker-config';
import { type BenchDatabase, createBenchDatabase } from './database';

/**
 * Measures with a worker's configuration, in a database of its own, on servers of its own unless the
 * environment names some.
 */
export async function onServers<T>(
  taskQueue: string,
  log: (line: string) => void,
  measure: (config: WorkerConfig, database: BenchDatabase) => Promise<T>,
): Promise<T> {
  installLogging('error');
  log('Starting Postgres and Temporal …');
  const stack = await startStack({ log });
  try {
    const database = await createBenchDatabase(stack);
    try {
      return await measure(configFor(stack, database, taskQueue), database);
    } finally {
      await database.drop();
    }
  } finally {
    await stack.stop();
  }
}

function configFor(
  { temporal }: Stack,
  { ledgerUrl }: BenchDatabase,
  taskQueue: string,
): WorkerConfig {
  return loadWorkerConfig({
    ...process.env,
    DATABASE_URL: ledgerUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    HOLDFAST_TASK_QUEUE: taskQueue,
  });
}
