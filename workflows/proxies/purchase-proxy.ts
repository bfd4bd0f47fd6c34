import { type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PaymentActivities, PaymentAnswer } from '../../activities/payment-activities';
import type { PurchaseActivities } from '../../activities/purchase-activities';
import type { Outcome } from '../../contract/outcome';
import type { Charge } from '../../contract/payment';
import type { PurchaseRecord, PurchaseRequest } from '../../contract/purchase';
import { moneyInWords } from '../../domain/pricing/money';
import { paymentsTaskQueue } from '../messages';
import { shielded, untilAnswered, untilDeadline } from './quick-then-patient';

export type { PaymentAnswer } from '../../activities/payment-activities';

export const { turnPurchaseAway, settlePurchase, returnStrayPayment, closePurchase } =
  untilAnswered<PurchaseActivities>();

function onPaymentsQueue(options: ActivityOptions) {
  const taskQueue = paymentsTaskQueue(workflowInfo().taskQueue);
  return proxyActivities<PaymentActivities>({ taskQueue, ...options });
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
  return untilDeadline<PurchaseActivities>(deadlineMs).openPurchase(request, window);
}

/**
 * Charges while the buyer may still be there. A cancellation lets a running call end, and allows no
 * further one.
 *
 * @throws ActivityFailure if it is not known whether money was taken
 */
export function charge(payment: Charge): Promise<PaymentAnswer> {
  const payments = onPaymentsQueue({
    summary: `${payment.description} for ${moneyInWords(payment.amountCents, payment.currency)}`,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '15m',
    heartbeatTimeout: '10s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return payments.charge(payment);
}

/** Activities that find out the truth about money, however long that takes. */
function payments(summary: string) {
  return onPaymentsQueue({
    summary,
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
}

export function paymentState(idempotencyKey: string): Promise<PaymentAnswer> {
  return shielded(() =>
    payments('asks what became of the payment').paymentState({ idempotencyKey }),
  );
}

export function voidPayment(idempotencyKey: string): Promise<PaymentAnswer> {
  return shielded(() => payments('voids the payment').voidPayment({ idempotencyKey }));
}

/** Gives money back. `paymentId` says which payment, if there are several under the key. */
export function refundPayment(idempotencyKey: string, paymentId?: string): Promise<PaymentAnswer> {
  const input = { idempotencyKey, ...(paymentId !== undefined && { paymentId }) };
  return shielded(() => payments('gives the money back').refundPayment(input));
}

/**
 * Gives back money that may never have been taken.
 *
 * @throws ActivityFailure if the provider can't be reached within five minutes
 */
export function refundIfCharged(idempotencyKey: string): Promise<PaymentAnswer> {
  const { refundPayment: refund } = onPaymentsQueue({
    summary: 'gives back what may have been taken',
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '5m',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
  return shielded(() => refund({ idempotencyKey }));
}
