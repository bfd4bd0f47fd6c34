import { proxyActivities } from '@temporalio/workflow';
import type { PaymentActivities } from '../../activities/payments';
import type { ClosePurchaseInput, PurchaseActivities, PurchasePayment } from '../../activities/purchases';
import type { Outcome } from '../../contract/outcome';
import type { PurchaseRecord, PurchaseRequest } from '../../contract/purchase';
import { moneyInWords } from '../../domain/pricing/money';
import { shielded, untilAnswered, untilDeadline } from './quick-then-patient';

type Charge = Parameters<PaymentActivities['charge']>[0];
export type PaymentState = Awaited<ReturnType<PaymentActivities['charge']>>;

/** @throws ActivityFailure when the ledger could not be asked by then */
export function openPurchase(request: PurchaseRequest, deadlineMs: number): Promise<Outcome<PurchaseRecord>> {
  return untilDeadline((activities: PurchaseActivities) => activities.openPurchase(request), deadlineMs);
}

export function turnPurchaseAway(request: PurchaseRequest, reason: string): Promise<Outcome<PurchaseRecord>> {
  return untilAnswered((activities: PurchaseActivities) => activities.turnPurchaseAway({ request, reason }));
}

export function settlePurchase(input: PurchasePayment): Promise<PurchaseRecord> {
  return untilAnswered((activities: PurchaseActivities) => activities.settlePurchase(input));
}

export function returnStrayPayment(input: PurchasePayment): Promise<PurchaseRecord> {
  return untilAnswered((activities: PurchaseActivities) => activities.returnStrayPayment(input));
}

export function closePurchase(input: ClosePurchaseInput): Promise<PurchaseRecord> {
  return untilAnswered((activities: PurchaseActivities) => activities.closePurchase(input));
}

/**
 * For as long as the buyer may still be there: a cancellation lets a call that is under way come to its end, and allows
 * no further one.
 *
 * @throws ActivityFailure: whether money was taken is not known
 */
export function charge(payment: Charge): Promise<PaymentState> {
  const payments = proxyActivities<PaymentActivities>({
    summary: `${payment.description} for ${moneyInWords(payment.amountCents, payment.currency)}`,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '15m',
    heartbeatTimeout: '10s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return payments.charge(payment);
}

/** The truth about money, for as long as it takes. */
function payments(summary: string) {
  return proxyActivities<PaymentActivities>({
    summary,
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
}

export function paymentState(idempotencyKey: string): Promise<PaymentState> {
  return shielded(() => payments('asks what became of the payment').paymentState({ idempotencyKey }));
}

export function voidPayment(idempotencyKey: string): Promise<PaymentState> {
  return shielded(() => payments('voids the payment').voidPayment({ idempotencyKey }));
}

/** `paymentId`: which of the payments under the key, where there are several. */
export function refundPayment(idempotencyKey: string, paymentId?: string): Promise<PaymentState> {
  const input = { idempotencyKey, ...(paymentId !== undefined && { paymentId }) };
  return shielded(() => payments('gives the money back').refundPayment(input));
}
