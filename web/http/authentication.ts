import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Logger } from 'pino';
import { defaultOf } from '../../config/variables';
import { HoldfastError } from '../../contract/errors';
import { refusalOf, TokenRefusal } from '../../tokens/refusal';
import { createVerifier, type KeySource } from '../../tokens/verifier';
import { identify, identifyAsEarlier } from './tokens/earlier-rules';
import type { Principal } from './tokens/principal';

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
} & KeySource;

/**
 * Checks the value of an Authorization header.
 *
 * @throws TokenRefusal, HoldfastError UNAUTHENTICATED, KEYS_UNAVAILABLE
 */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/**
 * The end of the year 9999, beyond which the ledger has no dates and a cookie can have no expiry.
 */
const LAST_SECOND = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** @throws Error if the secret is too short */
export function createAuthenticator(options: AuthOptions, log: Logger): Authenticate {
  const {
    issuer,
    audience,
    clockToleranceSeconds = defaultOf('HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS'),
    earlierTokens,
  } = options;
  const verify = createVerifier(options);
  const clockTolerance = clockToleranceSeconds;
  const checks = { issuer, audience, clockTolerance, requiredClaims: ['exp', 'sub'] };
  const identityOf = earlierTokens === undefined ? identify : identifyAsEarlier(log);
  return async (authorization) => {
    const token = tokenIn(authorization);
    try {
      const verified = await verify(token, checks);
      const expiresAtMs = endOf(verified.payload, clockToleranceSeconds);
      return { ...identityOf(verified), expiresAtMs, tokenHash: hashOfSigned(token) };
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

function hashOfSigned(token: string): string {
  const signed = token.slice(0, token.lastIndexOf('.'));
  return createHash('sha256').update(signed).digest('base64url');
}

function endOf({ exp = 0 }: JWTPayload, clockToleranceSeconds: number): number {
  const end = exp + clockToleranceSeconds;
  if (end <= LAST_SECOND) return end * 1000;
  throw new TokenRefusal('exp', "The token's exp is no time between the years 1 and 9999.");
}
