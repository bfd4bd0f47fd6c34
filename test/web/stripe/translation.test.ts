import Stripe from 'stripe';
import type { z } from 'zod';
import { parse } from '../../../contract/parse';
import * as shapes from '../../../web/stripe/shapes';
import { translated } from '../../../web/stripe/translation';
import {
  charge,
  dispute,
  invoice,
  refund,
  session,
  stripeEvent,
  subscription,
} from '../../stripe/stripe-objects';

const OF = { account: 'acme', subscription: 'sub_1' };
const NAMES = { accountId: 'acme', subscriptionId: 'sub_1' };

const said = (type: string, object: unknown, more: Record<string, unknown> = {}) =>
  translated(
    parse(shapes.eventShape, stripeEvent(type, object, more), 'event'),
    Stripe.API_VERSION,
  );

test('what is read of Stripe’s objects is what its package declares', () => {
  const fit = {
    session: (object: Stripe.Checkout.Session): z.input<typeof shapes.sessionShape> => object,
    invoice: (object: Stripe.Invoice): z.input<typeof shapes.invoiceShape> => object,
    subscription: (object: Stripe.Subscription): z.input<typeof shapes.subscriptionShape> => object,
    charge: (object: Stripe.Charge): z.input<typeof shapes.chargeShape> => object,
    refund: (object: Stripe.Refund): z.input<typeof shapes.refundShape> => object,
    dispute: (object: Stripe.Dispute): z.input<typeof shapes.disputeShape> => object,
    event: (object: Stripe.Event): z.input<typeof shapes.eventShape> => object,
  };
  expect(Object.keys(fit)).toHaveLength(7);
});

test('a checkout of a subscription names its invoice, and of a pack its payment', () => {
  const begun = {
    ...{ mode: 'subscription', payment_intent: null, client_reference_id: 'acme' },
    ...{ subscription: 'sub_1', invoice: 'in_1' },
  };
  expect(said('checkout.session.completed', session(begun))).toEqual({
    ...{ source: 'stripe', eventId: expect.stringMatching(/^evt_/), environment: 'live' },
    ...{ occurredAt: '2026-01-31T09:30:00.000Z', type: 'subscription-started' },
    ...{ ...NAMES, paymentReference: 'in_1' },
  });
  const unpaid = said(
    'checkout.session.completed',
    session({ ...begun, payment_status: 'no_payment_required' }),
  );
  expect(unpaid).not.toHaveProperty('paymentReference', expect.anything());
  const pack = {
    metadata: { holdfast_account: 'acme', holdfast_pack: 'pack-125' },
    ...{ payment_intent: 'pi_1', client_reference_id: 'order 5' },
    ...{ amount_subtotal: 5_000, amount_total: 5_831 },
    total_details: { amount_discount: 100, amount_tax: 931 },
  };
  expect(said('checkout.session.completed', session(pack))).toMatchObject({
    ...{ type: 'pack-paid', accountId: 'acme', packId: 'pack-125' },
    ...{ paymentReference: 'pi_1', amountCents: 4_900, currency: 'USD' },
  });
  const listed = {
    client_reference_id: 'acme',
    line_items: { data: [{ price: { id: 'price_p' } }] },
  };
  expect(said('checkout.session.async_payment_succeeded', session(listed))).toMatchObject({
    ...{ type: 'pack-paid', accountId: 'acme', priceId: 'price_p' },
  });
});

test.each([
  ['unpaid', { metadata: { holdfast_pack: 'pack-125' }, payment_status: 'unpaid' }],
  ['of something else', { client_reference_id: 'acme' }],
  ['that keeps a card', { mode: 'setup', metadata: { holdfast_pack: 'pack-125' } }],
])('a checkout %s asks for nothing', (_, more) => {
  const event = said('checkout.session.completed', session(more));
  expect(event).toMatchObject({ type: 'checkout.session.completed' });
  expect(event).not.toHaveProperty('problem');
});

test('a paid invoice pays a cycle with the price of its line that is no proration', () => {
  const paid = invoice(
    OF,
    [
      { price: 'price_old', amount: -300, isProration: true },
      { price: 'price_lite', amount: 1_900 },
    ],
    { id: 'in_1' },
  );
  expect(said('invoice.paid', paid, { created: 1_900_000_000 })).toMatchObject({
    ...{ type: 'invoice-paid', ...NAMES, priceId: 'price_lite', paymentReference: 'in_1' },
    ...{ occurredAt: '2030-03-17T17:46:40.000Z', paidAt: '2026-01-31T09:30:00.000Z' },
  });
});

test('an invoice of an update pays the plan that it charges; one that only credits pays nothing', () => {
  const upgrade = [
    { price: 'price_lite', amount: -900, isProration: true },
    { price: 'price_pro', amount: 2_900, isProration: true },
  ];
  const because = { id: 'in_2', billing_reason: 'subscription_update' };
  expect(said('invoice.paid', invoice(OF, upgrade, because))).toMatchObject({
    ...{ type: 'subscription-changed', ...NAMES, priceId: 'price_pro', paymentReference: 'in_2' },
  });
  const downgrade = [
    { price: 'price_pro', amount: -2_900, isProration: true },
    { price: 'price_lite', amount: 900, isProration: true },
  ];
  const credited = said('invoice.paid', invoice(OF, downgrade, because));
  expect(credited).toMatchObject({ type: 'subscription-changed', priceId: 'price_lite' });
  expect(credited).not.toHaveProperty('paymentReference');
});

