import { accountIn, instantOf, type Said } from './said';
import type { StripeInvoice, StripeInvoiceLine } from './shapes';

/**
 * What a paid invoice says: a cycle was paid, or a change of plan. Only a subscription's is asked
 * for anything: a pack's checkout tells of its payment itself. An invoice over nothing, as a trial
 * has it, is no payment.
 */
export function saidByPaidInvoice(invoice: StripeInvoice): Said | null {
  const of = subscriptionOf(invoice);
  if (of === null) return null;
  const { paid_at: paidAt } = invoice.status_transitions;
  const payment = invoice.subtotal > 0 && {
    paymentReference: invoice.id,
    ...(paidAt !== null && { paidAt: instantOf(paidAt) }),
  };
  switch (invoice.billing_reason) {
    case 'subscription_create':
    case 'subscription_cycle':
      return {
        type: payment ? 'invoice-paid' : 'subscription-started',
        ...of,
        priceId: priceIn(invoice.lines.data.filter((line) => !isProration(line))),
        ...payment,
      };
    case 'subscription_update':
      // The plan that was left is credited, by a line below zero.
      return {
        type: 'subscription-changed',
        ...of,
        priceId: priceIn(invoice.lines.data.filter(({ amount }) => amount > 0)),
        ...payment,
      };
    default:
      return null;
  }
}

export function saidByUnpaidInvoice(invoice: StripeInvoice): Said | null {
  const of = subscriptionOf(invoice);
  return of && { type: 'payment-failed', ...of };
}

/** A subscription's metadata, as they were when the invoice was made, stand in it. */
function subscriptionOf({ parent, customer }: StripeInvoice) {
  const details = parent?.subscription_details;
  if (!details) return null;
  return {
    ...{ accountId: accountIn(details.metadata), customerId: customer ?? undefined },
    subscriptionId: details.subscription,
  };
}

function isProration({ parent }: StripeInvoiceLine): boolean {
  const details = parent?.subscription_item_details ?? parent?.invoice_item_details;
  return details?.proration === true;
}

function priceIn(lines: StripeInvoiceLine[]): string | undefined {
  for (const { pricing } of lines) {
    const price = pricing?.price_details?.price;
    if (price) return price;
  }
  return undefined;
}
