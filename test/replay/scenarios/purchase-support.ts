import type { PaymentProvider } from '../../../providers/payment-provider';
import type { RunningWorker } from '../../../worker/worker';
import { purchaseWorkflowId } from '../../../workflows/messages';
import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT } from './scenario';
import { untilIdle } from './scenario-support';

/** A worker with this payment provider, and the account with a subscription. */
export async function subscribed(
  holdfast: Holdfast,
  paymentProvider: PaymentProvider = holdfast.payments,
): Promise<RunningWorker> {
  const body = { planId: 'lite-monthly', paymentReference: 'first' };
  const outcome = await holdfast.ledger.subscriptions.subscribe(ACCOUNT, 's', body);
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return holdfast.startWorker({}, { paymentProvider });
}

export function requestOf(purchaseId: string, paymentMethod?: string) {
  const request = { accountId: ACCOUNT, purchaseId, packId: 'pack-125', shownPriceCents: 4900 };
  return paymentMethod === undefined ? request : { ...request, paymentMethod };
}

/** A purchase whose payment is not decided; returns its workflow's id. */
export async function pending(
  holdfast: Holdfast,
  purchaseId: string,
  paymentProvider?: PaymentProvider,
): Promise<string> {
  await subscribed(holdfast, paymentProvider);
  await holdfast.client.purchases.buy(requestOf(purchaseId, 'simulate-pending'));
  const workflowId = purchaseWorkflowId(ACCOUNT, purchaseId);
  await untilIdle(holdfast, workflowId);
  return workflowId;
}
