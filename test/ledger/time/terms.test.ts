import type { GrantBody } from '../../../contract/grant';
import {
  DAY_MS,
  granted,
  later,
  newId,
  promotion,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

const LAPSE = later(START, 30 * DAY_MS);
const ADJUSTMENT: GrantBody = { credits: 40, source: 'adjustment', reason: 'sorry', by: 'ops' };
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** An account whose first term lapses at LAPSE, with 40 credits that belong to the term. */
async function withTerm(): Promise<string> {
  const account = newId();
  await books.setTerm(account, 1, LAPSE);
  await granted(books.ledger.grant(account, 'k', ADJUSTMENT));
  return account;
}

test('a grant without an end belongs to the term and shows until when it is valid', async () => {
  const account = await withTerm();
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 40,
    validUntil: LAPSE,
    grants: [{ source: 'adjustment', remaining: 40, expiresAt: LAPSE }],
  });
});

test('a promotion without an end is refused, whether there is a subscription or not', async () => {
  const { expiresAt: _, ...withoutEnd } = promotion(5);
  for (const account of [newId(), await withTerm()]) {
    expect((await refusal(books.ledger.grant(account, 'p', withoutEnd))).code).toBe(
      'EXPIRY_REQUIRED',
    );
  }
});

test('an adjustment without an end is refused where no subscription is live', async () => {
  expect((await refusal(books.ledger.grant(newId(), 'k', ADJUSTMENT))).code).toBe(
    'SUBSCRIPTION_REQUIRED',
  );
  const account = newId();
  await books.setTerm(account, 1, LAPSE);
  await books.setClock(LAPSE);
  expect((await refusal(books.ledger.grant(account, 'k', ADJUSTMENT))).code).toBe(
    'SUBSCRIPTION_REQUIRED',
  );
  await books.setClock(later(LAPSE, -1));
  expect(await granted(books.ledger.grant(account, 'k', ADJUSTMENT))).toMatchObject({
    expiresAt: LAPSE,
  });
});

test.each(['pack', 'plan'])('a grant of a %s comes from its payment alone', async (source) => {
  const account = await withTerm();
  for (const end of [{}, { expiresAt: LAPSE }]) {
    const body = { ...ADJUSTMENT, ...end, source } as unknown as GrantBody;
    expect(await refusal(books.ledger.grant(account, 'p', body))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { source },
    });
  }
  expect(await books.entryTypes(account)).toEqual(['grant']);
});

test('an adjustment with an end of its own needs no subscription', async () => {
  const account = newId();
  const body = { ...ADJUSTMENT, expiresAt: later(START, DAY_MS) };
  expect(await granted(books.ledger.grant(account, 'k', body))).toMatchObject({
    expiresAt: later(START, DAY_MS),
  });
});

test.each([
  ['count one millisecond before the lapse', -1, 40],
  ['are pending expiry at the lapse', 0, 0],
])('the term’s credits %s', async (_what, ms, available) => {
  const account = await withTerm();
  await books.setClock(later(LAPSE, ms));
  expect(await books.ledger.balance(account)).toMatchObject({
    available,
    pendingExpiry: 40 - available,
  });
  expect((await books.reserve(account, 'r', 40)).ok).toBe(available > 0);
});

test('a lapsed term is not booked while it is the account’s, so that a late renewal carries it forward', async () => {
  const account = await withTerm();
  await books.setClock(later(LAPSE, DAY_MS));
  await books.ledger.expire(account);
  await books.reserve(account, 'r', 1);
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 0,
    pendingExpiry: 40,
    expired: 0,
  });
  await books.setTerm(account, 1, later(LAPSE, 30 * DAY_MS));
  expect(await books.ledger.balance(account)).toMatchObject({ available: 40, pendingExpiry: 0 });
  expect(await granted(books.reserve(account, 'r', 40))).toMatchObject({ status: 'open' });
});

test('a new term leaves the old one’s credits behind, and the next operation books their expiry', async () => {
  const account = await withTerm();
  await books.setTerm(account, 2, later(LAPSE, 30 * DAY_MS));
  expect(await books.ledger.balance(account)).toMatchObject({ available: 0, pendingExpiry: 40 });
  await granted(books.ledger.grant(account, 'new', { ...ADJUSTMENT, credits: 7 }));
  expect(await books.entryTypes(account)).toEqual(['grant', 'expire', 'grant']);
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 7,
    pendingExpiry: 0,
    expired: 40,
  });
});

test('credits that come back from an older term’s reservation expire at once', async () => {
  const account = await withTerm();
  await granted(books.reserve(account, 'r', 40));
  await books.setTerm(account, 2, later(LAPSE, 30 * DAY_MS));
  await granted(books.ledger.commit(account, 'r', 15, 'file:///o'));
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit', 'expire']);
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 0,
    spent: 15,
    expired: 25,
  });
});

test('a reservation made in time may be committed after the lapse, and credits that come back wait with the rest', async () => {
  const account = await withTerm();
  await granted(books.reserve(account, 'r', 30));
  await books.setClock(later(LAPSE, 1));
  await granted(books.ledger.commit(account, 'r', 20, 'file:///o'));
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 0,
    pendingExpiry: 20,
    spent: 20,
    expired: 0,
  });
});

test('a grant’s own end counts in any term', async () => {
  const account = await withTerm();
  await books.grantPromotion(account, 5, { expiresAt: later(LAPSE, DAY_MS) });
  await books.setClock(LAPSE);
  expect(await books.ledger.balance(account)).toMatchObject({ available: 5, pendingExpiry: 40 });
  await books.setTerm(account, 2, later(LAPSE, 30 * DAY_MS));
  expect(await books.ledger.balance(account)).toMatchObject({ available: 5, pendingExpiry: 40 });
});
