import fc from 'fast-check';
import { later, newId, START } from '../ledger-support';
import { BillingBooks, type Said } from './billing-support';

let told: BillingBooks;
beforeAll(async () => {
  told = await BillingBooks.open();
});
beforeEach(() => told.subs.reset());
afterEach(() => told.subs.expectBalanced());
afterAll(() => told.books.close());

const SEED = Number(process.env.SEED ?? 56);
const DAY_MS = 86_400_000;

/** What a billing system says of a customer's subscription, without the account. */
const of = (customerId: string) => ({ customerId, subscriptionId: `sub_${customerId}` });
const paid = (customerId: string, reference = 'in_1'): Said => ({
  ...{ type: 'invoice-paid', ...of(customerId), priceId: 'price_lite' },
  paymentReference: reference,
});
/** The one event that names both: it asks for nothing. */
const began = (customerId: string, accountId: string): Said => ({
  ...{ type: 'subscription-started', ...of(customerId), accountId },
});

test('an event that names its customer alone waits for the account, and is then of it', async () => {
  const [customer, account] = [newId('cus'), newId()];
  const early = await told.tell(paid(customer));
  expect(early).toMatchObject({ state: 'waiting', reason: 'BILLING_ACCOUNT_MISSING' });
  await told.tell(began(customer, account));
  expect(await told.apply(early)).toMatchObject({ state: 'applied', accountId: account });
  expect(await told.tell(paid(customer, 'in_2'))).toMatchObject({ accountId: account });
  expect(await told.subs.subscription(account)).toMatchObject({ paidCycle: 2 });
  const ended = await told.tell({ type: 'subscription-ended', ...of(customer) });
  expect(ended).toMatchObject({ state: 'applied', accountId: account });
});

test('a customer of another source, or of two accounts, is none', async () => {
  const [customer, account] = [newId('cus'), newId()];
  await told.tell({ ...began(customer, account), source: 'other' });
  const event = await told.tell(paid(customer));
  expect(event).toMatchObject({ state: 'waiting', accountId: null });
  await told.tell(began(customer, account));
  await told.tell(began(customer, newId()));
  expect(await told.apply(event)).toMatchObject({ state: 'waiting', accountId: null });
  await told.books.setClock(later(START, 3 * DAY_MS));
  expect(await told.apply(event)).toMatchObject({
    ...{ state: 'failed', reason: 'BILLING_ACCOUNT_MISSING', details: { customerId: customer } },
  });
});

test('what is not sold here, or was not paid, needs no operator', async () => {
  const customer = newId('cus');
  const other = await told.tell({ ...paid(customer), priceId: 'price_other' });
  expect(other).toMatchObject({ state: 'ignored', reason: 'no-account' });
  const ended = await told.tell({ type: 'subscription-ended', ...of(customer) });
  expect(ended).toMatchObject({ state: 'waiting' });
  await told.books.setClock(later(START, 3 * DAY_MS));
  expect(await told.apply(ended)).toMatchObject({ state: 'ignored' });
});

test('a customer’s events in any order leave the same books', async () => {
  const minute = (n: number) => ({ occurredAt: later(START, n * 60_000) });
  const story = (customer: string, account: string): Said[] => [
    { ...began(customer, account), ...minute(0) },
    { ...paid(customer), ...minute(1) },
    { ...paid(customer, 'in_2'), ...minute(2) },
    { type: 'subscription-cancelled', ...of(customer), ...minute(3) },
    { type: 'subscription-resumed', ...of(customer), ...minute(4) },
    { type: 'subscription-changed', ...of(customer), cancelAtPeriodEnd: true, ...minute(5) },
  ];
  await told.books.setClock(later(START, 3_600_000));
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const [customer, account] = [newId('cus'), newId()];
      const events = story(customer, account);
      const kept = [];
      for (const n of order) kept.push(await told.told(events[n] as Said));
      // As their workflows do: each tries again until all have ended.
      for (let round = 0; round < 3; round += 1) {
        for (const event of kept) await told.apply(event);
        await told.applyAll(account);
      }
      for (const event of kept)
        expect((await told.billing.get(event))?.state).toMatch(/^(applied|ignored)$/);
      expect(await told.subs.subscription(account)).toMatchObject({
        ...{ paidCycle: 2, cancelAtPeriodEnd: true },
      });
    }),
    { seed: SEED, numRuns: 12 },
  );
}, 120_000);
