import type { Outcome } from '../../../ledger/ledger';
import { atOnce, granted, newId, promotion, refusal, TestLedger } from '../ledger-support';

const OUTPUT = 'file:///output.mp4';
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open(32);
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** An account with 100 credits of which request `r` holds 40. */
async function withReservation(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 100);
  await granted(books.reserve(account, 'r', 40));
  return account;
}

test('a reservation takes from the available credits, and shows its request and its grants', async () => {
  const account = newId();
  const { grantId } = await books.grantPromotion(account, 100);
  const body = { kind: 'ai-avatar', seconds: 10.5, metadata: { project: 'heron' } };
  const record = await granted(books.reserve(account, 'r', 40, body));
  expect(record).toEqual({
    accountId: account,
    requestId: 'r',
    body,
    status: 'open',
    kind: 'ai-avatar',
    seconds: 10.5,
    audio: false,
    catalogVersion: '1',
    reserved: 40,
    charged: 0,
    reason: null,
    outputUrl: null,
    reservedAt: '2030-01-01T00:00:00.000Z',
    resolvedAt: null,
    expiresAt: '2030-01-01T00:10:00.000Z',
    allocations: [{ grantId, source: 'promotion', credits: 40, charged: 0 }],
    wait: null,
    metadata: { project: 'heron' },
  });
  expect(await books.ledger.request(account, 'r')).toEqual(record);
  expect(await books.ledger.balance(account)).toMatchObject({ available: 60, reserved: 40 });
});

test('a commit of everything spends the reservation', async () => {
  const account = await withReservation();
  const record = await granted(books.ledger.commit(account, 'r', 40, OUTPUT));
  expect(record).toMatchObject({
    status: 'committed',
    reserved: 40,
    charged: 40,
    outputUrl: OUTPUT,
    expiresAt: null,
  });
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 60,
    reserved: 0,
    spent: 40,
  });
});

test('a commit of part takes in burn order and returns the rest to the grants it came from, in one entry', async () => {
  const account = newId();
  const late = await books.grantPromotion(account, 30, { expiresAt: '2030-03-01T00:00:00Z' });
  const soon = await books.grantPromotion(account, 10, { expiresAt: '2030-02-01T00:00:00Z' });
  const last = await granted(
    books.ledger.grant(
      account,
      'adjusted',
      promotion(50, { source: 'adjustment', expiresAt: '2030-01-15T00:00:00Z' }),
    ),
  );
  await granted(books.reserve(account, 'r', 60));
  const record = await granted(books.ledger.commit(account, 'r', 15, OUTPUT));
  expect(record.allocations).toEqual([
    { grantId: soon.grantId, source: 'promotion', credits: 10, charged: 10 },
    { grantId: late.grantId, source: 'promotion', credits: 30, charged: 5 },
    { grantId: last.grantId, source: 'adjustment', credits: 20, charged: 0 },
  ]);
  const balance = await books.ledger.balance(account);
  expect(balance).toMatchObject({ available: 75, reserved: 0, spent: 15 });
  expect(balance.grants.map(({ grantId, remaining }) => [grantId, remaining])).toEqual([
    [late.grantId, 25],
    [last.grantId, 50],
  ]);
  const [entry] = (await books.ledger.history(account, { limit: 1 })).entries;
  expect(entry).toMatchObject({
    type: 'commit',
    availableDelta: 45,
    reservedDelta: -60,
    availableAfter: 75,
  });
});

test('a commit of nothing hands everything back and is a commit nevertheless', async () => {
  const account = await withReservation();
  expect(await granted(books.ledger.commit(account, 'r', 0, OUTPUT))).toMatchObject({
    status: 'committed',
    charged: 0,
  });
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 100,
    reserved: 0,
    spent: 0,
  });
  expect((await refusal(books.ledger.release(account, 'r', 'late'))).code).toBe(
    'RESERVATION_RESOLVED',
  );
});

test('a release hands everything back', async () => {
  const account = await withReservation();
  const record = await granted(books.ledger.release(account, 'r', 'failed'));
  expect(record).toMatchObject({
    status: 'released',
    reserved: 40,
    charged: 0,
    reason: 'failed',
    expiresAt: null,
  });
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 100,
    reserved: 0,
    spent: 0,
  });
});

