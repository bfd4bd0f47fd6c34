import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { HoldfastError } from '../contract/errors';

/** Temporal's address and credentials, by its own variables (`TEMPORAL_…`) and profiles. */
export type TemporalConfig = ClientConnectConfig;

/** The configuration, or a message that says what is wrong with it. */
export function loadTemporal(given: Record<string, string>): TemporalConfig | string {
  try {
    return loadClientConnectConfig({ overrideEnvVars: given });
  } catch (error) {
    return `TEMPORAL_…: ${error instanceof Error ? error.message : error}`;
  }
}

/** The namespace; `default` if none is set. */
export function namespaceOf(config: TemporalConfig | undefined): string {
  return config?.namespace ?? 'default';
}

/** `host:port`; `localhost:7233` if none is set. */
export function addressOf({ connectionOptions }: TemporalConfig): string {
  return connectionOptions.address ?? 'localhost:7233';
}

/** The error of a process that can't connect. @returns HoldfastError TEMPORAL_UNAVAILABLE */
export function unreachable(config: TemporalConfig, cause: unknown): HoldfastError {
  const message = `Temporal can't be reached at ${addressOf(config)}.`;
  return new HoldfastError('TEMPORAL_UNAVAILABLE', message, {}, { cause });
}
