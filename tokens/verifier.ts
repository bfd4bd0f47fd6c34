import {
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { SECRET_BYTES_MIN } from '../config/values';
import { createPublishedKeys } from './published-keys';

/** What checks a token's signature: a secret that both sides know, or keys that are published. */
export type KeySource = { secret: string } | { jwksUrl: string };

/** A token's parts, once its signature and its claims about time and place have been checked. */
export interface Verified {
  payload: JWTPayload;
  protectedHeader: Partial<JWTHeaderParameters>;
}

/** The checks of a token beside its signature. */
export type Checks = Omit<JWTVerifyOptions, 'algorithms'>;

/** Throws what jose throws. */
export type Verify = (token: string, checks: Checks) => Promise<Verified>;

/**
 * The algorithms for each kind of key, and no others: a token with `none` would need no key, and a
 * token with HS256 could be signed with a published key.
 */
const SECRET_ALGORITHMS = ['HS256'];
const PUBLISHED_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** Keys that match a token without a key id, each of which is tried. */
const KEYS_TRIED_MAX = 10;

/** @throws Error if the secret is too short */
export function createVerifier(keys: KeySource): Verify {
  if ('secret' in keys) {
    const secret = new TextEncoder().encode(keys.secret);
    if (secret.length < SECRET_BYTES_MIN)
      throw new Error(`The secret has fewer than ${SECRET_BYTES_MIN} bytes.`);
    return (token, checks) =>
      jwtVerify(token, secret, { ...checks, algorithms: SECRET_ALGORITHMS });
  }
  const keyOf = createPublishedKeys(keys.jwksUrl);
  return async (token, checks) => {
    const ofKeys = { ...checks, algorithms: PUBLISHED_KEY_ALGORITHMS };
    try {
      return await jwtVerify(token, keyOf, ofKeys);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys)
        return verifyWithAny(error, token, ofKeys);
      throw error;
    }
  };
}

/** Tries each key that could have signed the token. */
async function verifyWithAny(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  checks: JWTVerifyOptions,
): Promise<Verified> {
  let tried = 0;
  for await (const key of keys) {
    if (tried === KEYS_TRIED_MAX) break;
    tried += 1;
    try {
      return await jwtVerify(token, key, checks);
    } catch (error) {
      // Claims are checked only once the signature is right.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
