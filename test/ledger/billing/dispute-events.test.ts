import fc from 'fast-check';
import { granted, later, newId, START } from '../ledger-support';
import { BillingBooks, began, bought, ordersOf, type Said } from './billing-support';

let told: BillingBooks;
beforeAll(async () => {
  told = await BillingBooks.open();
});
beforeEach(() => told.subs.reset());
afterEach(() => told.subs.expectBalanced());
afterAll(() => told.books.close());

const SEED = Number(process.env.SEED ?? 55);
const PRICE = 4_900;
const DAY_MS = 86_400_000;
const minute = (n: number) => later(START, n * 60_000);

const opened = (paymentReference: string, disputeId: string, more: Partial<Said> = {}): Said => ({
  ...{ type: 'dispute-opened', paymentReference, disputeId, ...more },
});
const closed = (
  paymentReference: string,
  disputeId: string,
  disputeOutcome: 'won' | 'lost',
  more: Partial<Said> = {},
): Said => ({
  ...opened(paymentReference, disputeId, more),
  type: 'dispute-closed',
  disputeOutcome,
});

const figures = async (account: string) => {
  const { available, frozen, refunded } = await told.books.ledger.balance(account);
  return [available, frozen, refunded];
};

test('a dispute freezes its pack while it is open, and takes it once it is lost', async () => {
  const accountId = await told.packBuyer('pi_1');
  const of = { accountId, purchaseId: 'paid-pi_1' };
  expect(await told.tell(opened('pi_1', 'dp_1', { accountId }))).toMatchObject({
    ...{ state: 'applied', reason: null },
    details: { ...of, state: 'open', frozenCredits: 125, takenCredits: 0 },
  });
  expect(await figures(accountId)).toEqual([150, 125, 0]);
  expect(await told.tell(closed('pi_1', 'dp_1', 'lost', { accountId }))).toMatchObject({
    details: { ...of, state: 'lost', frozenCredits: 0, takenCredits: 125 },
  });
  expect(await told.tell(opened('pi_1', 'dp_1', { accountId }))).toMatchObject({
    ...{ state: 'applied', reason: 'told-before' },
    details: { state: 'lost' },
  });
  expect(await figures(accountId)).toEqual([150, 0, 125]);
});

test('a dispute that names no account waits for the one that has bought with its payment', async () => {
  const payment = newId('pi');
  const early = await told.tell(opened(payment, 'dp_1', { amountCents: 1_000, currency: 'USD' }));
  expect(early).toMatchObject({ state: 'waiting', reason: 'PURCHASE_NOT_FOUND' });
  const accountId = await told.packBuyer(payment);
  const details = { accountId, frozenCredits: 26 };
  expect(await told.apply(early)).toMatchObject({ state: 'applied', details, accountId: null });
  expect(await figures(accountId)).toEqual([249, 26, 0]);
});

test('a dispute of a charge that never comes waits for an operator, or is none of ours', async () => {
  const ours = await told.tell(opened('pi_none', 'dp_1', { accountId: newId() }));
  const other = await told.tell(opened('pi_none', 'dp_1'));
  await told.books.setClock(later(START, 3 * DAY_MS));
  expect(await told.apply(ours)).toMatchObject({ state: 'failed', reason: 'PURCHASE_NOT_FOUND' });
  expect(await told.apply(other)).toMatchObject({ state: 'ignored' });
});

test.each([
  ['of another currency', { currency: 'EUR' }, 'DISPUTE_MISMATCH'],
  [
    'of another amount under a known id',
    { disputeId: 'dp_0', amountCents: 2 },
    'IDEMPOTENCY_CONFLICT',
  ],
  ['of a cycle’s payment', { paymentReference: 'in_1' }, 'DISPUTE_NOT_OF_PACK'],
  ['without an id', { disputeId: undefined }, 'BILLING_EVENT_INCOMPLETE'],
  ['about nothing', { amountCents: 0 }, 'BILLING_EVENT_INCOMPLETE'],
  ['that is closed without an outcome', { type: 'dispute-closed' }, 'BILLING_EVENT_INCOMPLETE'],
  [
    'that ended otherwise before',
    { type: 'dispute-closed', disputeId: 'dp_0', disputeOutcome: 'lost' },
    'DISPUTE_CLOSED',
  ],
] as const)(
  'a dispute %s waits for an operator, and changes nothing',
  async (_what, wrong, code) => {
    const accountId = await told.packBuyer('pi_1');
    await told.tell(closed('pi_1', 'dp_0', 'won', { accountId, amountCents: 1 }));
    const failed = await told.tell({
      ...opened('pi_1', 'dp_1', { accountId }),
      ...(code === 'DISPUTE_CLOSED' && { amountCents: 1 }),
      ...wrong,
    });
    expect(failed).toMatchObject({ state: 'failed', reason: code });
    expect(await figures(accountId)).toEqual([275, 0, 0]);
    const { stuck } = await told.books.ledger.interventions.stuck(1_000, 60_000);
    expect(stuck.map(({ id }) => id)).toContain(`${failed.source}/${failed.eventId}`);
  },
);

test('a dispute about money for which nothing was granted asks for nothing', async () => {
  const accountId = await told.packBuyer('pi_1');
  const { purchases } = told.books.ledger;
  await granted(purchases.open(accountId, 'q', { packId: 'pack-125', shownPriceCents: PRICE }));
  await granted(purchases.close(accountId, 'q', 'declined', 'no'));
  await granted(purchases.settle(accountId, 'q', 'pi_q'));
  expect(await told.tell(opened('pi_q', 'dp_1', { accountId }))).toMatchObject({
    ...{ state: 'ignored', reason: 'money-returned' },
  });
});

/** Two packs: one dispute lost, one of a part won, one open; and a refund meanwhile. */
function story(accountId: string): Said[] {
  const part = { accountId, amountCents: 1_000, currency: 'USD' };
  const facts = [
    began(accountId),
    bought(accountId, 'pi_1'),
    bought(accountId, 'pi_2'),
    opened('pi_1', 'dp_1', { accountId }),
    closed('pi_1', 'dp_1', 'lost', { accountId }),
    opened('pi_2', 'dp_2', part),
    closed('pi_2', 'dp_2', 'won', part),
    opened('pi_2', 'dp_3', { ...part, amountCents: 2_000 }),
    { ...part, type: 'payment-refunded', paymentReference: 'pi_2', refundId: 're_1' },
  ];
  return facts.map((fact, n) => ({
    ...{ ...fact, eventId: `evt_${accountId}_${n}`, occurredAt: minute(n) },
  }));
}

test('disputes in any order, any number of times, before their packs and closed before opened, are booked once', async () => {
  await told.books.setClock(minute(60));
  await fc.assert(
    fc.asyncProperty(ordersOf(9), async ({ order, repeated, looks }) => {
      const accountId = newId();
      const facts = story(accountId);
      const events = [...order, ...repeated].map((n) => facts[n] as Said);
      await told.tellAll(accountId, events, looks);
      // 1,000 of 4,900 cents have paid for 26 credits, and the 2,000 after them for 51.
      expect(await figures(accountId)).toEqual([150 + 125 - 26 - 51, 51, 125 + 26]);
      const { events: kept } = await told.billing.read({ accountId, limit: 50 });
      expect(kept.filter(({ state }) => state !== 'applied')).toEqual([]);
    }),
    { seed: SEED, numRuns: 25 },
  );
}, 300_000);
