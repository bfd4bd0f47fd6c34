import type { HistoryPage } from '../../../contract/history';
import { BODY, granted, newId, START, TestLedger } from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

test('the history lists each entry, newest first, with its reason, its author and the balance after it', async () => {
  const account = newId();
  await books.grantPromotion(account, 10);
  await granted(books.ledger.deduct(account, 'k', { credits: 3, reason: 'mistake', by: 'eve' }));
  await granted(books.reserve(account, 'r1', 4));
  await granted(books.ledger.commit(account, 'r1', 1, 'file:///o'));
  await granted(books.reserve(account, 'r2', 6));
  await granted(books.ledger.release(account, 'r2', 'cancelled'));
  const { entries } = await books.ledger.history(account);
  const at = START;
  const of = { kind: 'text-to-image' };
  expect(entries).toEqual([
    {
      version: 6,
      at,
      type: 'release',
      ...figures(6, -6, 6, 0),
      requestId: 'r2',
      ...of,
      reason: 'cancelled',
    },
    { version: 5, at, type: 'reserve', ...figures(-6, 6, 0, 6), requestId: 'r2', ...of },
    { version: 4, at, type: 'commit', ...figures(3, -4, 6, 0), requestId: 'r1', ...of },
    { version: 3, at, type: 'reserve', ...figures(-4, 4, 3, 4), requestId: 'r1', ...of },
    { version: 2, at, type: 'deduct', ...figures(-3, 0, 7, 0), reason: 'mistake', by: 'eve' },
    {
      version: 1,
      at,
      type: 'grant',
      ...figures(10, 0, 10, 0),
      grantId: '1',
      source: 'promotion',
      reason: 'welcome',
      by: 'ops',
    },
  ]);
});

function figures(
  availableDelta: number,
  reservedDelta: number,
  availableAfter: number,
  reservedAfter: number,
) {
  return { availableDelta, reservedDelta, availableAfter, reservedAfter };
}

test('a request’s metadata stands on each of its entries, and on no other', async () => {
  const account = newId();
  await books.grantPromotion(account, 10);
  const metadata = { project: 'heron', ключ: '値 "quoted"' };
  await granted(books.reserve(account, 'r1', 4, { ...BODY, metadata }));
  await granted(books.ledger.commit(account, 'r1', 1, 'file:///o'));
  await granted(books.reserve(account, 'r2', 4, { ...BODY, metadata: { other: 'one' } }));
  await granted(books.ledger.release(account, 'r2', 'failed'));
  const shown = (await books.entries(account)).map((entry) => entry.metadata);
  expect(shown).toEqual([undefined, metadata, metadata, { other: 'one' }, { other: 'one' }]);
});

test('usage is the sum of charges by kind and quarter of an hour, from the given time on', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  const charge = async (requestId: string, kind: string, at: string, charged: number) => {
    await books.setClock(at);
    await granted(books.reserve(account, requestId, 10, { kind }));
    if (charged === 0) await granted(books.ledger.release(account, requestId, 'failed'));
    else await granted(books.ledger.commit(account, requestId, charged, 'file:///o'));
  };
  await charge('r1', 'ai-avatar', '2030-01-01T00:14:59.999Z', 10);
  await charge('r2', 'ai-avatar', '2030-01-01T00:15:00.000Z', 4);
  await charge('r3', 'text-to-image', '2030-01-01T00:16:00.000Z', 2);
  await charge('r4', 'ai-avatar', '2030-01-01T00:29:59.000Z', 5);
  await charge('r5', 'ai-avatar', '2030-01-01T00:29:59.000Z', 0);
  const quarter = { from: '2030-01-01T00:15:00.000Z' };
  expect(await books.ledger.usage(account, '2030-01-01T00:15:00Z')).toEqual([
    { ...quarter, kind: 'ai-avatar', credits: 9, generations: 2 },
    { ...quarter, kind: 'text-to-image', credits: 2, generations: 1 },
  ]);
  expect(await books.ledger.usage(account, START)).toHaveLength(3);
  expect(await books.ledger.usage(newId(), START)).toEqual([]);
});

test('pages follow one another without gap or overlap', async () => {
  const account = newId();
  for (let i = 0; i < 7; i += 1) await books.grantPromotion(account, 1);
  expect(await pages(account, { limit: 3 })).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
});

/** The versions on each page, as `next` leads from one to the other. */
async function pages(account: string, page: HistoryPage): Promise<number[][]> {
  const { entries, next } = await books.ledger.history(account, page);
  const versions = entries.map(({ version }) => version);
  return [versions, ...(next === null ? [] : await pages(account, { ...page, before: next }))];
}

