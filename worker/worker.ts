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
  options: Omit<WorkerOptions, 'workflowBundlePath'> = {},
): Promise<void> {
  const config = loadWorkerConfig(process.env);
  const isPrivate = config.codecKeys !== undefined || options.dataConverter !== undefined;
  installLogging(config.logLevel, isPrivate);
  const { finished } = await startWorker(config, options);
  await finished;
}
