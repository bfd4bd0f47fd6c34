import { accountId as accountIdShape } from '../../contract/ids';
import { amountFromStripe } from '../../domain/stripe-amounts';
import { accountIn, PACK, type Said } from './said';
import type { StripeSession } from './shapes';

/**
 * What a checkout that was completed, or paid later, says. A subscription's names the invoice that
 * it paid, which `invoice.paid` tells too. Another one is a pack's if it names the pack or its price.
 */
export function saidByCheckout(session: StripeSession): Said | null {
  const accountId = accountIn(session.metadata) ?? referenceOf(session);
  if (session.mode === 'subscription') {
    return {
      type: 'subscription-started',
      ...{ accountId, customerId: session.customer ?? undefined },
      subscriptionId: session.subscription ?? undefined,
      paymentReference:
        session.payment_status === 'paid' ? (session.invoice ?? undefined) : undefined,
    };
  }
  const packId = session.metadata?.[PACK];
  const priceId = session.line_items?.data[0]?.price ?? undefined;
  const isSold = packId !== undefined || priceId !== undefined;
  if (session.mode !== 'payment' || session.payment_status === 'unpaid' || !isSold) return null;
  const currency = session.currency?.toUpperCase();
  return {
    type: 'pack-paid',
    ...{ accountId, customerId: session.customer ?? undefined, currency },
    ...(packId === undefined ? { priceId } : { packId }),
    paymentReference: session.payment_intent ?? session.id,
    amountCents: priceOf(session, currency),
  };
}

/** A checkout of something else may have a reference that is no account's id. */
function referenceOf({ client_reference_id: reference }: StripeSession): string | undefined {
  return accountIdShape.safeParse(reference).data;
}

/** What was asked for the pack: taxes that come on top are none of its price. */
function priceOf(session: StripeSession, currency?: string): number | undefined {
  const { amount_subtotal: subtotal, total_details: details } = session;
  if (subtotal === null || currency === undefined) return undefined;
  return amountFromStripe(subtotal - (details?.amount_discount ?? 0), currency);
}
