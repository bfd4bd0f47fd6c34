import type { Client } from '@temporalio/client';
import type { Refusal } from '../contract/errors';
import type { Outcome } from '../contract/outcome';
import type { CheckProof, RecordedProof } from '../contract/proof';
import {
  parseRefundOrder,
  type RefundOrder,
  type RefundOrderRequest,
  type RefundOutcome,
} from '../contract/refund-order';
import type { Ledger } from '../ledger/ledger';
import type { PaymentProvider } from '../providers/payment-provider';
import { asActivity } from './support/as-activity';
import { parsedActivity } from './support/refusals';
import { claimedIdentity } from './support/temporal';

export interface SettleRefundInput {
  accountId: string;
  orderId: string;
  /** As the payment provider has said. */
  outcome: RefundOutcome;
}

/** The ledger's side of a refund that an operator orders, keyed by the order. */
export interface RefundActivities {
  /**
   * Takes what the money has paid for, before any goes back. A known order answers with its present
   * state, and needs no further proof. Refusals are values.
   */
  openRefund(request: RefundOrderRequest, proof?: RecordedProof): Promise<Outcome<RefundOrder>>;
  /**
   * Books what the provider has made, or gives back what was held. What can't be booked is refused,
   * and leaves the order open.
   */
  settleRefund(input: SettleRefundInput): Promise<Outcome<RefundOrder>>;
}

interface RefundActivitiesOptions {
  ledger: Pick<Ledger, 'refunds' | 'refundOrder'>;
  temporal: Client;
  /** Absent: this worker can give no money back. */
  paymentProvider?: PaymentProvider;
  /** Without it no refund needs a proof. */
  checkProof?: CheckProof;
}

const NO_REFUNDS: Refusal = {
  code: 'PAYMENTS_NOT_CONFIGURED',
  message:
    'This worker has no payment provider that gives parts of payments back. Nothing was given back.',
};

export function createRefundActivities({
  ledger,
  temporal,
  paymentProvider,
  checkProof,
}: RefundActivitiesOptions): RefundActivities {
  const { refunds } = ledger;
  const givesBack = paymentProvider?.refundAmount && paymentProvider.refundState;
  return {
    openRefund: parsedActivity(parseRefundOrder, async (request, proof?: RecordedProof) => {
      const { accountId, orderId, ...body } = request;
      if ((await ledger.refundOrder(accountId, orderId)) === null) {
        const refusal = givesBack ? await checkProof?.('refund', request, proof) : NO_REFUNDS;
        if (refusal) return { ok: false, refusal };
      }
      const identity = await claimedIdentity(temporal);
      return refunds.open(accountId, orderId, {
        ...body,
        ...(identity !== undefined && { claimedIdentity: identity }),
      });
    }),

    settleRefund: asActivity(({ accountId, orderId, outcome }) =>
      refunds.settle(accountId, orderId, outcome),
    ),
  };
}
