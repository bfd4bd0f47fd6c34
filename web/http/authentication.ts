import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { SECRET_BYTES_MIN } from '../../config/values';
import { HoldfastError } from '../../contract/errors';
import { checkAccountId } from '../../contract/ids';
import { includes, type Scope } from './scopes';

/**
 * The issuer of the tokens, and what checks them: a secret that both sides know, or keys that the
 * issuer publishes.
 */
export type AuthOptions = { issuer: string; audience: string } & (
  | { secret: string }
  | { jwksUrl: string }
);

/** The caller that a valid token names: one account, or a product service with scopes. */
export interface Principal {
  kind: 'account' | 'service';
  /** The token's `sub`: the account's id, or the service's name. */
  name: string;
  /**
   * The scopes of the token; null for an account's token without any, which may do everything with
   * its account.
   */
  scopes: ReadonlySet<string> | null;
  /** The token's end. Streams and sessions that were begun with it end then. */
  expiresAtMs: number;
}

/**
 * Checks the value of an Authorization header.
 *
 * @throws HoldfastError UNAUTHENTICATED, KEYS_UNAVAILABLE
 */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/**
 * The algorithms for each kind of key, and no others: a token with `none` would need no key, and a
 * token with HS256 could be signed with a published key.
 */
const SECRET_ALGORITHMS = ['HS256'];
const PUBLISHED_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

const CLOCK_TOLERANCE_SECONDS = 5;
/**
 * The end of the year 9999, beyond which the ledger has no dates and a cookie can have no expiry.
 */
const EXP_MAX = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 - CLOCK_TOLERANCE_SECONDS;
const KEYS_TIMEOUT_MS = 5_000;
const KEYS_CACHED_MS = 600_000;

/** @throws Error if the secret is too short */
export function createAuthenticator(options: AuthOptions): Authenticate {
  const verify = createVerifier(options);
  return async (authorization) => {
    const [, token] =
      /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) {
      throw unauthenticated(
        authorization ? 'The Authorization header holds no bearer token.' : 'There is no token.',
      );
    }
    try {
      return principalIn(await verify(token));
    } catch (error) {
      throw asRefusal(error);
    }
  };
}

function createVerifier(options: AuthOptions): (token: string) => Promise<JWTPayload> {
  const { issuer, audience } = options;
  const checks = {
    issuer,
    audience,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'sub'],
  };
  if ('secret' in options) {
    const secret = new TextEncoder().encode(options.secret);
    if (secret.length < SECRET_BYTES_MIN)
      throw new Error(`The secret has fewer than ${SECRET_BYTES_MIN} bytes.`);
    return async (token) =>
      (await jwtVerify(token, secret, { ...checks, algorithms: SECRET_ALGORITHMS })).payload;
  }
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    timeoutDuration: KEYS_TIMEOUT_MS,
    cacheMaxAge: KEYS_CACHED_MS,
  });
  return async (token) =>
    (await jwtVerify(token, keys, { ...checks, algorithms: PUBLISHED_KEY_ALGORITHMS })).payload;
}

/** A token with a `scope` claim is a service's, even if the scope is unknown and allows nothing. */
function principalIn({ sub, scope, account_scope: narrowed, exp = 0 }: JWTPayload): Principal {
  if (exp > EXP_MAX)
    throw unauthenticated("The token's exp is no time between the years 1 and 9999.");
  const expiresAtMs = (exp + CLOCK_TOLERANCE_SECONDS) * 1000;
  if (typeof sub !== 'string' || sub === '') throw unauthenticated('The token names nobody.');
  if (scope !== undefined)
    return { kind: 'service', name: sub, scopes: scopesIn(scope), expiresAtMs };
  const scopes = narrowed === undefined ? null : scopesIn(narrowed);
  try {
    return { kind: 'account', name: checkAccountId(sub), scopes, expiresAtMs };
  } catch {
    throw unauthenticated("The token's subject is no account id.");
  }
}

function scopesIn(claim: unknown): ReadonlySet<string> {
  if (typeof claim !== 'string') throw unauthenticated("The token's scope is no text.");
  return new Set(claim.split(' '));
}

/** Whether the caller's token allows the scope. */
export function mayUse({ scopes }: Principal, scope: Scope): boolean {
  return scopes === null || includes(scopes, scope);
}

/**
 * A fault of the token is UNAUTHENTICATED. Keys that can't be fetched are KEYS_UNAVAILABLE, which
 * is not the token's fault.
 */
function asRefusal(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error instanceof errors.JWTExpired)
    return unauthenticated('The token has expired.', { expired: true });
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(
      `The token's ${error.claim} is missing, or is not the one that counts here.`,
    );
  }
  const isOfToken = TOKEN_FAULTS.some((fault) => error instanceof fault);
  if (isOfToken)
    return unauthenticated("The token is malformed, or isn't signed with the right key.");
  return new HoldfastError(
    'KEYS_UNAVAILABLE',
    "The keys that check tokens can't be fetched.",
    {},
    { cause: error },
  );
}

const TOKEN_FAULTS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTInvalid,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

function unauthenticated(message: string, details = {}): HoldfastError {
  return new HoldfastError('UNAUTHENTICATED', message, details);
}
