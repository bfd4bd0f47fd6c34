import { granted, newId, promotion, START, TestLedger } from '../ledger-support';
import { funded, oneWaits } from './waiting-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(async () => {
  books.isCut = false;
  books.refusedKind = undefined;
  await books.setClock(START);
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

test('a message that can’t be delivered does not hold up the others, and is the only one that stays', async () => {
  const account = await funded(books, 0);
  books.isCut = true;
  // The notice that the account has run dry comes before the wake-up.
  await books.park(account, 'r', 30);
  books.isCut = false;
  books.refusedKind = 'notices';
  await books.grantPromotion(account, 30);
  expect(books.messageKinds(account)).toEqual(['wake']);
  books.refusedKind = undefined;
  await books.ledger.outbox.attend(account);
  expect(books.messageKinds(account)).toEqual(['notices']);
});

test.each<[what: string, repeat: (account: string) => Promise<unknown>]>([
  [
    'a deduction',
    (account) =>
      granted(books.ledger.deduct(account, 'all', { credits: 150, reason: 'r', by: 'b' })),
  ],
  [
    'a cancellation',
    (account) => granted(books.ledger.subscriptions.cancelAtPeriodEnd(account, 's', 'k')),
  ],
  ['an end', (account) => granted(books.ledger.subscriptions.endNow(account, 's', 'k'))],
])('%s, which wakes no request, hands over again what was not handed over', async (_, repeat) => {
  const account = newId();
  await granted(
    books.ledger.subscriptions.subscribe(account, 's', {
      planId: 'lite-monthly',
      paymentReference: 'p',
    }),
  );
  books.isCut = true;
  await granted(books.ledger.deduct(account, 'all', { credits: 150, reason: 'r', by: 'b' }));
  await repeat(account);
  books.isCut = false;
  await repeat(account);
  expect(books.messageKinds(account)).toEqual(['notices']);
});

describe('a wake-up that was not delivered', () => {
  let account: string;
  beforeEach(async () => {
    account = await oneWaits(books);
    books.isCut = true;
    await granted(books.ledger.grant(account, 'more', promotion(30)));
    expect(await inOutbox('wake')).toBe(1);
  });

  async function inOutbox(kind: string): Promise<number> {
    const text = 'SELECT FROM holdfast.outbox WHERE account_id = $1 AND kind = $2';
    return (await books.owner.query(text, [account, kind])).rowCount ?? 0;
  }

  test('is gone once the waiting request has been served nevertheless', async () => {
    expect(await granted(books.resume(account, 'parked', 30))).toMatchObject({ status: 'open' });
    expect(await inOutbox('wake')).toBe(0);
  });

  test('is gone once the waiting request has ended', async () => {
    await granted(books.ledger.release(account, 'parked', 'cancelled'));
    expect(await inOutbox('wake')).toBe(0);
  });

  test('is gone once the waiting request has resumed in vain: it would only wake itself', async () => {
    await granted(books.ledger.deduct(account, 'k', { credits: 1, reason: 'r', by: 'b' }));
    books.isCut = false;
    expect(await granted(books.resume(account, 'parked', 30))).toMatchObject({ status: 'waiting' });
    expect(books.woken(account)).toEqual([]);
    await books.grantPromotion(account, 1);
    expect(books.woken(account)).toEqual(['parked']);
  });
});

test('the delivery of an earlier message does not delete one that was written anew', async () => {
  const account = await oneWaits(books);
  books.isCut = true;
  await books.grantPromotion(account, 30);
  const ids = async () =>
    (
      await books.owner.query(
        'SELECT message_id::int AS id FROM holdfast.outbox WHERE account_id = $1',
        [account],
      )
    ).rows;
  const [first] = await ids();
  // Woken, it found that the credits had gone again, and now they come back.
  await granted(books.ledger.deduct(account, 'k', { credits: 30, reason: 'r', by: 'b' }));
  await granted(books.resume(account, 'parked', 30));
  await books.grantPromotion(account, 30);
  const [second] = await ids();
  expect(second?.id).toBeGreaterThan(first?.id);
  await books.owner.query('SELECT holdfast.outbox_delivered($1, ARRAY[$2::bigint])', [
    account,
    first?.id,
  ]);
  expect(await ids()).toEqual([second]);
});
