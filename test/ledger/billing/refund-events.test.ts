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

const SEED = Number(process.env.SEED ?? 54);
const PRICE = 4_900;
const DAY_MS = 86_400_000;
const minute = (n: number) => later(START, n * 60_000);

const refunded = (paymentReference: string, refundId: string, more: Partial<Said> = {}): Said => ({
  ...{ type: 'payment-refunded', paymentReference, refundId },
  ...{ amountCents: 1_000, currency: 'USD', ...more },
});

const figures = async (account: string) => {
  const { available, granted: given, refunded: taken } = await told.books.ledger.balance(account);
  return [available, given, taken];
};

test('a refund takes unused credits of its pack, once, whichever event tells of it', async () => {
  const accountId = await told.packBuyer('pi_1');
  const first = await told.tell(refunded('pi_1', 're_1', { accountId }));
  const details = { accountId, purchaseId: 'paid-pi_1', takenCredits: 26, owedCredits: 0 };
  expect(first).toMatchObject({ state: 'applied', reason: null, details });
  const again = await told.tell(refunded('pi_1', 're_1', { accountId }));
  expect(again).toMatchObject({ state: 'applied', reason: 'refunded-before', details });
  expect(await figures(accountId)).toEqual([249, 275, 26]);
});

test('a refund that names no account is of the one that has bought with its payment', async () => {
  const [payment, twice] = [newId('pi'), newId('pi')];
  const early = await told.tell(refunded(payment, 're_1'));
  expect(early).toMatchObject({ state: 'waiting', reason: 'PURCHASE_NOT_FOUND' });
  const accountId = await told.packBuyer(payment);
  const details = { accountId, takenCredits: 26 };
  expect(await told.apply(early)).toMatchObject({ state: 'applied', details, accountId: null });
  expect(await figures(accountId)).toEqual([249, 275, 26]);
  for (let n = 0; n < 2; n += 1) await told.packBuyer(twice);
  const unclear = await told.tell(refunded(twice, 're_2'));
  expect(unclear).toMatchObject({ state: 'waiting', reason: 'PURCHASE_NOT_FOUND' });
});

test('a refund whose payment never comes waits for an operator, or is none of ours', async () => {
  const ours = await told.tell(refunded('pi_none', 're_1', { accountId: newId() }));
  const other = await told.tell(refunded('pi_none', 're_1'));
  await told.books.setClock(later(START, 3 * DAY_MS));
  expect(await told.apply(ours)).toMatchObject({ state: 'failed', reason: 'PURCHASE_NOT_FOUND' });
  expect(await told.apply(other)).toMatchObject({ state: 'ignored' });
});

test.each([
  ['of another currency', { currency: 'EUR' }, 'REFUND_MISMATCH'],
  ['of more than was paid', { amountCents: PRICE + 1 }, 'REFUND_EXCEEDS_PAYMENT'],
  ['of another amount under a known id', { refundId: 're_0' }, 'IDEMPOTENCY_CONFLICT'],
  ['of a cycle’s payment', { paymentReference: 'in_1' }, 'REFUND_NOT_OF_PACK'],
  ['without an id', { refundId: undefined }, 'BILLING_EVENT_INCOMPLETE'],
  ['of nothing', { amountCents: 0 }, 'BILLING_EVENT_INCOMPLETE'],
  ['without a currency', { currency: undefined }, 'BILLING_EVENT_INCOMPLETE'],
])('a refund %s waits for an operator, and takes nothing', async (_what, wrong, code) => {
  const accountId = await told.packBuyer('pi_1');
  await told.tell(refunded('pi_1', 're_0', { accountId, amountCents: 1 }));
  const before = await figures(accountId);
  const failed = await told.tell(refunded('pi_1', 're_1', { accountId, ...wrong }));
  expect(failed).toMatchObject({ state: 'failed', reason: code });
  expect(await figures(accountId)).toEqual(before);
  const { stuck } = await told.books.ledger.interventions.stuck(1_000, 60_000);
  expect(stuck.map(({ id }) => id)).toContain(`${failed.source}/${failed.eventId}`);
});

test('money that goes back because nothing was granted for it asks for nothing', async () => {
  const accountId = await told.packBuyer('pi_1');
  const { purchases } = told.books.ledger;
  await granted(purchases.open(accountId, 'q', { packId: 'pack-125', shownPriceCents: PRICE }));
  await granted(purchases.close(accountId, 'q', 'declined', 'no'));
  await granted(purchases.settle(accountId, 'q', 'pi_q'));
  await granted(purchases.settle(accountId, 'paid-pi_1', 'pi_stray'));
  const back = (payment: string) =>
    told.tell(refunded(payment, `re_${payment}`, { accountId, amountCents: PRICE }));
  expect(await back('pi_q')).toMatchObject({ state: 'ignored', reason: 'money-returned' });
  expect(await back('pi_stray')).toMatchObject({ state: 'ignored', reason: 'stray-payment' });
  expect(await figures(accountId)).toEqual([275, 275, 0]);
});

/** Two packs, one given back in parts, the other whole, and one refund told by two events. */
function story(accountId: string): Said[] {
  const facts = [
    began(accountId),
    bought(accountId, 'pi_1'),
    bought(accountId, 'pi_2'),
    refunded('pi_1', 're_1', { accountId }),
    refunded('pi_1', 're_1', { accountId }),
    refunded('pi_1', 're_2', { accountId, amountCents: 7 }),
    refunded('pi_2', 're_3', { accountId, amountCents: PRICE }),
    refunded('pi_1', 're_4', { accountId, amountCents: PRICE }),
  ];
  return facts.map((fact, n) => ({
    ...{ ...fact, eventId: `evt_${accountId}_${n}`, occurredAt: minute(n) },
  }));
}

test('refunds in any order, any number of times, and before their packs, are booked once', async () => {
  await told.books.setClock(minute(60));
  await fc.assert(
    fc.asyncProperty(ordersOf(8), async ({ order, repeated, looks }) => {
      const accountId = newId();
      const facts = story(accountId);
      const events = [...order, ...repeated].map((n) => facts[n] as Said);
      await told.tellAll(accountId, events, looks);
      const { events: kept } = await told.billing.read({ accountId, limit: 50 });
      const states = kept.map(({ event, state }) => [event.refundId ?? 'other', state]);
      // re_4 is more than what re_1 and re_2 leave, or they are more than it leaves.
      const isWholeFirst = states.some(([id, state]) => id === 're_4' && state === 'applied');
      expect(await figures(accountId)).toEqual(
        isWholeFirst ? [150, 400, 250] : [150 + 125 - 26, 400, 125 + 26],
      );
      const failed = states.filter(([, state]) => state === 'failed').map(([id]) => id);
      expect(failed.sort()).toEqual(isWholeFirst ? ['re_1', 're_1', 're_2'] : ['re_4']);
      expect(states.filter(([, state]) => state === 'applied')).toHaveLength(8 - failed.length);
    }),
    { seed: SEED, numRuns: 25 },
  );
}, 300_000);
