import { type Environment, type Given, readSettings } from '../../config/read-environment';
import type { LogLevel } from '../../config/values';
import type { CodecKey } from '../../contract/codec-keys';

/** The configuration of a codec server. */
export interface CodecServerConfig {
  host: string;
  port: number;
  logLevel: LogLevel;
  codecKeys: CodecKey[];
  /** What an operator logs in with, or sends as a bearer token. */
  secret: string;
  /** The origins of Temporal's UI. */
  uiOrigins: string[];
}

/**
 * The configuration by the environment's variables; docs/configuration.md lists them.
 *
 * @throws Error naming every variable that is missing, malformed or unknown
 */
export function loadCodecServerConfig(environment: Environment): CodecServerConfig {
  const { settings } = readSettings('codec-server', environment, keyProblems);
  return {
    host: settings.HOLDFAST_CODEC_SERVER_HOST,
    port: settings.HOLDFAST_CODEC_SERVER_PORT,
    logLevel: settings.HOLDFAST_LOG_LEVEL,
    // `keyProblems` refuses an environment without keys.
    codecKeys: settings.HOLDFAST_CODEC_KEYS ?? [],
    secret: settings.HOLDFAST_CODEC_SERVER_SECRET,
    uiOrigins: settings.HOLDFAST_CODEC_SERVER_UI_ORIGINS,
  };
}

function keyProblems({ HOLDFAST_CODEC_KEYS: keys }: Given): string[] {
  return keys === undefined ? ['HOLDFAST_CODEC_KEYS: is required'] : [];
}
