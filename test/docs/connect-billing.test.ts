import { transformSync } from '@swc/core';
import type { FastifyInstance } from 'fastify';
import { brokenIn } from '../ledger/ledger-support';
import { openWeb, serviceToken, type Web } from '../web/harness';
import { uniqueId } from '../workflows/harness';
import { read } from './markdown';

const PAGE = read('docs/how-to/connect-billing.md');

interface StripeEvent {
  type: string;
  data: { object: object };
}

/** How each subscription stands at Stripe. */
const standing = new Map<string, object>();

/** Stripe's package, as far as the receiver uses it. A body that is signed `good` is genuine. */
class Stripe {
  readonly webhooks = {
    constructEvent: (body: string, signature: string, secret: string): StripeEvent => {
      if (signature !== 'good' || secret !== 'whsec') throw new Error('not genuine');
      return JSON.parse(body);
    },
  };
  readonly subscriptions = { retrieve: async (id: string) => standing.get(id) };
}

let web: Web;
let receiver: FastifyInstance;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
  const [, code = ''] = /```ts\n(.*?)```/s.exec(PAGE) ?? [];
  const compiled = transformSync(code, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  }).code;
  const env = {
    ...{ STRIPE_API_KEY: 'sk', STRIPE_WEBHOOK_SECRET: 'whsec', HOLDFAST_URL: web.url },
    HOLDFAST_TOKEN: await serviceToken('subscriptions:write'),
  };
  const load = (name: string) =>
    name === 'stripe' ? { __esModule: true, default: Stripe } : require(name);
  const open = new Function('require', 'exports', 'process', `${compiled}\nreturn app;`);
  receiver = open(load, {}, { env });
});
afterAll(async () => {
  await receiver.close();
  await web.close();
});

const tell = async (event: StripeEvent, signature = 'good') => {
  const { statusCode } = await receiver.inject({
    ...{ method: 'POST', url: '/stripe', payload: JSON.stringify(event) },
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
  });
  return statusCode;
};

const PAID_AT = Date.UTC(2026, 0, 31) / 1000;

function invoice(account: string, id: string, more: object = {}): StripeEvent {
  const details = { metadata: { account }, subscription: `sub_${account}` };
  const object = {
    ...{ id, billing_reason: 'subscription_cycle', status_transitions: { paid_at: PAID_AT } },
    parent: { subscription_details: details },
    lines: { data: [{ pricing: { price_details: { price: 'price_lite' } } }] },
    ...more,
  };
  return { type: 'invoice.paid', data: { object } };
}

const changed = (account: string): StripeEvent => ({
  type: 'customer.subscription.updated',
  data: { object: { id: `sub_${account}` } },
});

function stand(account: string, more: object = {}): void {
  const live = { metadata: { account }, status: 'active', cancel_at_period_end: false };
  standing.set(`sub_${account}`, { ...live, ...more });
}

/** The same order for the same seed, by a linear congruential generator. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const drawn = [...items];
  let state = seed;
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    [drawn[last], drawn[other]] = [drawn[other] as T, drawn[last] as T];
  }
  return drawn;
}

/** As Stripe does: what is not answered with 2xx is told again. */
async function tellUntilTaken(events: StripeEvent[]): Promise<void> {
  let untaken = events;
  for (let round = 0; untaken.length > 0; round += 1) {
    expect(round).toBeLessThan(10);
    const told = await Promise.all(untaken.map((event) => tell(event)));
    untaken = untaken.filter((_, index) => (told[index] ?? 0) >= 300);
  }
}

test.each([1, 2, 3, 4])(
  'in any order, and any number of times, each payment counts once (seed %d)',
  async (seed) => {
    const account = uniqueId('acme');
    stand(account, { cancel_at_period_end: true });
    const upgrade = {
      billing_reason: 'subscription_update',
      lines: { data: [{ pricing: { price_details: { price: 'price_pro' } } }] },
    };
    const events = [
      ...['in_1', 'in_2', 'in_3'].map((id) => invoice(account, id)),
      invoice(account, 'in_up', upgrade),
      changed(account),
    ];
    await tellUntilTaken(shuffled([...events, ...events, ...events], seed));
    const subscription = await web.stack.ledger.subscription(account, `sub_${account}`);
    expect(subscription).toMatchObject({ paidCycle: 3, paidAhead: 2, cancelAtPeriodEnd: true });
    expect(subscription?.planId).toBe('professional-monthly');
    expect((await web.stack.ledger.balance(account)).available).toBe(350);
    expect(await brokenIn(web.stack.ledger)).toEqual([]);
    stand(account);
    expect(await tell(changed(account))).toBe(204);
    stand(account, { status: 'canceled' });
    await tellUntilTaken([changed(account), changed(account)]);
    const ended = await web.stack.ledger.subscription(account);
    expect(ended).toMatchObject({ closedWhy: 'ended-now', cancelAtPeriodEnd: false });
  },
);

test('what is not genuine, or has no plan, grants nothing and is told again', async () => {
  const account = uniqueId('acme');
  expect(await tell(invoice(account, 'in_1'), 'forged')).toBe(400);
  const unknown = { lines: { data: [{ pricing: { price_details: { price: 'price_none' } } }] } };
  expect(await tell(invoice(account, 'in_1', unknown))).toBe(500);
  stand(account);
  expect(await tell(changed(account))).toBe(500);
  expect(await web.stack.ledger.subscription(account)).toBeNull();
});

test('what is not Holdfast’s is taken, and nothing is done', async () => {
  expect(await tell(invoice('', 'in_1'))).toBe(204);
  expect(await tell({ type: 'charge.succeeded', data: { object: {} } })).toBe(204);
});

test('a payment of a subscription that was ended at once is told again, and grants nothing', async () => {
  const account = uniqueId('acme');
  await tellUntilTaken([invoice(account, 'in_1')]);
  stand(account, { status: 'canceled' });
  await tellUntilTaken([changed(account)]);
  expect(await tell(invoice(account, 'in_2'))).toBe(500);
  expect((await web.stack.ledger.balance(account)).available).toBe(0);
});
