import { decodeJwt, decodeProtectedHeader, errors } from 'jose';
import { HoldfastError } from '../contract/errors';
import { legible } from '../domain/legible';

/** What a refused token says of itself, for the log. None of it has been verified. */
export interface Claimed {
  sub?: string;
  iss?: string;
  kid?: string;
}

/** A token that isn't accepted. The log has the check that failed, and what the token claims. */
export class TokenRefusal extends HoldfastError {
  /** A claim or header parameter by its name, or `format`, `signature`, `key`. */
  readonly check: string;
  readonly claimed: Claimed;

  /**
   * @param details figures for the caller. What has failed of key and signature is told as
   *   `signature`, so that no answer helps to guess a key.
   */
  constructor(check: string, message: string, claimed: Claimed = {}, details = {}) {
    const told = CHECKS_OF_KEYS.includes(check) ? 'signature' : check;
    super('UNAUTHENTICATED', message, { check: told, ...details });
    this.check = check;
    this.claimed = claimed;
  }

  /** The same refusal, with what the token claims. */
  of(token: string): TokenRefusal {
    return new TokenRefusal(this.check, this.message, claimedBy(token), this.details);
  }

  /** The subject of a token that was valid in everything but its end; else undefined. */
  get expired(): string | undefined {
    return this.details.expired === true ? this.claimed.sub : undefined;
  }
}

const CHECKS_OF_KEYS = ['alg', 'header', 'signature', 'key'];

const BAD_SIGNATURE = "The token isn't signed with the right key.";
const MALFORMED = 'The token is malformed.';

/** The faults of a token by the errors that tell them; everything else is no fault of the token. */
const FAULTS: [new (...given: never[]) => Error, check: string, message: string][] = [
  [errors.JOSEAlgNotAllowed, 'alg', BAD_SIGNATURE],
  [errors.JOSENotSupported, 'header', BAD_SIGNATURE],
  [errors.JWSSignatureVerificationFailed, 'signature', BAD_SIGNATURE],
  [errors.JWKSNoMatchingKey, 'key', BAD_SIGNATURE],
  [errors.JWSInvalid, 'format', MALFORMED],
  [errors.JWTInvalid, 'format', MALFORMED],
];

/**
 * The refusal of a token. Keys that can't be fetched are KEYS_UNAVAILABLE, which is not the token's
 * fault.
 */
export function refusalOf(error: unknown, token: string): HoldfastError {
  if (error instanceof TokenRefusal) return error.of(token);
  if (error instanceof errors.JWTExpired) {
    return new TokenRefusal('exp', 'The token has expired.', claimedBy(token), { expired: true });
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    const message =
      reason === 'missing'
        ? `The token has no ${claim}.`
        : `The token's ${claim} doesn't count here.`;
    return new TokenRefusal(claim, message, claimedBy(token));
  }
  const [, check, message] = FAULTS.find(([fault]) => error instanceof fault) ?? [];
  if (check !== undefined && message !== undefined)
    return new TokenRefusal(check, message, claimedBy(token));
  return new HoldfastError(
    'KEYS_UNAVAILABLE',
    "The keys that check tokens can't be fetched.",
    {},
    { cause: error },
  );
}

const LOGGED_LENGTH_MAX = 128;

/** Text of a caller for the log: on one line, and cut. */
export function forLog(text: unknown): string | undefined {
  return typeof text === 'string' ? legible(text.slice(0, LOGGED_LENGTH_MAX)) : undefined;
}

/** What a token claims, as far as it can be read. */
export function claimedBy(token: string): Claimed {
  const { sub, iss } = orNothing(() => decodeJwt(token));
  const { kid } = orNothing(() => decodeProtectedHeader(token));
  return { sub: forLog(sub), iss: forLog(iss), kid: forLog(kid) };
}

function orNothing<T extends object>(read: () => T): Partial<T> {
  try {
    return read();
  } catch {
    return {};
  }
}
