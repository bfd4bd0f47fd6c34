import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { HoldfastError } from '../contract/errors';

/** Where Temporal is, and how to get there, by its own variables and profiles. */
export type TemporalConfig = ClientConnectConfig;

/** In words what is wrong, where it is no use. */
export function loadTemporal(given: Record<string, string>): TemporalConfig | string {
  try {
    return loadClientConnectConfig({ overrideEnvVars: given });
  } catch (error) {
    return `TEMPORAL_…: ${error instanceof Error ? error.message : error}`;
  }
}

export function namespaceOf(config: TemporalConfig | undefined): string {
  return config?.namespace ?? 'default';
}

export function addressOf({ connectionOptions }: TemporalConfig): string {
  return connectionOptions.address ?? 'localhost:7233';
}

/** What a process says that can't connect. */
export function unreachable(config: TemporalConfig, cause: unknown): HoldfastError {
  const message = `Temporal can't be reached at ${addressOf(config)}.`;
  return new HoldfastError('TEMPORAL_UNAVAILABLE', message, {}, { cause });
}
