import { type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PaymentAnswer } from '../../activities/payment-activities';
import type { Outcome } from '../../contract/outcome';
import type { Charge } from '../../contract/payment';
import type { PurchaseRecord, PurchaseRequest } from '../../contract/purchase';
import { paymentsTaskQueue } from '../messages';
import { shielded, untilAnswered, untilDeadline } from './quick-then-patient';
import { PAYMENT, PURCHASE, REFUND_IF_CHARGED, type Summaries, settlementOf } from './summaries';
import { withSummaries } from './with-summaries';

export type { PaymentAnswer } from '../../activities/payment-activities';

export const { turnPurchaseAway, returnStrayPayment, closePurchase } = untilAnswered(PURCHASE);

/** Records that the purchase's money was taken. */
export function settlePurchase(
  { accountId, purchaseId, credits }: PurchaseRecord,
  paymentId: string,
): Promise<PurchaseRecord> {
  return untilAnswered(settlementOf(credits)).settlePurchase({ accountId, purchaseId, paymentId });
}

/** Activities that ask the payment provider. */
export function onPaymentsQueue<Activities extends object>(
  summaries: Summaries<Activities>,
  options: ActivityOptions,
): Activities {
  const taskQueue = paymentsTaskQueue(workflowInfo().taskQueue);
  return withSummaries(summaries, (summary) => proxyActivities({ taskQueue, summary, ...options }));
}

/**
 * Records the intent. The ledger itself refuses what reaches it after the deadline.
 *
 * @throws ActivityFailure if the ledger could not be asked by the deadline
 */
export function openPurchase(
  request: PurchaseRequest,
  deadlineMs: number,
): Promise<Outcome<PurchaseRecord>> {
  const window = { at: new Date().toISOString(), notAfter: new Date(deadlineMs).toISOString() };
  return untilDeadline(deadlineMs, PURCHASE).openPurchase(request, window);
}

/**
 * Charges while the buyer may still be there. A cancellation lets a running call end, and allows no
 * further one.
 *
 * @throws ActivityFailure if it is not known whether money was taken
 */
export function charge(payment: Charge): Promise<PaymentAnswer> {
  const payments = onPaymentsQueue(PAYMENT, {
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '15m',
    heartbeatTimeout: '10s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return payments.charge(payment);
}

/** Activities that find out the truth about money, however long that takes. */
function payments() {
  return onPaymentsQueue(PAYMENT, {
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
}

export function paymentState(idempotencyKey: string): Promise<PaymentAnswer> {
  return shielded(() => payments().paymentState({ idempotencyKey }));
}

export function voidPayment(idempotencyKey: string): Promise<PaymentAnswer> {
  return shielded(() => payments().voidPayment({ idempotencyKey }));
}

/** Gives money back. `paymentId` says which payment, if there are several under the key. */
export function refundPayment(idempotencyKey: string, paymentId?: string): Promise<PaymentAnswer> {
  const input = { idempotencyKey, ...(paymentId !== undefined && { paymentId }) };
  return shielded(() => payments().refundPayment(input));
}

/**
 * Gives back money that may never have been taken.
 *
 * @throws ActivityFailure if the provider can't be reached within five minutes
 */
export function refundIfCharged(idempotencyKey: string): Promise<PaymentAnswer> {
  const { refundPayment: refund } = onPaymentsQueue(REFUND_IF_CHARGED, {
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '5m',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
  return shielded(() => refund({ idempotencyKey }));
}
