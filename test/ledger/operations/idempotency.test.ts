import { builtInCatalog } from '../../../catalog/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import {
  BODY,
  granted,
  HOLD_MS,
  newId,
  promotion,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
  const [first] = builtInCatalog();
  await applyCatalog(books.urls.ownerUrl, [
    { ...(first as NonNullable<typeof first>), version: 2, effectiveFrom: '2031-01-01T00:00:00Z' },
  ]);
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const deduction = { credits: 10, reason: 'mistake', by: 'ops' };

describe('a known key with the same body gets the first answer', () => {
  test('for a grant, even when its end has come meanwhile', async () => {
    const account = newId();
    const first = await granted(books.ledger.grant(account, 'k', promotion(50)));
    await books.setClock('2035-01-01T00:00:00Z');
    const again = await books.ledger.grant(account, 'k', promotion(50));
    expect(again).toEqual({ ok: true, value: first, replayed: true });
    expect(await books.entryTypes(account)).toEqual(['grant']);
  });

  test('for a grant, in any order of the fields', async () => {
    const account = newId();
    const first = await granted(books.ledger.grant(account, 'k', promotion(50)));
    const reordered = Object.fromEntries(Object.entries(promotion(50)).reverse());
    const again = await books.ledger.grant(
      account,
      'k',
      reordered as typeof first & ReturnType<typeof promotion>,
    );
    expect(again).toEqual({ ok: true, value: first, replayed: true });
  });

  test('for a deduction, even when no credits are left to deduct', async () => {
    const account = newId();
    await books.grantPromotion(account, 10);
    const first = await granted(books.ledger.deduct(account, 'k', deduction));
    expect(await books.ledger.deduct(account, 'k', deduction)).toEqual({
      ok: true,
      value: first,
      replayed: true,
    });
    expect(await books.ledger.balance(account)).toMatchObject({ available: 0, deducted: 10 });
  });

  test('for a reserve, even when the credits are gone', async () => {
    const account = newId();
    await books.grantPromotion(account, 10);
    const first = await granted(books.reserve(account, 'r', 10));
    expect(await books.reserve(account, 'r', 10)).toEqual({
      ok: true,
      value: first,
      replayed: true,
    });
  });

  test('for a reserve, even when another catalog version is effective and the price has changed', async () => {
    const account = newId();
    await books.grantPromotion(account, 10);
    const body = { ...BODY, maxCredits: 4 };
    const first = await granted(books.reserve(account, 'r', 4, body));
    await books.setClock('2031-01-01T00:00:00Z');
    expect(await refusal(books.reserve(account, 'other', 4, body))).toMatchObject({
      code: 'STALE_CATALOG',
    });
    expect(await books.reserve(account, 'r', 4, body)).toEqual({
      ok: true,
      value: first,
      replayed: true,
    });
    const dearer = await books.ledger.reserve(
      account,
      'r',
      body,
      { credits: 9, catalogVersion: '2' },
      HOLD_MS,
    );
    expect(dearer).toEqual({ ok: true, value: first, replayed: true });
  });

  test('for a reserve, with its outcome since', async () => {
    const account = newId();
    await books.grantPromotion(account, 10);
    await granted(books.reserve(account, 'r', 4));
    const committed = await granted(books.ledger.commit(account, 'r', 3, 'file:///o'));
    expect(await books.reserve(account, 'r', 4)).toEqual({
      ok: true,
      value: committed,
      replayed: true,
    });
    expect(await books.ledger.known(account, 'r', BODY)).toEqual({
      ok: true,
      value: committed,
      replayed: true,
    });
  });
});

