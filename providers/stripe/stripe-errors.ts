import {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from '../provider-errors';
import { declineOf } from './declines';

/** Members of an error of Stripe's package, as far as they are read here. */
export interface StripeFailure extends Error {
  type: string;
  code?: string;
  decline_code?: string;
  advice_code?: string;
  headers?: Record<string, string>;
  payment_intent?: { id: string };
}

export function isStripeFailure(error: unknown): error is StripeFailure {
  return error instanceof Error && 'type' in error && String(error.type).startsWith('Stripe');
}

export const isOfType = (error: unknown, type: string): error is StripeFailure =>
  isStripeFailure(error) && error.type === type;

export const hasCode = (error: unknown, code: string): boolean =>
  isStripeFailure(error) && error.code === code;

const PAUSE_MS = 1_000;

/**
 * An error of Stripe as a provider's. What leaves the outcome open, and a key that Stripe
 * doesn't take, is asked again; only what says that nothing was taken is final.
 */
export function asProviderError(error: unknown): unknown {
  if (!isStripeFailure(error)) return error;
  if (error.type === 'StripeRateLimitError') {
    const seconds = Number(error.headers?.['retry-after']);
    return new RateLimitedProviderError(error.message, seconds > 0 ? seconds * 1000 : PAUSE_MS);
  }
  if (error.type === 'StripeCardError') {
    const { reason, retry } = declineOf(error);
    return new PermanentProviderError(reason, error.message, retry);
  }
  return new TransientProviderError(`${error.type}: ${error.message}`);
}

/** A payment that Stripe doesn't make as it was asked for: too small, or by no method of theirs. */
export function asRefusal(error: unknown): unknown {
  if (!isOfType(error, 'StripeInvalidRequestError')) return error;
  return new PermanentProviderError(error.code ?? 'invalid-request', error.message);
}