test('an invoice over nothing begins nothing, and one of no subscription asks for nothing', () => {
  const trial = invoice(OF, [{ price: 'price_lite', amount: 0 }], {
    billing_reason: 'subscription_create',
  });
  const event = said('invoice.paid', trial);
  expect(event).toMatchObject({ type: 'subscription-started', ...NAMES });
  expect(event).not.toHaveProperty('paymentReference');
  for (const more of [{ parent: null }, { billing_reason: 'manual' }]) {
    const other = said('invoice.paid', invoice(OF, [{ price: 'p', amount: 1 }], more));
    expect(other).toMatchObject({ type: 'invoice.paid' });
  }
  expect(said('invoice.payment_failed', trial)).toMatchObject({ type: 'payment-failed', ...NAMES });
});

test('a subscription tells how it stands', () => {
  expect(said('customer.subscription.created', subscription(OF, 'price_lite'))).toMatchObject({
    ...{ type: 'subscription-started', ...NAMES, priceId: 'price_lite' },
  });
  const end = 976_287_773;
  const standing = (more: object) =>
    said('customer.subscription.updated', subscription(OF, 'price_lite', { ...more }));
  const changed = { type: 'subscription-changed', ...NAMES, priceId: 'price_lite' };
  expect(standing({})).toMatchObject({ ...changed, cancelAtPeriodEnd: false });
  expect(standing({ cancel_at_period_end: true })).toMatchObject({ cancelAtPeriodEnd: true });
  expect(standing({ cancel_at: end })).toMatchObject({ cancelAtPeriodEnd: true });
  expect(standing({ cancel_at: end + 1 })).toMatchObject({ cancelAtPeriodEnd: false });
  expect(standing({ status: 'incomplete' })).toMatchObject({ type: 'subscription-started' });
  const ended = { type: 'subscription-ended', ...NAMES };
  expect(standing({ status: 'incomplete_expired' })).toMatchObject(ended);
  const gone = subscription(OF, 'price_lite', { status: 'canceled' });
  expect(said('customer.subscription.deleted', gone)).toMatchObject(ended);
});

test('money that went back names its payment', () => {
  const back = { payment_intent: 'pi_1', amount: 1_200, currency: 'usd' };
  const told = { paymentReference: 'pi_1', amountCents: 1_200, currency: 'USD' };
  const refunded = { type: 'payment-refunded', refundId: 're_1', ...told };
  for (const type of ['refund.created', 'refund.updated'])
    expect(said(type, refund({ ...back, id: 're_1' }))).toMatchObject(refunded);
  const pending = said('refund.created', refund({ ...back, status: 'pending' }));
  expect(pending).toMatchObject({ type: 'refund.created' });
  const listed = charge({ refunds: { data: [refund({ ...back, id: 're_1' })] } });
  expect(said('charge.refunded', listed)).toMatchObject(refunded);
  expect(said('charge.refunded', charge())).toMatchObject({ type: 'charge.refunded' });
  const byCharge = { ...back, payment_intent: null, charge: 'ch_1' };
  const opened = said('charge.dispute.created', dispute(byCharge));
  expect(opened).toMatchObject({ ...told, type: 'dispute-opened', paymentReference: 'ch_1' });
  for (const [status, disputeOutcome] of [
    ['lost', 'lost'],
    ['won', 'won'],
    ['warning_closed', 'won'],
  ])
    expect(said('charge.dispute.closed', dispute({ ...back, id: 'dp_1', status }))).toMatchObject({
      ...{ type: 'dispute-closed', disputeId: 'dp_1', disputeOutcome },
    });
});

test('currencies that Stripe counts otherwise are told as ISO 4217 counts them', () => {
  const amounts = [
    ['ugx', 50_000, 500],
    ['isk', 50_000, 500],
    ['mga', 500, 50_000],
    ['jpy', 500, 500],
  ] as const;
  for (const [currency, amount, amountCents] of amounts)
    expect(said('refund.created', refund({ currency, amount }))).toMatchObject({ amountCents });
});

test.each([
  ['2025-03-31.basil', true],
  ['2026-10-28.endive', true],
  ['2026-11-30.endive', true],
  ['2025-02-24.acacia', false],
  ['2027-03-31.fenugreek', false],
  ['2024-06-20', false],
  [null, false],
])('an event of the version %s is read: %s', (api_version, isRead) => {
  const event = said('invoice.paid', invoice(OF, [{ price: 'p', amount: 1 }]), { api_version });
  expect(event.problem).toBe(isRead ? undefined : 'BILLING_API_VERSION');
  expect(event.type).toBe(isRead ? 'invoice-paid' : 'invoice.paid');
});

test.each([
  ['an object without its members', { id: 'in_1' }],
  ['no object', null],
  ['an account that is none', invoice({ ...OF, account: 'a b' }, [{ price: 'p', amount: 1 }])],
  ['a price that is none', invoice(OF, [{ price: 'p'.repeat(500), amount: 1 }])],
])('%s can’t be read', (_, object) => {
  expect(said('invoice.paid', object)).toMatchObject({
    ...{ type: 'invoice.paid', problem: 'BILLING_EVENT_UNREADABLE' },
  });
});

test('other types and other accounts keep Stripe’s name', () => {
  const long = `financial_connections.account.${'supported_'.repeat(5)}.updated`;
  expect(said('constructor', null)).toMatchObject({ type: 'constructor' });
  expect(said(long, 5).type.length).toBeLessThanOrEqual(64);
  const connected = said('invoice.paid', {}, { account: 'acct_1' });
  expect(connected).toMatchObject({ type: 'connect.invoice.paid' });
  const test = said('customer.created', {}, { livemode: false, api_version: null });
  expect(test).toMatchObject({ type: 'customer.created', environment: 'test' });
  expect(test).not.toHaveProperty('problem');
});