describe('a known key with another body is a conflict', () => {
  test('for a grant, and names the earlier one', async () => {
    const account = newId();
    const first = await granted(books.ledger.grant(account, 'k', promotion(50)));
    expect(await refusal(books.ledger.grant(account, 'k', promotion(51)))).toEqual({
      code: 'IDEMPOTENCY_CONFLICT',
      details: { key: 'k', earlier: first },
    });
    // The key comes before everything else that is wrong with the call.
    const withoutEnd = { credits: 1, source: 'promotion', reason: 'x', by: 'x' } as const;
    expect((await refusal(books.ledger.grant(account, 'k', withoutEnd))).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
  });

  test('for a deduction', async () => {
    const account = newId();
    await books.grantPromotion(account, 100);
    await granted(books.ledger.deduct(account, 'k', deduction));
    const other = books.ledger.deduct(account, 'k', { ...deduction, credits: 1_000 });
    expect((await refusal(other)).code).toBe('IDEMPOTENCY_CONFLICT');
    expect(await books.ledger.balance(account)).toMatchObject({ available: 90 });
  });

  test('for a reserve, open or resolved, also when only its presence is asked for', async () => {
    const account = newId();
    await books.grantPromotion(account, 10);
    await granted(books.reserve(account, 'r', 4));
    const other = { ...BODY, maxCredits: 1 };
    expect((await refusal(books.reserve(account, 'r', 4, other))).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    await granted(books.ledger.release(account, 'r', 'cancelled'));
    expect((await refusal(books.reserve(account, 'r', 4, other))).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    expect((await refusal(books.ledger.known(account, 'r', other))).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
  });
});

describe('a refusal is not remembered:', () => {
  test('the same grant succeeds once its condition is met', async () => {
    const account = newId();
    const body = { credits: 5, source: 'adjustment', reason: 'sorry', by: 'ops' } as const;
    expect((await refusal(books.ledger.grant(account, 'k', body))).code).toBe(
      'SUBSCRIPTION_REQUIRED',
    );
    await books.setTerm(account, 1, '2031-01-01T00:00:00Z');
    expect(await granted(books.ledger.grant(account, 'k', body))).toMatchObject({ credits: 5 });
  });

  test('the same reserve succeeds once there are credits', async () => {
    const account = newId();
    expect((await refusal(books.reserve(account, 'r', 4))).code).toBe('INSUFFICIENT_CREDITS');
    expect(await books.ledger.known(account, 'r', BODY)).toMatchObject({ ok: true, value: null });
    expect(await books.ledger.request(account, 'r')).toBeNull();
    await books.grantPromotion(account, 10);
    expect(await granted(books.reserve(account, 'r', 4))).toMatchObject({ status: 'open' });
  });
});

test('a tombstone answers every reserve with released, with any body, for ever', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  const tombstone = await granted(books.ledger.release(account, 'r', 'admission-timed-out'));
  expect(tombstone).toMatchObject({
    status: 'released',
    kind: null,
    catalogVersion: null,
    reservedAt: null,
  });
  for (const body of [BODY, { kind: 'ai-avatar', seconds: 3 }, { ...BODY, maxCredits: 1 }]) {
    expect(await books.reserve(account, 'r', 4, body)).toEqual({
      ok: true,
      value: tombstone,
      replayed: true,
    });
    expect(await books.ledger.known(account, 'r', body)).toEqual({
      ok: true,
      value: tombstone,
      replayed: true,
    });
    await books.advanceClock(3_650 * 86_400_000);
  }
  expect(await books.ledger.release(account, 'r', 'again')).toEqual({
    ok: true,
    value: tombstone,
    replayed: true,
  });
  expect((await refusal(books.ledger.commit(account, 'r', 1, 'file:///o'))).details).toMatchObject({
    outcome: 'released',
    reason: 'admission-timed-out',
  });
  expect(await books.entryTypes(account)).toEqual(['grant']);
});

test('keys are per account and per operation', async () => {
  const [one, other] = [newId(), newId()];
  for (const [account, credits] of [
    [one, 50],
    [other, 60],
  ] as const) {
    expect(await books.ledger.grant(account, 'k', promotion(credits))).toMatchObject({
      ok: true,
      replayed: false,
    });
    expect(await books.ledger.deduct(account, 'k', deduction)).toMatchObject({
      ok: true,
      replayed: false,
    });
    expect(await books.reserve(account, 'k', credits / 10)).toMatchObject({
      ok: true,
      replayed: false,
    });
  }
  expect(await books.ledger.balance(one)).toMatchObject({
    available: 35,
    reserved: 5,
    deducted: 10,
  });
  expect(await books.ledger.balance(other)).toMatchObject({
    available: 44,
    reserved: 6,
    deducted: 10,
  });
});

describe('the quote’s version is checked after the key:', () => {
  test('a quote from a version that is not effective is stale, before its price is looked at', async () => {
    const account = newId();
    const call = (version: string, credits: number) =>
      books.ledger.reserve(
        account,
        'r',
        { ...BODY, maxCredits: 3 },
        { credits, catalogVersion: version },
        HOLD_MS,
      );
    expect(await refusal(call('2', 9))).toEqual({
      code: 'STALE_CATALOG',
      details: { quoted: 2, effective: 1 },
    });
    expect(await refusal(call('1', 4))).toEqual({
      code: 'PRICE_CHANGED',
      details: { quoted: 4, maxCredits: 3 },
    });
    expect(await refusal(call('1', 3))).toEqual({
      code: 'INSUFFICIENT_CREDITS',
      details: { required: 3, available: 0, shortfall: 3 },
    });
  });
});
