import { ActivityFailure, log } from '@temporalio/workflow';
import type { PaymentState } from '../../contract/payment';
import { PROVIDER_FAULT } from '../../contract/provider-answer';
import type { PurchaseRecord } from '../../contract/purchase';
import {
  type PaymentAnswer,
  paymentState,
  refundIfCharged,
  settlePurchase,
  voidPayment,
} from '../proxies/purchase-proxy';

const STATES: Readonly<Record<PaymentState['state'], true>> = {
  paid: true,
  pending: true,
  declined: true,
  voided: true,
  refunded: true,
  unknown: true,
};

/**
 * Whether an answer has a known state. Runs of version 0.1 have recorded answers with any state.
 */
export function isUnderstood<Answer extends { state: string }>(
  answer: Answer,
): answer is Exclude<Answer, { state: 'not-understood' }> {
  return Object.hasOwn(STATES, answer.state);
}

/** Voids a payment whose state can't be understood. The provider's answer to that counts. */
export async function voidNotUnderstood(
  key: string,
  answer: { state: string },
): Promise<PaymentAnswer> {
  log.warn("The payment provider still can't be understood; the payment is voided.", {
    ...answer,
  });
  const voided = await voidPayment(key);
  const isNothingTaken = voided.state === 'voided' || voided.state === 'unknown';
  return isNothingTaken ? { state: 'voided', paymentId: null, reason: PROVIDER_FAULT } : voided;
}

/** Asks the provider to give back what it may have taken. Money that it gives back was paid. */
export async function refundIfTaken(
  purchase: PurchaseRecord,
  key: string,
): Promise<PurchaseRecord> {
  try {
    return await settleIfPaid(purchase, await refundIfCharged(key));
  } catch (error) {
    if (error instanceof ActivityFailure) return purchase;
    throw error;
  }
}

/**
 * A purchase that ended without an answer of the provider may have been paid: such money goes back.
 */
export async function checkPaymentAgain(
  purchase: PurchaseRecord,
  key: string,
): Promise<PurchaseRecord> {
  if (purchase.status !== 'voided' || purchase.reason !== PROVIDER_FAULT) return purchase;
  return settleIfPaid(purchase, await paymentState(key));
}

async function settleIfPaid(
  purchase: PurchaseRecord,
  payment: PaymentAnswer,
): Promise<PurchaseRecord> {
  if (payment.state !== 'paid' && payment.state !== 'refunded') return purchase;
  return settlePurchase(purchase, payment.paymentId);
}