describe('the ledger refuses, with nothing changed,', () => {
  test('a commit above what was reserved', async () => {
    const account = await withReservation();
    expect(await refusal(books.ledger.commit(account, 'r', 41, OUTPUT))).toEqual({
      code: 'COMMIT_EXCEEDS_RESERVATION',
      details: { credits: 41, reserved: 40 },
    });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
    expect(await books.ledger.request(account, 'r')).toMatchObject({ status: 'open' });
  });

  test('a commit of a request that was never seen', async () => {
    const account = await withReservation();
    expect(await refusal(books.ledger.commit(account, 'other', 1, OUTPUT))).toEqual({
      code: 'RESERVATION_NOT_FOUND',
      details: { requestId: 'other' },
    });
    expect((await refusal(books.ledger.commit(newId(), 'r', 1, OUTPUT))).code).toBe(
      'RESERVATION_NOT_FOUND',
    );
  });

  test('a commit after a release, naming the release', async () => {
    const account = await withReservation();
    await granted(books.ledger.release(account, 'r', 'timed-out'));
    expect(await refusal(books.ledger.commit(account, 'r', 10, OUTPUT))).toEqual({
      code: 'RESERVATION_RESOLVED',
      details: {
        outcome: 'released',
        charged: 0,
        reserved: 40,
        reason: 'timed-out',
        outputUrl: null,
      },
    });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'release']);
  });

  test('a release after a commit, naming the commit', async () => {
    const account = await withReservation();
    await granted(books.ledger.commit(account, 'r', 10, OUTPUT));
    expect(await refusal(books.ledger.release(account, 'r', 'late'))).toEqual({
      code: 'RESERVATION_RESOLVED',
      details: { outcome: 'committed', charged: 10, reserved: 40, reason: null, outputUrl: OUTPUT },
    });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit']);
  });

  test.each([
    ['another figure', 11, OUTPUT],
    ['another output', 10, 'file:///other.mp4'],
  ])('a second commit with %s, naming the first', async (_what, credits, output) => {
    const account = await withReservation();
    await granted(books.ledger.commit(account, 'r', 10, OUTPUT));
    expect(await refusal(books.ledger.commit(account, 'r', credits, output))).toEqual({
      code: 'RESERVATION_RESOLVED',
      details: { outcome: 'committed', charged: 10, reserved: 40, reason: null, outputUrl: OUTPUT },
    });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit']);
  });
});

test('a commit that comes again gets the first answer', async () => {
  const account = await withReservation();
  const first = await granted(books.ledger.commit(account, 'r', 10, OUTPUT));
  expect(await books.ledger.commit(account, 'r', 10, OUTPUT)).toEqual({
    ok: true,
    value: first,
    replayed: true,
  });
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit']);
});

test('a release that comes again gets the first answer and the first reason', async () => {
  const account = await withReservation();
  const first = await granted(books.ledger.release(account, 'r', 'cancelled'));
  expect(await books.ledger.release(account, 'r', 'orphaned')).toEqual({
    ok: true,
    value: first,
    replayed: true,
  });
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'release']);
});

test('commits win all, or releases do, where both race, and the other kind is told so', async () => {
  for (let round = 0; round < 10; round += 1) {
    const account = await withReservation();
    const outcomes: Outcome<{ status: string }>[] = await atOnce(32, (i) =>
      (i + round) % 2
        ? books.ledger.commit(account, 'r', 25, OUTPUT)
        : books.ledger.release(account, 'r', 'cancelled'),
    );
    const statuses = new Set(
      outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.status] : [])),
    );
    expect(statuses.size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1);
    const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal]));
    expect(refused).toHaveLength(16);
    for (const { code, details } of refused) {
      expect(code).toBe('RESERVATION_RESOLVED');
      expect(statuses).toContain(details?.outcome);
    }
    const spent = statuses.has('committed') ? 25 : 0;
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 100 - spent,
      reserved: 0,
      spent,
    });
  }
});
