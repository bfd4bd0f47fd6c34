import { ApplicationFailure } from '@temporalio/activity';
import { RateLimitedProviderError, TransientProviderError } from '../../providers/errors';
import { thrownError } from './thrown';

/** What a provider threw, as Temporal retries it. The failure types are part of a contract (docs/generation-provider.md). */
export function providerFailure(error: unknown): ApplicationFailure {
  const cause = thrownError(error);
  const { message } = cause;
  if (error instanceof RateLimitedProviderError) {
    return ApplicationFailure.create({ message, type: 'RateLimited', nextRetryDelay: error.retryAfterMs, cause });
  }
  const type = error instanceof TransientProviderError ? 'TransientProviderError' : 'ProviderError';
  return ApplicationFailure.create({ message, type, cause });
}
