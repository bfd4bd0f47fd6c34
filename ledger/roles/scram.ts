import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { HoldfastError } from '../../contract/errors';

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/**
 * What Postgres keeps of a password for SCRAM-SHA-256 (RFC 5803). It is sent in place of the
 * password, which so stands in no statement and in no log of the server.
 *
 * @throws HoldfastError INVALID_ARGUMENT for characters that clients don't all prepare in one way
 */
export async function scramVerifier(password: string, iterations: number): Promise<string> {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'A password of a login that `holdfast migrate` makes has printable ASCII characters alone.',
    );
  }
  const salt = randomBytes(SALT_BYTES);
  const salted = await promisify(pbkdf2)(password, salt, iterations, KEY_BYTES, 'sha256');
  const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
