import { secretIn } from '../config/secret-files';
import { HoldfastError } from '../contract/errors';
import { ApiConnections } from './api/api-connections';
import type { CliConfig } from './cli-config';
import { Connections } from './connections';

/** The options that every command takes. */
export interface GlobalOptions {
  api?: string;
  tokenFile?: string;
}

/**
 * The connections of a command: to the servers themselves, or over HTTP.
 *
 * @throws HoldfastError INVALID_ARGUMENT, UNAUTHENTICATED
 */
export function connectionsFor({ api, tokenFile }: GlobalOptions, config: CliConfig): Connections {
  if (api !== undefined) return new ApiConnections(api, tokenOf(tokenFile, config), config);
  if (tokenFile === undefined) return new Connections(config);
  throw new HoldfastError('INVALID_ARGUMENT', '--token-file belongs to --api.');
}

function tokenOf(file: string | undefined, { token }: CliConfig): string {
  if (file !== undefined) {
    const read = secretIn(file);
    if (typeof read === 'object') return read.secret;
    throw new HoldfastError('INVALID_ARGUMENT', `--token-file ${read}.`);
  }
  if (token !== undefined) return token;
  throw new HoldfastError(
    'UNAUTHENTICATED',
    'There is no token: set HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE, or say --token-file.',
  );
}
