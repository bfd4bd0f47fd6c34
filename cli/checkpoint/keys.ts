import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HoldfastError } from '../../contract/errors';
import { shown } from '../../contract/json';

/** @throws HoldfastError CHECKPOINT_KEY_INVALID */
export function readSigningKey(file: string): KeyObject {
  return readKey(file, 'private', createPrivateKey);
}

/**
 * The public keys in these files, by the name that a checkpoint gives them.
 *
 * @throws HoldfastError CHECKPOINT_KEY_INVALID
 */
export function readPublicKeys(files: readonly string[]): Map<string, KeyObject> {
  const keys = files.map((file) => readKey(file, 'public', publicKeyIn));
  return new Map(keys.map((key) => [publicNameOf(key), key]));
}

/** The public part of a key, as the member `x` of a JWK. */
export function publicNameOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'jwk' }).x as string;
}

/** Node would derive the public key of a private one, which has no business where this is read. */
function publicKeyIn(pem: Buffer): KeyObject {
  if (pem.includes('PRIVATE KEY')) throw new Error('it is a private key');
  return createPublicKey(pem);
}

function readKey(
  file: string,
  type: 'private' | 'public',
  parse: (pem: Buffer) => KeyObject,
): KeyObject {
  try {
    const key = parse(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${key.asymmetricKeyType}`);
    return key;
  } catch (error) {
    // OpenSSL's own message may hold a part of the file.
    const { code } = error as NodeJS.ErrnoException;
    const why = code?.startsWith('E') && !code.startsWith('ERR_') ? ` (${code})` : '';
    throw new HoldfastError(
      'CHECKPOINT_KEY_INVALID',
      `${shown(file)} holds no ${type} Ed25519 key in PEM${why}.`,
      { file },
    );
  }
}
