import type { z } from 'zod';
import { amountFromStripe } from '../../domain/stripe-amounts';
import type { Said } from './said';
import type { chargeShape, StripeDispute, StripeRefund } from './shapes';

/** A refund is told when it is made and whenever it changes; its money has gone back once. */
export function saidByRefund(refund: StripeRefund): Said | null {
  if (refund.status !== 'succeeded') return null;
  return { type: 'payment-refunded', refundId: refund.id, ...paymentOf(refund) };
}

/** A charge tells how much went back in all, and names the refund only where it was asked to. */
export function saidByRefundedCharge(charge: z.output<typeof chargeShape>): Said | null {
  const newest = charge.refunds?.data[0];
  return newest ? saidByRefund(newest) : null;
}

export function saidByOpenedDispute(dispute: StripeDispute): Said {
  return { type: 'dispute-opened', disputeId: dispute.id, ...paymentOf(dispute) };
}

/** Every end but a loss leaves the money, such as a withdrawn inquiry’s (`warning_closed`). */
export function saidByClosedDispute(dispute: StripeDispute): Said {
  const disputeOutcome = dispute.status === 'lost' ? 'lost' : 'won';
  const { id: disputeId } = dispute;
  return { type: 'dispute-closed', disputeId, disputeOutcome, ...paymentOf(dispute) };
}

function paymentOf({ amount, currency, ...of }: StripeRefund | StripeDispute) {
  const code = currency.toUpperCase();
  return {
    paymentReference: of.payment_intent ?? of.charge ?? undefined,
    amountCents: amountFromStripe(amount, code),
    currency: code,
  };
}
