import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { HoldfastError } from '../contract/errors';
import { apiKeyIn } from './api-key-file';

/**
 * Temporal's address and credentials, by its own variables (`TEMPORAL_…`) and profiles. A key that
 * comes from a file is read again while a process runs (`followApiKey`).
 */
export type TemporalConfig = ClientConnectConfig & { apiKeyFile?: string };

/** The configuration, or a message that says what is wrong with it. */
export function loadTemporal(given: Record<string, string>): TemporalConfig | string {
  const { HOLDFAST_TEMPORAL_API_KEY_FILE: apiKeyFile, ...others } = given;
  // Temporal's own configuration knows no such variable, and would connect without the key.
  if (given.TEMPORAL_API_KEY_FILE !== undefined)
    return 'TEMPORAL_API_KEY_FILE: is not a variable; name it HOLDFAST_TEMPORAL_API_KEY_FILE';
  try {
    if (apiKeyFile === undefined) return loadClientConnectConfig({ overrideEnvVars: given });
    if (given.TEMPORAL_API_KEY !== undefined)
      return 'TEMPORAL_API_KEY: is in HOLDFAST_TEMPORAL_API_KEY_FILE too';
    const key = apiKeyIn(apiKeyFile);
    if (typeof key === 'string') return `HOLDFAST_TEMPORAL_API_KEY_FILE: ${key}`;
    const overrideEnvVars = { ...others, TEMPORAL_API_KEY: key.apiKey };
    return { ...loadClientConnectConfig({ overrideEnvVars }), apiKeyFile };
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
