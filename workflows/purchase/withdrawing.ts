import { log } from '@temporalio/workflow';
import type { PaymentState } from '../../contract/payment';
import { PROVIDER_FAULT } from '../../contract/provider-answer';
import { refundPayment, voidPayment } from '../proxies/purchases';

const STATES: Readonly<Record<PaymentState['state'], true>> = {
  paid: true,
  pending: true,
  declined: true,
  voided: true,
  refunded: true,
  unknown: true,
};

/** What became of a payment; of money that was given back, why. */
export type Withdrawn = Exclude<PaymentState, { state: 'refunded' }> | Returned;
type Returned = Extract<PaymentState, { state: 'refunded' }> & { reason?: string };

/** Also of what a run of 0.1 has recorded, which believed anything. */
export function isUnderstood<Answer extends { state: string }>(
  answer: Answer,
): answer is Exclude<Answer, { state: 'not-understood' }> {
  return Object.hasOwn(STATES, answer.state);
}

/**
 * The end of a payment of which nobody knows what became of it: the provider is asked to take nothing, and then to give
 * back what it has taken. What it says of that counts, where it can be understood.
 */
export async function withdraw(key: string, answer: { state: string }): Promise<Withdrawn> {
  log.warn("The payment provider can't be understood, however often it was asked; the payment is withdrawn.", {
    ...answer,
  });
  const voided = await voidPayment(key);
  if (isUnderstood(voided)) return isNothingTaken(voided) ? WITHDRAWN : voided;
  const refunded = await refundPayment(key);
  if (!isUnderstood(refunded) || refunded.state === 'pending' || isNothingTaken(refunded)) return WITHDRAWN;
  return refunded.state === 'refunded' ? { ...refunded, reason: PROVIDER_FAULT } : refunded;
}

const WITHDRAWN: PaymentState = { state: 'voided', paymentId: null, reason: PROVIDER_FAULT };

function isNothingTaken({ state }: PaymentState): boolean {
  return state === 'voided' || state === 'unknown';
}
