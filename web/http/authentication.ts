import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { SECRET_BYTES_MIN } from '../../config/values';
import { defaultOf } from '../../config/variables';
import { HoldfastError } from '../../contract/errors';
import { identify, identifyAsEarlier, type Verified } from './tokens/earlier-rules';
import type { Principal } from './tokens/principal';
import { createPublishedKeys } from './tokens/published-keys';
import { refusalOf, TokenRefusal } from './tokens/refusal';

/**
 * The issuer of the tokens, and what checks them: a secret that both sides know, or keys that the
 * issuer publishes.
 */
export type AuthOptions = {
  issuer: string;
  audience: string;
  /** By how much the issuer's clock may differ; 5 by default. */
  clockToleranceSeconds?: number;
  /** `warn`: the rules of 0.1.0 decide, and the log tells of tokens that the present ones refuse. */
  earlierTokens?: 'warn';
} & ({ secret: string } | { jwksUrl: string });

/**
 * Checks the value of an Authorization header.
 *
 * @throws TokenRefusal, HoldfastError UNAUTHENTICATED, KEYS_UNAVAILABLE
 */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/**
 * The algorithms for each kind of key, and no others: a token with `none` would need no key, and a
 * token with HS256 could be signed with a published key.
 */
const SECRET_ALGORITHMS = ['HS256'];
const PUBLISHED_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/**
 * The end of the year 9999, beyond which the ledger has no dates and a cookie can have no expiry.
 */
const LAST_SECOND = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
/** Keys that match a token without a key id, each of which is tried. */
const KEYS_TRIED_MAX = 10;

/** @throws Error if the secret is too short */
export function createAuthenticator(options: AuthOptions, log: Logger): Authenticate {
  const {
    clockToleranceSeconds = defaultOf('HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS'),
    earlierTokens,
  } = options;
  const verify = createVerifier(options, clockToleranceSeconds);
  const identityOf = earlierTokens === undefined ? identify : identifyAsEarlier(log);
  return async (authorization) => {
    const token = tokenIn(authorization);
    try {
      const verified = await verify(token);
      const expiresAtMs = endOf(verified.payload, clockToleranceSeconds);
      return { ...identityOf(verified), expiresAtMs };
    } catch (error) {
      throw refusalOf(error, token);
    }
  };
}

function tokenIn(authorization: string | undefined): string {
  if (!authorization) throw new HoldfastError('UNAUTHENTICATED', 'There is no token.');
  const [, token] =
    /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new TokenRefusal('format', 'The Authorization header holds no bearer token.');
}

type Verify = (token: string) => Promise<Verified>;

function createVerifier(options: AuthOptions, clockTolerance: number): Verify {
  const { issuer, audience } = options;
  const checks = { issuer, audience, clockTolerance, requiredClaims: ['exp', 'sub'] };
  if ('secret' in options) {
    const secret = new TextEncoder().encode(options.secret);
    if (secret.length < SECRET_BYTES_MIN)
      throw new Error(`The secret has fewer than ${SECRET_BYTES_MIN} bytes.`);
    return (token) => jwtVerify(token, secret, { ...checks, algorithms: SECRET_ALGORITHMS });
  }
  const keyOf = createPublishedKeys(options.jwksUrl);
  const ofKeys = { ...checks, algorithms: PUBLISHED_KEY_ALGORITHMS };
  return async (token) => {
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

function endOf({ exp = 0 }: JWTPayload, clockToleranceSeconds: number): number {
  const end = exp + clockToleranceSeconds;
  if (end <= LAST_SECOND) return end * 1000;
  throw new TokenRefusal('exp', "The token's exp is no time between the years 1 and 9999.");
}
