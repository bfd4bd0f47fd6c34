import { readFile } from 'node:fs/promises';
import { secretIn } from './secret-files';

const LOOK_EVERY_MS = 5_000;

/** The key in a file, or a message that says why there is none. */
export function apiKeyIn(file: string): { apiKey: string } | string {
  const read = secretIn(file);
  if (typeof read === 'string') return read;
  const apiKey = read.secret.trim();
  return isKey(apiKey) ? { apiKey } : 'holds no key on one line';
}

/** Any of the SDK's connections: for calls that begin later, without a new connection. */
interface KeyedConnection {
  setApiKey(apiKey: string): unknown;
}

/**
 * Hands a connection the key that its file has, within five seconds of a change, until the returned
 * function is called. As long as the file can't be read, or is being written, the key stays.
 */
export function followApiKey(
  { apiKeyFile, connectionOptions }: FollowedKey,
  connection: KeyedConnection,
): () => void {
  if (apiKeyFile === undefined) return () => {};
  let known = connectionOptions.apiKey;
  const look = async () => {
    const apiKey = (await readFile(apiKeyFile, 'utf8')).trim();
    if (apiKey === known || !isKey(apiKey)) return;
    await connection.setApiKey(apiKey);
    known = apiKey;
  };
  const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

interface FollowedKey {
  apiKeyFile?: string;
  connectionOptions: { apiKey?: unknown };
}

/** A header takes no other characters. */
function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
