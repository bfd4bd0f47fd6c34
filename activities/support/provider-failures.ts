import { ApplicationFailure } from '@temporalio/activity';
import { RateLimitedProviderError, TransientProviderError } from '../../providers/errors';

/** What a provider threw, as Temporal retries it. The failure types are part of a contract (docs/generation-provider.md). */
export function providerFailure(error: unknown): ApplicationFailure {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (error instanceof RateLimitedProviderError) {
    const { message, retryAfterMs } = error;
    return ApplicationFailure.create({ message, type: 'RateLimited', nextRetryDelay: retryAfterMs, cause });
  }
  const type = error instanceof TransientProviderError ? 'TransientProviderError' : 'ProviderError';
  return ApplicationFailure.create({ message: cause.message, type, cause });
}
