import { proxyActivities } from '@temporalio/workflow';
import type { RefundAnswer } from '../../activities/payment-activities';
import type { RefundAsked } from '../../contract/refund-order';
import { onPaymentsQueue } from './purchase-proxy';
import { PAYMENT, REFUND } from './summaries';
import { withSummaries } from './with-summaries';

export type { RefundAnswer } from '../../activities/payment-activities';

/** Retried without limit: what was ordered is money. */
export const { openRefund, settleRefund } = withSummaries(REFUND, (summary) =>
  proxyActivities({
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    summary,
  }),
);

/** Gives a part of a payment back, or learns what became of that, however long it takes. */
export function makeRefund(asked: RefundAsked): Promise<RefundAnswer> {
  const payments = onPaymentsQueue(PAYMENT, {
    startToCloseTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
  return payments.makeRefund(asked);
}
