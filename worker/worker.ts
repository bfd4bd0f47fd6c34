import { freeLocalAddress } from '../telemetry/sdk-metrics';
import { installLogging } from './logging';
import { loadProviders } from './own-providers/load-providers';
import { type RunningWorker, startMeasuredWorker, startWorker, type WorkerOptions } from './start';
import { loadWorkerConfig } from './worker-config';

export { type RunningWorker, startWorker, type WorkerOptions };

/**
 * Runs a whole worker process: configuration from the environment, logs to stderr, until SIGINT or
 * SIGTERM, on which the SDK's runtime shuts down gracefully. Providers that are handed over come
 * before those of the module that `HOLDFAST_PROVIDERS` names.
 *
 * @throws Error naming every unusable variable, or what is wrong with the module
 * @throws HoldfastError as {@link startWorker}
 */
export async function runWorker(
  options: Omit<WorkerOptions, 'workflowBundlePath'> = {},
): Promise<void> {
  const config = loadWorkerConfig(process.env);
  const isPrivate = config.codecKeys !== undefined || options.dataConverter !== undefined;
  const sdkMetrics = config.metrics && (await freeLocalAddress());
  installLogging(config.logLevel, isPrivate, sdkMetrics);
  const { providersModule } = config;
  const loaded = providersModule === undefined ? {} : await loadProviders(providersModule);
  const { finished } = await startMeasuredWorker(config, { ...loaded, ...options }, sdkMetrics);
  await finished;
}
