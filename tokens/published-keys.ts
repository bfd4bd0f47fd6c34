import { setTimeout as pause } from 'node:timers/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
  jwksCache,
  type KeyLike,
} from 'jose';

type KeyOf = (...asked: Parameters<JWTVerifyGetKey>) => Promise<KeyLike>;

const FETCH_TIMEOUT_MS = 5_000;
/** Keys are fetched again after this time; so long an issuer's removed key may still count. */
const FRESH_MS = 600_000;
/**
 * A set that has been fetched is asked for an unknown key no sooner than this, and one that could
 * not be fetched not asked at all. So tokens with made-up keys don't hammer the issuer.
 */
const PAUSE_MS = 30_000;
/** So long the keys that were known go on being used while the set can't be fetched. */
const KEPT_MS = 86_400_000;

/**
 * The keys that the issuer publishes. While they can't be fetched, those that were known count for
 * a day; a key that the issuer has removed is refused as soon as they have been fetched again.
 */
export function createPublishedKeys(url: string): KeyOf {
  const fetched: JWKSCacheInput = {};
  const open = () =>
    createRemoteJWKSet(new URL(url), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cacheMaxAge: FRESH_MS,
      cooldownDuration: PAUSE_MS,
      [jwksCache]: fetched,
    });
  let remote = open();
  const known = createKnownKeys(fetched);
  let failure: { error: unknown; retryAtMs: number } | undefined;
  return async (header, token) => {
    if (failure && Date.now() < failure.retryAtMs) return known(header, token, failure.error);
    // Only this call waits for the next attempt; others go on with the keys that are known.
    if (failure) failure.retryAtMs = Date.now() + PAUSE_MS;
    try {
      const key = await inTime(remote(header, token));
      failure = undefined;
      return key;
    } catch (error) {
      if (ANSWERS.some((answer) => error instanceof answer)) {
        failure = undefined;
        throw error;
      }
      failure = { error, retryAtMs: Date.now() + PAUSE_MS };
      // The old one would wait for ever for an answer that has stopped half-way.
      remote = open();
      return known(header, token, error);
    }
  };
}

/** The client's own time limit ends with the first byte of the answer. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const over = new AbortController();
  const tooLate = pause(FETCH_TIMEOUT_MS, undefined, { signal: over.signal }).then(() => {
    throw new errors.JWKSTimeout();
  });
  tooLate.catch(() => {});
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    over.abort();
  }
}

/** What a set says that could be fetched. */
const ANSWERS = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

/** Finds a key among those that were fetched last, or throws why they can't be fetched again. */
function createKnownKeys(fetched: JWKSCacheInput) {
  let keys: { fetchedAtMs: number; find: KeyOf } | undefined;
  return async (
    header: Parameters<KeyOf>[0],
    token: Parameters<KeyOf>[1],
    failure: unknown,
  ): Promise<KeyLike> => {
    const { uat: fetchedAtMs, jwks } = fetched;
    if (jwks === undefined || fetchedAtMs === undefined || Date.now() - fetchedAtMs > KEPT_MS)
      throw failure;
    if (keys?.fetchedAtMs !== fetchedAtMs)
      keys = { fetchedAtMs, find: createLocalJWKSet(jwks) as KeyOf };
    try {
      return await keys.find(header, token);
    } catch (error) {
      // The set may have the key by now.
      throw error instanceof errors.JWKSNoMatchingKey ? failure : error;
    }
  };
}
