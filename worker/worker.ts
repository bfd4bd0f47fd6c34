import { installLogging } from './logging';
import { type RunningWorker, startWorker, type WorkerOptions } from './start';
import { loadWorkerConfig } from './worker-config';

export { type RunningWorker, startWorker, type WorkerOptions };

/**
 * Runs a whole worker process: configuration from the environment, logs to stderr, until SIGINT or
 * SIGTERM, on which the SDK's runtime shuts down gracefully.
 *
 * @throws Error naming every unusable variable
 * @throws HoldfastError as {@link startWorker}
 */
export async function runWorker(
  providers: Pick<WorkerOptions, 'generationProvider' | 'paymentProvider' | 'notifier'> = {},
): Promise<void> {
  const config = loadWorkerConfig(process.env);
  installLogging(config.logLevel);
  const { finished } = await startWorker(config, providers);
  await finished;
}