describe('a page under a filter', () => {
  let account: string;
  const AT = [
    '2030-01-01T00:00:01.000Z',
    '2030-01-01T00:00:02.000Z',
    '2030-01-01T00:00:03.000Z',
  ] as const;
  // 1 promotion; at each of the times a picture and a sound, each reserved and committed: 2–5, 6–9, 10–13.
  beforeAll(async () => {
    account = newId();
    await books.setClock(START);
    await books.grantPromotion(account, 100);
    for (const [index, at] of AT.entries()) {
      await books.setClock(at);
      for (const kind of ['text-to-image', 'text-to-speech']) {
        await granted(books.reserve(account, `${kind}-${index}`, 2, { kind }));
        await granted(books.ledger.commit(account, `${kind}-${index}`, 2, 'file:///o'));
      }
    }
  });

  test('has the entries of one kind of generation, and names the page after it until there is none', async () => {
    expect(await pages(account, { kind: 'text-to-image', limit: 4 })).toEqual([
      [11, 10, 7, 6],
      [3, 2],
    ]);
    expect(await pages(account, { kind: 'text-to-image', limit: 3 })).toEqual([
      [11, 10, 7],
      [6, 3, 2],
    ]);
  });

  test('has the entries from a time on, the time itself included', async () => {
    expect(await pages(account, { since: AT[1], limit: 5 })).toEqual([
      [13, 12, 11, 10, 9],
      [8, 7, 6],
    ]);
    expect(await pages(account, { since: '2030-01-01T01:00:02.001+01:00' })).toEqual([
      [13, 12, 11, 10],
    ]);
    expect(await pages(account, { since: '0001-01-01T00:00:00Z', limit: 20 })).toMatchObject([
      { length: 13 },
    ]);
  });

  test('has only entries that match both filters where both are given', async () => {
    expect(await pages(account, { kind: 'text-to-speech', since: AT[1], limit: 2 })).toEqual([
      [13, 12],
      [9, 8],
    ]);
    expect(await pages(account, { kind: 'text-to-speech', since: AT[1], before: 9 })).toEqual([
      [8],
    ]);
  });

  test('has the entries from before a time, the time itself left out', async () => {
    expect(await pages(account, { until: AT[1] })).toEqual([[5, 4, 3, 2, 1]]);
    expect(await pages(account, { until: '2030-01-01T00:00:02.001Z', since: AT[1] })).toEqual([
      [9, 8, 7, 6],
    ]);
    expect(await pages(account, { until: START })).toEqual([[]]);
    expect(await pages(account, { until: AT[0], since: AT[2] })).toEqual([[]]);
    const ends = { since: '0001-01-01T00:00:00Z', until: '9999-12-31T23:59:59.999Z', limit: 20 };
    expect(await pages(account, ends)).toMatchObject([{ length: 13 }]);
  });

  test('has the entries of one type', async () => {
    expect(await pages(account, { type: 'grant' })).toEqual([[1]]);
    expect(await pages(account, { type: 'commit', limit: 4 })).toEqual([
      [13, 11, 9, 7],
      [5, 3],
    ]);
    expect(await pages(account, { type: 'refund' })).toEqual([[]]);
  });

  test('has the entries of one request, however long it took', async () => {
    expect(await pages(account, { requestId: 'text-to-speech-1', limit: 1 })).toEqual([[9], [8]]);
    expect(await pages(account, { requestId: 'text-to-speech-1', type: 'commit' })).toEqual([[9]]);
    expect(await pages(account, { requestId: 'nobody-asked' })).toEqual([[]]);
    expect(await pages(newId(), { requestId: 'text-to-speech-1' })).toEqual([[]]);
    const slow = newId();
    await books.setClock(AT[0]);
    await books.grantPromotion(slow, 10);
    await granted(books.reserve(slow, 'open', 1));
    await granted(books.reserve(slow, 'r', 2));
    await books.setClock(AT[1]);
    await granted(books.reserve(slow, 'other', 2));
    await books.setClock(AT[2]);
    await granted(books.ledger.release(slow, 'r', 'failed'));
    expect(await pages(slow, { requestId: 'r' })).toEqual([[5, 3]]);
    expect(await pages(slow, { requestId: 'open' })).toEqual([[2]]);
  });

  test('is empty for an unknown kind and for a time to come', async () => {
    expect(await pages(account, { kind: 'hologram' })).toEqual([[]]);
    expect(await pages(account, { since: '2031-01-01T00:00:00Z' })).toEqual([[]]);
    expect(await pages(newId(), { kind: 'text-to-image', since: START })).toEqual([[]]);
  });
});

test('a page has 50 entries by default and 1,000 at most', async () => {
  const account = newId();
  await books.grantPromotion(account, 1);
  await books.owner.query(
    `INSERT INTO holdfast.entries SELECT account_id, n, at, type, available_delta, reserved_delta, grant_ids,
       remainder_deltas, reserved_deltas, available_after, reserved_after, spent_after, expired_after, deducted_after,
       granted_after, request_id, grant_id FROM holdfast.entries, generate_series(2, 1200) AS n WHERE account_id = $1`,
    [account],
  );
  expect((await books.ledger.history(account)).entries).toHaveLength(50);
  expect((await books.ledger.history(account, { limit: 5_000 })).entries).toHaveLength(1_000);
  await books.owner.query('ALTER TABLE holdfast.entries DISABLE TRIGGER USER');
  await books.owner.query('DELETE FROM holdfast.entries WHERE account_id = $1 AND version > 1', [
    account,
  ]);
  await books.owner.query('ALTER TABLE holdfast.entries ENABLE TRIGGER USER');
});

test('one account’s history is not another’s, and an unknown account has none', async () => {
  const [one, other] = [newId(), newId()];
  await books.grantPromotion(one, 1);
  await books.grantPromotion(other, 2);
  expect((await books.ledger.history(one)).entries).toMatchObject([{ availableDelta: 1 }]);
  expect((await books.ledger.history(newId())).entries).toEqual([]);
});
