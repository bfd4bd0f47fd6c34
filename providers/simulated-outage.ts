import { RateLimitedProviderError, TransientProviderError } from './provider-errors';
import { writeOnce } from './write-once';

const FAILURES = { transient: 2, 'rate-limited': 1 };

/**
 * Fails the first calls of a stub in the modes `transient` and `rate-limited`. Other modes pass.
 *
 * @throws TransientProviderError, RateLimitedProviderError
 */
export async function simulateOutage(
  mode: string | null,
  retryAfterMs: number,
  factPath: (fact: string) => string,
): Promise<void> {
  if (mode === 'transient' && (await isAmongFirst(FAILURES[mode], factPath))) {
    throw new TransientProviderError('The provider is unreachable (simulated).');
  }
  if (mode === 'rate-limited' && (await isAmongFirst(FAILURES[mode], factPath))) {
    throw new RateLimitedProviderError('Too many requests (simulated).', retryAfterMs);
  }
}

/** Counts in files, so that a restarted process continues the count. */
async function isAmongFirst(count: number, factPath: (fact: string) => string): Promise<boolean> {
  for (let n = 1; n <= count; n++) {
    if ((await writeOnce(factPath(`refusal-${n}`), {})).first) return true;
  }
  return false;
}
