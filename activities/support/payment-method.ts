import { Context } from '@temporalio/activity';
import type { Refusal } from '../../contract/errors';
import { isOwned } from '../../contract/payment';
import type { PaymentProvider } from '../../providers/payment-provider';
import { PermanentProviderError } from '../../providers/provider-errors';
import {
  askProvider,
  failureOfCall,
  isThrownBy,
  ProviderFault,
  retryUntilUnderstood,
} from './provider-answers';
import { ProviderCalls } from './provider-calls';

/**
 * Whether a payment method is the account's, by the provider's word. `not-asked`: none was named, or
 * the provider can't be asked.
 */
export type Ownership = 'owned' | 'not-owned' | 'not-asked' | 'not-understood';

export type AskOwnership = (
  accountId: string,
  paymentMethod: string | null | undefined,
) => Promise<Ownership>;

/** Below the 15 s that an attempt to open a purchase, or to change settings, may take. */
const CALL_MS_MAX = 8_000;

/** Five attempts fit into the 2 s of a quick one. */
const FIRST_PAUSE_MS = 100;

export const NOT_OWNED: Refusal = {
  code: 'PAYMENT_METHOD_NOT_OWNED',
  message:
    'The payment provider says that the payment method is not the account’s. Nothing was charged.',
};

export const NOT_UNDERSTOOD: Refusal = {
  code: 'PROVIDER_FAULT',
  message:
    'The payment provider’s answer to whose the payment method is makes no sense. Nothing was charged.',
};

/**
 * Asks the provider whose a payment method is. While it can't be reached, the call throws an
 * ApplicationFailure, which Temporal retries.
 */
export function askingOwnership(
  provider: PaymentProvider | undefined,
  calls: ProviderCalls = new ProviderCalls('payment'),
): AskOwnership {
  return async (accountId, paymentMethod) => {
    const owns = provider?.ownsPaymentMethod?.bind(provider);
    if (owns === undefined || paymentMethod === undefined || paymentMethod === null)
      return 'not-asked';
    const ask = () =>
      askProvider(isOwned, calls, { method: 'ownsPaymentMethod' }, CALL_MS_MAX, () =>
        owns({ accountId, paymentMethod }),
      );
    const pause = (ms: number) => Context.current().sleep(ms);
    try {
      return (await retryUntilUnderstood(ask, FIRST_PAUSE_MS, pause)) ? 'owned' : 'not-owned';
    } catch (error) {
      if (error instanceof ProviderFault) return 'not-understood';
      if (isThrownBy(PermanentProviderError, error)) return 'not-owned';
      throw failureOfCall(error);
    }
  };
}
