import fc from 'fast-check';
import Stripe from 'stripe';
import { brokenIn } from '../../ledger/ledger-support';
import {
  charge,
  dispute,
  invoice,
  refund,
  session,
  stripeEvent,
  subscription,
} from '../../stripe/stripe-objects';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../../workflows/harness';
import { openWeb, serve, type Web } from '../harness';

const SECRETS = ['whsec_the_first_secret_of_the_endpoint', 'whsec_the_next_secret_of_the_endpoint'];
const [SECRET] = SECRETS as [string, string];
/** SEED chooses the orders. */
const SEED = Number(process.env.SEED ?? 19);

let web: Web;
beforeAll(async () => {
  web = await openWeb({
    stripe: { secrets: SECRETS, toleranceSeconds: 300 },
    limits: { addressRequestsPerMinute: 20 },
  });
  await web.stack.setCatalog({
    billingPrices: {
      price_lite: { planId: 'lite-monthly' },
      price_pro: { planId: 'professional-monthly' },
    },
  });
  await web.stack.startWorker();
});
afterAll(() => web.close());

interface Sent {
  signature?: string;
  secret?: string;
  signedAgoSeconds?: number;
  url?: string;
  headers?: Record<string, string>;
}

async function post(payload: string, sent: Sent = {}) {
  const timestamp = Math.floor(Date.now() / 1000) - (sent.signedAgoSeconds ?? 0);
  const secret = sent.secret ?? SECRET;
  const signature =
    sent.signature ?? Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const response = await fetch(`${sent.url ?? web.url}/v1/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature, ...sent.headers },
    body: payload,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const tell = (event: object, sent?: Sent) => post(JSON.stringify(event), sent);
const kept = (event: Record<string, unknown>) =>
  web.stack.ledger.billing.get({ source: 'stripe', eventId: String(event.id) });
const ended = (event: Record<string, unknown>) =>
  eventually(async () => (await kept(event))?.endedAt != null);

const eventOf = (type: string, object: unknown, more = {}) =>
  stripeEvent(type, object, { id: uniqueId('evt'), ...more });

/** An invoice over the first cycle of the account's subscription. */
function paidInvoice(account: string, more: Record<string, unknown> = {}) {
  const lines = [{ price: 'price_lite', amount: 1_900 }];
  const of = { account, subscription: `sub_${account}` };
  return eventOf('invoice.paid', invoice(of, lines, { id: `in_${account}`, ...more }));
}

test('an event that Stripe has signed is in the ledger before it is answered, and then applied', async () => {
  const account = uniqueId('acme');
  const event = paidInvoice(account);
  expect(await tell(event)).toEqual({
    status: 202,
    body: { eventId: event.id, state: 'received', reason: null },
  });
  expect(await kept(event)).toMatchObject({ type: 'invoice-paid', accountId: account });
  await ended(event);
  expect(await tell(event)).toMatchObject({ status: 202, body: { state: 'applied' } });
  expect(await web.stack.ledger.subscription(account)).toMatchObject({
    ...{ subscriptionId: `sub_${account}`, planId: 'lite-monthly', paidCycle: 1 },
  });
});

test('each of the secrets counts, and what none of them has signed is kept nowhere', async () => {
  for (const secret of SECRETS)
    expect(await tell(eventOf('customer.created', {}), { secret })).toMatchObject({ status: 202 });
  const event = paidInvoice(uniqueId('acme'));
  const forged: Sent[] = [
    { secret: 'whsec_a_secret_of_another_endpoint' },
    { signature: '' },
    { signature: 't=1,v1=00' },
    { signature: 'nonsense' },
  ];
  for (const sent of forged)
    expect(await tell(event, sent)).toMatchObject({
      ...{ status: 400, body: { code: 'SIGNATURE_INVALID' } },
    });
  const signature = Stripe.webhooks.generateTestHeaderString({
    ...{ payload: JSON.stringify(event), secret: SECRET },
  });
  const changed = await post(JSON.stringify({ ...event, livemode: false }), { signature });
  expect(changed).toMatchObject({ status: 400, body: { code: 'SIGNATURE_INVALID' } });
  expect(await kept(event)).toBeNull();
});

test('an event that was signed too long ago is refused, and kept nowhere', async () => {
  const event = paidInvoice(uniqueId('acme'));
  expect(await tell(event, { signedAgoSeconds: 310 })).toMatchObject({
    ...{ status: 400, body: { code: 'SIGNATURE_EXPIRED', toleranceSeconds: 300 } },
  });
  expect(await kept(event)).toBeNull();
  expect(await tell(event, { signedAgoSeconds: 200 })).toMatchObject({ status: 202 });
});

test('what Stripe has signed and is no event, or no JSON, is refused', async () => {
  for (const payload of ['{"id":', '[]', '{"object": "v2.core.event"}', 'null'])
    expect((await post(payload)).status).toBe(400);
  const typed = await post('{}', { headers: { 'content-type': 'text/plain' } });
  expect(typed).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
});

test('what can’t be applied says why, and waits for an operator', async () => {
  const account = uniqueId('acme');
  const events: [string, Record<string, unknown>, object][] = [
    ['BILLING_API_VERSION', { ...paidInvoice(account), api_version: '2020-08-27' }, {}],
    ['BILLING_EVENT_UNREADABLE', eventOf('invoice.paid', { id: 'in_1' }), {}],
    [
      'UNMAPPED_PRICE',
      eventOf('invoice.paid', invoice({ account, subscription: 's' }, [{ price: 'p', amount: 1 }])),
      { details: { priceId: 'p' } },
    ],
    [
      'AMOUNT_MISMATCH',
      eventOf(
        'checkout.session.completed',
        session({
          ...{ metadata: { holdfast_account: account, holdfast_pack: 'pack-125' } },
          ...{ payment_intent: 'pi_1', currency: 'eur' },
        }),
      ),
      { details: { paidCurrency: 'EUR', currency: 'USD' } },
    ],
  ];
  for (const [reason, event, more] of events) {
    expect(await tell(event)).toMatchObject({ status: 202 });
    await ended(event);
    expect(await kept(event)).toMatchObject({ state: 'failed', reason, ...more });
  }
  const { stuck: listed } = await web.stack.ledger.interventions.stuck(100, 60_000);
  const stuck = listed.map(({ id }) => id);
  for (const [, event] of events) expect(stuck).toContain(`stripe/${event.id}`);
});

test('test events are refused where live ones count, and other types ignored', async () => {
  const account = uniqueId('acme');
  const test = { ...paidInvoice(account), livemode: false };
  const other = eventOf('product.updated', {});
  const connected = { ...paidInvoice(account), account: 'acct_1' };
  for (const event of [test, other, connected]) {
    expect(await tell(event)).toMatchObject({ status: 202 });
    await ended(event);
  }
  expect(await kept(test)).toMatchObject({ state: 'refused', reason: 'OTHER_ENVIRONMENT' });
  for (const event of [other, connected])
    expect(await kept(event)).toMatchObject({ state: 'ignored', reason: 'unknown-type' });
  expect(await web.stack.ledger.subscription(account)).toBeNull();
});

test('an event that was kept in other words counts as it was kept', async () => {
  const event = eventOf('invoice.paid', {});
  const { ledger } = web.stack;
  await ledger.billing.record({
    ...{ source: 'stripe', eventId: String(event.id), type: 'earlier.name' },
    occurredAt: '2026-01-31T09:30:00Z',
  });
  expect(await tell(event)).toMatchObject({ status: 202 });
  expect(await kept(event)).toMatchObject({ type: 'earlier.name' });
});

test('without secrets there is no such path', async () => {
  const { url, app } = await serve(web.stack);
  const answer = await tell(eventOf('customer.created', {}), { url });
  expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  await app.close();
});

/**
 * Subscribe, pay twice, upgrade, buy two packs, have two fifths of one refunded, and lose a dispute
 * about the other; the first payment, a pack and the refund are told in two ways.
 */
function story(account: string) {
  // Only the checkout names the account; the rest its customer.
  const of = { subscription: `sub_${account}` };
  const customer = `cus_${account}`;
  const at = (minute: number) => ({ created: Date.UTC(2026, 0, 31, 9, minute) / 1000 });
  const begun = {
    ...{ mode: 'subscription', payment_intent: null, client_reference_id: account },
    ...{ subscription: of.subscription, invoice: 'in_1', customer },
  };
  const pack = {
    metadata: { holdfast_account: account, holdfast_pack: 'pack-125' },
    payment_intent: `pi_${account}`,
  };
  const back = { id: 're_1', payment_intent: `pi_${account}`, amount: 1_960, currency: 'usd' };
  const other = `pi_2_${account}`;
  const disputed = { id: `dp_${account}`, payment_intent: other, amount: 4_900, currency: 'usd' };
  const lite = [{ price: 'price_lite', amount: 1_900 }];
  const create = { id: 'in_1', customer, billing_reason: 'subscription_create' };
  const upgrade = [
    { price: 'price_lite', amount: -900, isProration: true },
    { price: 'price_pro', amount: 2_900, isProration: true },
  ];
  const update = { id: 'in_3', customer, billing_reason: 'subscription_update' };
  const ending = { customer, cancel_at_period_end: true };
  return [
    eventOf('customer.subscription.created', subscription(of, 'price_lite', { customer }), at(0)),
    eventOf('checkout.session.completed', session(begun), at(1)),
    eventOf('invoice.paid', invoice(of, lite, create), at(1)),
    eventOf('invoice.payment_failed', invoice(of, lite, { id: 'in_2', customer }), at(2)),
    eventOf('invoice.paid', invoice(of, lite, { id: 'in_2', customer }), at(3)),
    eventOf('customer.subscription.updated', subscription(of, 'price_pro', { customer }), at(4)),
    eventOf('invoice.paid', invoice(of, upgrade, update), at(5)),
    eventOf('checkout.session.completed', session(pack), at(6)),
    eventOf('checkout.session.async_payment_succeeded', session(pack), at(6)),
    eventOf('customer.subscription.updated', subscription(of, 'price_pro', ending), at(7)),
    eventOf('refund.created', refund({ ...back, status: 'pending' }), at(8)),
    eventOf('refund.updated', refund(back), at(9)),
    eventOf('charge.refunded', charge({ refunds: { data: [refund(back)] } }), at(9)),
    eventOf('checkout.session.completed', session({ ...pack, payment_intent: other }), at(10)),
    eventOf('charge.dispute.created', dispute({ ...disputed, status: 'needs_response' }), at(11)),
    eventOf('charge.dispute.closed', dispute({ ...disputed, status: 'lost' }), at(12)),
    eventOf('product.updated', {}, at(13)),
  ];
}

test('a story in any order and any number of times leaves the same books', async () => {
  const order = fc.record({
    order: fc.shuffledSubarray([...Array(17).keys()], { minLength: 17 }),
    repeated: fc.array(fc.nat(16), { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(order, async ({ order, repeated }) => {
      const account = uniqueId('acme');
      const events = story(account);
      for (const n of [...order, ...repeated])
        expect(await tell(events[n] as object)).toMatchObject({ status: 202 });
      await Promise.all(events.map(ended));
      for (const event of events)
        expect(['applied', 'ignored']).toContain((await kept(event))?.state);
      expect(await web.stack.ledger.subscription(account)).toMatchObject({
        ...{ planId: 'professional-monthly', paidCycle: 2, cancelAtPeriodEnd: true },
      });
      expect(await web.stack.ledger.balance(account)).toMatchObject({
        ...{ granted: 350 + 2 * 125, refunded: 50 + 125, frozen: 0 },
      });
    }),
    { seed: SEED, numRuns: 5 },
  );
  expect(await brokenIn(web.stack.ledger)).toEqual([]);
}, 300_000);

test('only refused requests count for their address', async () => {
  for (let n = 0; n < 25; n += 1)
    expect(await tell(eventOf('product.updated', {}))).toMatchObject({ status: 202 });
  await eventually(async () => {
    const { status, body } = await tell({}, { signature: 'none' });
    return status === 429 && body.code === 'RATE_LIMITED';
  });
  expect(await tell(eventOf('product.updated', {}))).toMatchObject({ status: 202 });
});
