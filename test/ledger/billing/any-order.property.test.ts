import fc from 'fast-check';
import { later, newId, START } from '../ledger-support';
import { BillingBooks, ordersOf, type Said } from './billing-support';

/**
 * A billing system tells in any order and any number of times; the ledger ends as if it had told
 * each event once, in the order in which they happened. SEED chooses the orders.
 */
let told: BillingBooks;
beforeAll(async () => {
  told = await BillingBooks.open();
});
afterAll(() => told.books.close());

const SEED = Number(process.env.SEED ?? 19);
const RUNS = 25;
const minute = (n: number) => later(START, n * 60_000);

/** Subscribe, renew, change the plan, buy a pack; the last of them twice, by two events. */
function story(accountId: string): Said[] {
  const of = { accountId, subscriptionId: 's' };
  const facts: Said[] = [
    { type: 'subscription-started', ...of, priceId: 'price_lite', paymentReference: 'in_1' },
    { type: 'invoice-paid', ...of, priceId: 'price_lite', paymentReference: 'in_1' },
    { type: 'subscription-changed', ...of, priceId: 'price_lite', cancelAtPeriodEnd: false },
    { type: 'invoice-paid', ...of, priceId: 'price_lite', paymentReference: 'in_2' },
    { type: 'subscription-cancelled', ...of },
    { type: 'subscription-resumed', ...of },
    { type: 'subscription-changed', ...of, priceId: 'price_pro', paymentReference: 'in_3' },
    { type: 'subscription-changed', ...of, priceId: 'price_pro', cancelAtPeriodEnd: false },
    { type: 'pack-paid', accountId, packId: 'pack-125', paymentReference: 'pi_1' },
    { type: 'invoice-paid', ...of, priceId: 'price_pack', paymentReference: 'pi_1' },
    { type: 'payment-failed', ...of },
    { type: 'subscription-changed', ...of, priceId: 'price_lite', cancelAtPeriodEnd: true },
  ];
  return facts.map((fact, n) => ({
    ...fact,
    eventId: `evt_${accountId}_${n}`,
    occurredAt: minute(n),
  }));
}

const end = (accountId: string): Said => ({
  ...{ type: 'subscription-ended', accountId, subscriptionId: 's' },
  ...{ eventId: `evt_${accountId}_end`, occurredAt: minute(30) },
});

async function booksOf(account: string) {
  const { rows } = await told.books.owner.query(
    `SELECT source, credits, plan.id AS plan, cycle
     FROM holdfast.grants AS g
     LEFT JOIN LATERAL (
       SELECT k.result->>'planId' AS id FROM holdfast.idempotency_keys AS k
       WHERE k.account_id = g.account_id AND k.operation = 'grant'
         AND k.result->>'grantId' = g.grant_id::text
     ) AS plan ON true
     WHERE account_id = $1`,
    [account],
  );
  const { available, granted, expired } = await told.subs.balance(account);
  const { planId, nextPlanId, paidCycle, status, cancelAtPeriodEnd, closedWhy } =
    await told.subs.subscription(account);
  const byCycle: Record<string, number> = {};
  for (const { source, credits, cycle } of rows)
    byCycle[`${source} ${cycle}`] = (byCycle[`${source} ${cycle}`] ?? 0) + Number(credits);
  const figures = { available, granted, expired, byCycle };
  return {
    figures,
    subscription: { planId, nextPlanId, paidCycle, status, cancelAtPeriodEnd, closedWhy },
  };
}

async function inOrder(withEnd: boolean) {
  const account = newId();
  const events = withEnd ? [...story(account), end(account)] : story(account);
  await told.tellAll(account, events, [true]);
  return booksOf(account);
}

test('events in any order, any number of times, leave the ledger as in their order', async () => {
  await told.books.setClock(minute(60));
  const expected = await inOrder(false);
  expect(expected.figures).toMatchObject({ granted: 350 + 125 });
  expect(expected.subscription).toMatchObject({ paidCycle: 2, cancelAtPeriodEnd: true });
  await fc.assert(
    fc.asyncProperty(ordersOf(12), async ({ order, repeated, looks }) => {
      const account = newId();
      const events = story(account);
      const sent = [...order, ...repeated].map((n) => events[n] as Said);
      await told.tellAll(account, sent, looks);
      expect(await booksOf(account)).toEqual(expected);
      const { events: kept } = await told.billing.read({ accountId: account, limit: 50 });
      expect(kept).toHaveLength(12);
      expect(kept.filter(({ state }) => !['applied', 'ignored'].includes(state))).toEqual([]);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  await told.subs.expectBalanced();
}, 300_000);

test('an end that is told early leaves nothing to spend, and what was paid before it waits for an operator at most', async () => {
  await told.books.setClock(minute(60));
  const expected = await inOrder(true);
  expect(expected).toMatchObject({
    figures: { available: 0 },
    subscription: { closedWhy: 'ended-now' },
  });
  await fc.assert(
    fc.asyncProperty(ordersOf(13), async ({ order, looks }) => {
      const account = newId();
      const events = [...story(account), end(account)];
      await told.tellAll(
        account,
        order.map((n) => events[n] as Said),
        looks,
      );
      const { figures, subscription } = await booksOf(account);
      expect(figures.available).toBe(0);
      expect(figures.granted).toBe(figures.expired);
      expect(subscription).toMatchObject({ status: 'closed', closedWhy: 'ended-now' });
      // What was paid and brought nothing is seen: the payments that are not in the books.
      const { events: kept } = await told.billing.read({ accountId: account, limit: 50 });
      const paid = kept.filter(({ event }) => event.paymentReference !== undefined);
      for (const { state } of paid) expect(['applied', 'failed', 'waiting']).toContain(state);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  await told.subs.expectBalanced();
}, 300_000);
