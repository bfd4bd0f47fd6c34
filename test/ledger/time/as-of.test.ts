import fc from 'fast-check';
import type { Balance } from '../../../contract/balance';
import { granted, later, newId, promotion, START, TestLedger } from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const number = fc.integer({ min: 1, max: 4 });
const step = fc.record({
  type: fc.constantFrom('grant', 'deduct', 'reserve', 'commit', 'release', 'expire', 'nothing'),
  number,
  credits: fc.integer({ min: 1, max: 10 }),
  msLater: fc.integer({ min: 1, max: 400 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const OPENING: Step = { type: 'grant', number: 1, credits: 10, msLater: 1 };

async function perform(
  account: string,
  at: string,
  { type, number, credits }: Step,
): Promise<void> {
  const { ledger } = books;
  if (type === 'grant')
    await ledger.grant(
      account,
      newId('key'),
      promotion(credits, { expiresAt: later(at, credits * 150) }),
    );
  if (type === 'deduct')
    await ledger.deduct(account, newId('key'), { credits, reason: 'x', by: 'x' });
  if (type === 'reserve') await books.reserve(account, `r${number}`, credits);
  if (type === 'commit')
    await ledger.commit(account, `r${number}`, Math.floor(credits / 2), 'file:///o');
  if (type === 'release') await ledger.release(account, `r${number}`, 'x');
  if (type === 'expire') await ledger.expire(account);
}

test('the balance as of any earlier time is what it was then', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const account = newId();
      const seen: { at: string; balance: Balance }[] = [];
      let at = START;
      const remember = async () => seen.push({ at, balance: await books.ledger.balance(account) });
      for (const next of [OPENING, ...steps]) {
        at = later(at, next.msLater);
        await books.setClock(at);
        await perform(account, at, next);
        await remember();
        // Between two operations only ends can come.
        at = later(at, 1);
        await books.setClock(at);
        await remember();
      }
      await books.setClock(later(at, 1_000_000));
      for (const { at, balance } of seen) {
        expect({ at, balance: await books.ledger.balance(account, at) }).toEqual({ at, balance });
      }
    }),
    { numRuns: 25 },
  );
});

test('the balance as of a time before the first entry is zero', async () => {
  const account = newId();
  await books.grantPromotion(account, 10);
  expect(await books.ledger.balance(account, later(START, -1))).toMatchObject({
    available: 0,
    granted: 0,
    grants: [],
  });
  expect(await books.ledger.balance(account, START)).toMatchObject({ available: 10, granted: 10 });
});

test('an unknown account has a balance of zero, now and as of any time', async () => {
  const nothing = {
    ...{
      available: 0,
      pendingExpiry: 0,
      reserved: 0,
      spent: 0,
      expired: 0,
      deducted: 0,
      refunded: 0,
      frozen: 0,
      owed: 0,
      granted: 0,
    },
    at: null,
    validUntil: null,
    grants: [],
  };
  const account = newId();
  expect(await books.ledger.balance(account)).toEqual({ accountId: account, ...nothing });
  expect(await books.ledger.balance(account, START)).toEqual({ accountId: account, ...nothing });
});

test('an entry’s published time finds the balance right after it', async () => {
  const account = newId();
  await books.clearClock();
  const far = { expiresAt: '2100-01-01T00:00:00Z' };
  await books.grantPromotion(account, 10, far);
  await granted(books.reserve(account, 'r', 4));
  await granted(books.ledger.commit(account, 'r', 3, 'file:///o'));
  const entries = await books.entries(account);
  const lastOfItsTime = entries.filter(({ at }, index) => entries[index + 1]?.at !== at);
  for (const { at, availableAfter, reservedAfter } of lastOfItsTime) {
    expect(await books.ledger.balance(account, at)).toMatchObject({
      available: availableAfter,
      reserved: reservedAfter,
    });
  }
});
