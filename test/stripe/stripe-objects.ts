import type Stripe from 'stripe';
// As Stripe publishes them with its OpenAPI document (stripe-mock 0.203.0, 2026-08-26.dahlia; MIT).
import published from './published-objects.json';

type Members = Record<string, unknown>;

/** Replaces members, and members of members; a list is replaced as a whole. */
function withMembers(base: Members, more: Members): Members {
  const changed = Object.entries(more).map(([name, value]) => {
    const before = base[name];
    return [name, isObject(value) && isObject(before) ? withMembers(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(changed) };
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const PAID_AT = Date.UTC(2026, 0, 31, 9, 30) / 1000;

/** A checkout of a pack that was paid with a card. */
export function session(more: Members = {}): Stripe.Checkout.Session {
  const paid = {
    ...{ mode: 'payment', payment_status: 'paid', status: 'complete', livemode: true },
    ...{ amount_subtotal: 4_900, amount_total: 4_900, currency: 'usd' },
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  };
  return withMembers(
    withMembers(published['checkout.session'], paid),
    more,
  ) as unknown as Stripe.Checkout.Session;
}

export interface Line {
  price: string;
  amount: number;
  isProration?: boolean;
}

function invoiceLine({ price, amount, isProration = false }: Line): Members {
  const [base] = published.invoice.lines.data as Members[];
  return withMembers(base as Members, {
    amount,
    parent: {
      type: 'subscription_item_details',
      invoice_item_details: null,
      subscription_item_details: { proration: isProration },
    },
    pricing: { price_details: { price, product: 'prod_1' } },
  });
}

/** A paid invoice of a subscription's cycle. */
export function invoice(
  of: { account?: string; subscription: string },
  lines: Line[],
  more: Members = {},
): Stripe.Invoice {
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
  const paid = {
    ...{ billing_reason: 'subscription_cycle', status: 'paid', livemode: true },
    ...{ subtotal, total: subtotal, amount_paid: subtotal },
    status_transitions: { paid_at: PAID_AT },
    lines: { data: lines.map(invoiceLine) },
    parent: {
      type: 'subscription_details',
      quote_details: null,
      subscription_details: {
        metadata: of.account === undefined ? {} : { holdfast_account: of.account },
        subscription: of.subscription,
      },
    },
  };
  return withMembers(withMembers(published.invoice, paid), more) as unknown as Stripe.Invoice;
}

/** A subscription that renews itself. */
export function subscription(
  of: { account?: string; subscription: string },
  price: string,
  more: Members = {},
): Stripe.Subscription {
  const [base] = published.subscription.items.data as Members[];
  const live = {
    ...{ id: of.subscription, status: 'active', livemode: true },
    ...{ cancel_at: null, cancel_at_period_end: false, canceled_at: null, ended_at: null },
    metadata: of.account === undefined ? {} : { holdfast_account: of.account },
    items: { data: [withMembers(base as Members, { price: { id: price } })] },
  };
  return withMembers(
    withMembers(published.subscription, live),
    more,
  ) as unknown as Stripe.Subscription;
}

export function charge(more: Members = {}): Stripe.Charge {
  return withMembers(published.charge, { livemode: true, ...more }) as unknown as Stripe.Charge;
}

export function refund(more: Members = {}): Stripe.Refund {
  return withMembers(published.refund, more) as unknown as Stripe.Refund;
}

export function dispute(more: Members = {}): Stripe.Dispute {
  return withMembers(published.dispute, { livemode: true, ...more }) as unknown as Stripe.Dispute;
}

let events = 0;

/** An event as Stripe posts it. */
export function stripeEvent(type: string, object: unknown, more: Members = {}): Members {
  events += 1;
  return {
    ...published.event,
    ...{ id: `evt_${events}`, api_version: '2026-10-28.endive', created: PAID_AT, livemode: true },
    ...{ type, data: { object }, ...more },
  };
}
