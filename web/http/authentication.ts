import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { SECRET_BYTES_MIN } from '../../config/values';
import { HoldfastError } from '../../contract/errors';
import { checkAccountId } from '../../contract/ids';
import { includes, type Scope } from './scopes';

/** Whoever issues the tokens: with a secret that both know, or with keys that it publishes. */
export type AuthOptions = { issuer: string; audience: string } & (
  | { secret: string }
  | { jwksUrl: string }
);

/** Whom a valid token speaks for: one account, or a product service with scopes. */
export interface Principal {
  kind: 'account' | 'service';
  /** The token's `sub`: the account's id, or the service's name. */
  name: string;
  /** What it may do; null where that is everything. */
  scopes: ReadonlySet<string> | null;
  /** What was begun with the token ends with it. */
  expiresAtMs: number;
}

/** @throws HoldfastError UNAUTHENTICATED, KEYS_UNAVAILABLE */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/**
 * Each kind of key with the algorithms made for it and no others: with `none` a token would need no key at all, and with
 * HS256 anybody could sign with a public key.
 */
const SECRET_ALGORITHMS = ['HS256'];
const PUBLISHED_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

const CLOCK_TOLERANCE_SECONDS = 5;
/** The end of the calendar that everything else here counts by: beyond it there is no date to give a cookie. */
const EXP_MAX = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 - CLOCK_TOLERANCE_SECONDS;
const KEYS_TIMEOUT_MS = 5_000;
const KEYS_CACHED_MS = 600_000;

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
      return principalOf(await verify(token));
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

/** A token with a `scope` is a service's, whatever the scope is: an unknown one reaches nothing. */
function principalOf({ sub, scope, account_scope: narrowed, exp = 0 }: JWTPayload): Principal {
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

export function mayUse({ scopes }: Principal, scope: Scope): boolean {
  return scopes === null || includes(scopes, scope);
}

/** What is wrong with a token is told apart from keys that could not be had, for which no token is to blame. */
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
