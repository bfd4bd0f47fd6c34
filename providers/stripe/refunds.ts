import type Stripe from 'stripe';
import type { RefundAsked, RefundState } from '../../contract/refund-order';
import { amountForStripe, amountFromStripe } from '../../domain/stripe-amounts';
import { ACCOUNT } from './customers';
import { accountIn, paymentsWith, stripeKey } from './payments';
import { asRefusal } from './stripe-errors';

/** The metadata of a refund that was ordered: its key. */
const REFUND = 'holdfast_refund';

/** Gives so much of a payment back, once per key, which the refund has for good. */
export async function refundAmount(stripe: Stripe, asked: RefundAsked): Promise<RefundState> {
  const { refundKey, accountId, paymentId, amountCents, currency } = asked;
  const earlier = await refundUnder(stripe, refundKey, paymentId);
  if (earlier) return stateOf(earlier);
  const wanted = {
    ...{ payment_intent: paymentId, amount: amountForStripe(amountCents, currency) },
    metadata: { [ACCOUNT]: accountId, [REFUND]: refundKey },
  };
  try {
    return stateOf(await stripe.refunds.create(wanted, { idempotencyKey: stripeKey(refundKey) }));
  } catch (error) {
    throw asRefusal(error);
  }
}

/** Stripe has no search for refunds: it is looked for among those of the account's payments. */
export async function refundState(stripe: Stripe, refundKey: string): Promise<RefundState> {
  const accountId = accountIn(refundKey);
  for (const { id, latest_charge: charge } of await paymentsWith(
    stripe,
    ACCOUNT,
    accountId,
    accountId,
  )) {
    if (typeof charge !== 'object' || !charge?.amount_refunded) continue;
    const found = await refundUnder(stripe, refundKey, id);
    if (found) return stateOf(found);
  }
  return { state: 'unknown' };
}

async function refundUnder(
  stripe: Stripe,
  refundKey: string,
  paymentId: string,
): Promise<Stripe.Refund | undefined> {
  const refunds = stripe.refunds.list({ payment_intent: paymentId, limit: 100 });
  const all = await refunds.autoPagingToArray({ limit: 10_000 });
  return all.find(({ metadata }) => metadata?.[REFUND] === refundKey);
}

function stateOf({ id, status, amount, currency, failure_reason }: Stripe.Refund): RefundState {
  if (status === 'failed' || status === 'canceled')
    return { state: 'refused', reason: failure_reason ?? `refund-${status}` };
  if (status !== 'succeeded') return { state: 'pending' };
  const code = currency.toUpperCase();
  const amountCents = amountFromStripe(amount, code);
  return { state: 'made', refundId: id, amountCents, currency: code };
}
