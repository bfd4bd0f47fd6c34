import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { catalogOutlook } from '../../../ledger/catalog-outlook';
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

/** Decimals that Postgres would round up to the next second. */
const NINES = '.9999999';
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** The time that many seconds after START, written with these decimals. */
const said = (seconds: number, decimals: string) => `2030-01-01T00:00:0${seconds}${decimals}Z`;

describe('a caller’s time is rounded down to its millisecond, never up:', () => {
  test.each([
    [NINES, '.999Z'],
    ['.9995', '.999Z'],
    ['.000999999', '.000Z'],
    ['.123456789', '.123Z'],
    ['.1', '.100Z'],
    ['', '.000Z'],
  ])('the end of a grant: %s', async (decimals, expected) => {
    const account = newId();
    const body = promotion(5, { expiresAt: said(5, decimals) });
    const grant = await granted(books.ledger.grant(account, 'k', body));
    expect(grant.expiresAt).toBe(`2030-01-01T00:00:05${expected}`);
    // The body stands as it was said, so a repetition is told from another one by what was said.
    expect(await books.ledger.grant(account, 'k', body)).toEqual({
      ok: true,
      value: grant,
      replayed: true,
    });
    const other = promotion(5, { expiresAt: `${grant.expiresAt?.slice(0, -1)}0Z` });
    expect(await refusal(books.ledger.grant(account, 'k', other))).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  test('an end that is ahead of now by less than a millisecond has come', async () => {
    const body = promotion(5, { expiresAt: '2030-01-01T00:00:00.0009999Z' });
    expect(await refusal(books.ledger.grant(newId(), 'k', body))).toMatchObject({
      code: 'EXPIRY_IN_PAST',
    });
  });

  test.each([
    ['2030-01-01T00:00:00.9999999Z', '2030-01-01T00:00:00.999Z'],
    ['2030-01-01T01:00:00.9999999+01:00', '2030-01-01T00:00:00.999Z'],
  ])('the time of a payment: %s', async (paidAt, expected) => {
    const account = newId();
    const { subscriptions } = books.ledger;
    await granted(
      subscriptions.subscribe(account, 's', { planId: 'lite-monthly', paymentReference: 'first' }),
    );
    // A clock that stands where rounding would lead to is already too late: the payment would lie ahead of it.
    await books.setClock('2030-01-01T00:00:00.999Z');
    expect(await granted(subscriptions.renew(account, 's', 'p', paidAt))).toMatchObject({
      subscription: { paidCycle: 2 },
    });
    const { rows } = await books.owner.query(
      "SELECT holdfast.iso(paid_at) AS paid, body->>'paidAt' AS said FROM holdfast.payments JOIN holdfast.idempotency_keys USING (account_id) WHERE account_id = $1 AND reference = 'p' AND key = 'p'",
      [account],
    );
    expect(rows).toEqual([{ paid: expected, said: expected }]);
  });

  test('a renewal that an earlier version has rounded up is a replay still', async () => {
    const account = newId();
    const { subscriptions } = books.ledger;
    await granted(
      subscriptions.subscribe(account, 's', { planId: 'lite-monthly', paymentReference: 'first' }),
    );
    await books.setClock(later(START, 60_000));
    const first = await subscriptions.renew(account, 's', 'p', said(5, NINES));
    await books.rewrite(
      `UPDATE holdfast.idempotency_keys SET body = body || '{"paidAt": "2030-01-01T00:00:06.000Z"}'
       WHERE account_id = '${account}' AND key = 'p';
       UPDATE holdfast.payments SET paid_at = '2030-01-01T00:00:06.000Z'
       WHERE account_id = '${account}' AND reference = 'p'`,
    );
    expect(await subscriptions.renew(account, 's', 'p', said(5, NINES))).toEqual({
      ...first,
      replayed: true,
    });
    expect(await refusal(subscriptions.renew(account, 's', 'p', said(5, '')))).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  test('the deadline of a wait', async () => {
    const account = newId();
    await books.grantPromotion(account, 1);
    const record = await books.park(account, 'r', 5, { until: said(5, NINES) });
    expect(record.wait?.until).toBe('2030-01-01T00:00:05.999Z');
    const now = books.ledger.reserve(
      newId(),
      'r',
      { kind: 'x' },
      { credits: 5, catalogVersion: '1' },
      1_000,
      {
        until: '2030-01-01T00:00:00.0009Z',
      },
    );
    expect(await refusal(now)).toMatchObject({ code: 'WAIT_DEADLINE_IN_PAST' });
  });

  test('the time as of which a balance is asked for, and since when a history is', async () => {
    const account = newId();
    await books.grantPromotion(account, 5);
    await books.setClock('2030-01-01T00:00:01.000Z');
    await books.grantPromotion(account, 7);
    expect(await books.ledger.balance(account, said(0, NINES))).toMatchObject({
      ...{ at: '2030-01-01T00:00:00.999Z', available: 5 },
    });
    const { entries } = await books.ledger.history(account, { since: said(1, '.0009999') });
    expect(entries).toMatchObject([{ availableDelta: 7 }]);
    expect((await books.ledger.history(account, { since: said(0, NINES) })).entries).toHaveLength(
      1,
    );
    expect(await books.ledger.usage(account, said(0, NINES))).toEqual([]);
  });

  test('from when a catalog applies', async () => {
    const effectiveFrom = `2031-01-01T00:00:00${NINES}Z`;
    const next = { ...(builtInCatalog()[0] as CatalogVersion), version: 2, effectiveFrom };
    expect((await catalogOutlook(books.urls.ledgerUrl, [next])).refusal).toBeNull();
    await applyCatalog(books.urls.ownerUrl, [next]);
    const { validUntil } = await books.ledger.effectiveCatalog();
    expect(validUntil).toBe('2031-01-01T00:00:00.999Z');
    await books.owner.query('DELETE FROM holdfast.catalog_versions WHERE version = 2');
  });
});

describe('the ledger reads an instant', () => {
  test.each([
    'now',
    'infinity',
    'tomorrow',
    '2030-02-31T00:00:00Z',
    '2030-01-01',
    '2030-01-01T00:00:00',
    '2030-01-01T00:00:00 Europe/Berlin',
    '2030-01-01T00:00:00Z BC',
    '9999-12-31T23:59:59-05:00',
    '10000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+05:00',
    '0000-01-01T00:00:00Z',
    '',
    `2030-01-01T00:00:00.${'1'.repeat(250_000)}`,
  ])('only where it is one: it refuses %.40s from every caller', async (instant) => {
    const account = newId();
    const { ledger } = books;
    await granted(
      ledger.subscriptions.subscribe(account, 's', {
        planId: 'lite-monthly',
        paymentReference: 'first',
      }),
    );
    const calls = [
      () => ledger.grant(account, 'k', promotion(5, { expiresAt: instant })),
      () => ledger.subscriptions.renew(account, 's', 'p', instant),
      () => books.park(account, 'r', 500, { until: instant }),
      () => ledger.balance(account, instant),
      () => ledger.history(account, { since: instant }),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ code: 'VALUE_NOT_STORABLE' });
    expect(await books.entryTypes(account)).toEqual(['grant']);
  });

  test('with the same result under a session’s own date style', async () => {
    const { rows } = await books.owner
      .query(
        "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SELECT holdfast.iso(holdfast.instant('2030-02-01T00:00:00.9999999+01:00')) AS iso".replaceAll(
          '; ',
          ';\n',
        ),
      )
      .then((results) => (Array.isArray(results) ? results.at(-1) : results));
    expect(rows).toEqual([{ iso: '2030-01-31T23:00:00.999Z' }]);
  });
});

describe('a wait is a year at most, as a deadline and as a timeout', () => {
  async function wait(limit: { until: string } | { timeout: string }) {
    const account = newId();
    await books.grantPromotion(account, 1);
    const quote = { credits: 5, catalogVersion: '1' };
    return books.ledger.reserve(account, 'r', { kind: 'x' }, quote, 1_000, limit);
  }

  test.each([
    [{ timeout: 'P400D' }],
    [{ timeout: 'P367D' }],
    [{ timeout: 'P366DT0.001S' }],
    [{ timeout: 'P13M' }],
    [{ timeout: 'PT9000H' }],
    [{ timeout: 'PT0S' }],
    [{ timeout: 'P-1D' }],
    [{ until: later(START, 366 * DAY_MS + 1) }],
    [{ until: START }],
  ])('so %j is refused', async (limit) => {
    const { code, details } = await refusal(wait(limit));
    expect({ code, details }).toEqual({
      code: 'WAIT_DEADLINE_IN_PAST',
      details: { waitUntil: expect.stringMatching(/^20(29|3[012])-/), now: START },
    });
  });

  test.each([
    [{ timeout: 'P366D' }, later(START, 366 * DAY_MS)],
    [{ timeout: 'P1Y' }, '2031-01-01T00:00:00.000Z'],
    [{ timeout: 'PT0.001S' }, later(START, 1)],
    [{ until: later(START, 366 * DAY_MS) }, later(START, 366 * DAY_MS)],
  ])('so %j is accepted', async (limit, until) => {
    expect(await granted(wait(limit))).toMatchObject({ status: 'waiting', wait: { until } });
  });
});
