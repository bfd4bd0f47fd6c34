import { ApplicationFailure } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import { PROVIDER_FAULT, retryDelayMsOf } from '../../contract/provider-answer';
import { RateLimitedProviderError, TransientProviderError } from '../../providers/provider-errors';
import { ProviderFault, ThrownByProvider } from './provider-answers';
import { isThrown, memberOf, thrownError } from './thrown';

/** What a provider threw, as Temporal retries it. The failure types are part of a contract (docs/how-to/generation-provider.md). */
export function providerFailure(error: unknown): ApplicationFailure {
  const cause = thrownError(error);
  const { message } = cause;
  if (isThrown(error, RateLimitedProviderError)) {
    const nextRetryDelay = retryDelayMsOf(memberOf(error, 'retryAfterMs'));
    return ApplicationFailure.create({ message, type: 'RateLimited', nextRetryDelay, cause });
  }
  const type = isThrown(error, TransientProviderError) ? 'TransientProviderError' : 'ProviderError';
  return ApplicationFailure.create({ message, type, cause });
}

/**
 * Of a call that `called` or `heard` made. A provider that wasn't understood, however often it was asked, ends the
 * activity: another attempt would only ask again. What the activity itself throws stays as it is.
 */
export function failureOfProvider(error: unknown): unknown {
  if (error instanceof ProviderFault)
    return ApplicationFailure.nonRetryable(error.message, PROVIDER_FAULT);
  if (error instanceof TemporalFailure) return error;
  return providerFailure(error instanceof ThrownByProvider ? error.thrown : error);
}
