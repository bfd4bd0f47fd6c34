import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryType } from '../../../contract/history';
import { MOVED_BY } from '../../../contract/report';
import { BODY, granted, HOLD_MS, newId, promotion, START, TestLedger } from '../ledger-support';

let books: TestLedger;
beforeEach(async () => {
  books = await TestLedger.open();
  await books.setClock(START);
});
afterEach(() => books.close());

async function spend(account: string, credits: number): Promise<void> {
  const key = newId('r');
  const quoted = { credits, catalogVersion: '1' };
  await granted(books.ledger.reserve(account, key, BODY, quoted, HOLD_MS));
  await granted(books.ledger.commit(account, key, credits, 'file:///o'));
}

test('cost is recognised as credits go, rounded down, and the rest with the last one', async () => {
  const paid = { costCents: 1_000, expiresAt: '2030-03-01T00:00:00Z' };
  await granted(books.ledger.grant('acme', 'k', promotion(3, paid)));
  await spend('acme', 1);
  await books.setClock('2030-02-10T00:00:00.000Z');
  await spend('acme', 1);
  await books.setClock('2030-03-10T00:00:00.000Z');
  await granted(books.ledger.expire('acme'));

  const of = async (month: string) => (await books.ledger.reports.month(month)).totals;
  const line = (what: string, credits: number, cents: number) => ({
    ...{ currency: 'USD', what, credits, cents },
  });
  expect(await of('2029-12')).toEqual([]);
  expect(await of('2030-01')).toEqual([
    ...[line('opening', 0, 0), line('granted', 3, 1_000), line('spent', 1, 333)],
    line('closing', 2, 667),
  ]);
  expect(await of('2030-02')).toEqual([
    ...[line('opening', 2, 667), line('spent', 1, 333), line('closing', 1, 334)],
  ]);
  const march = await books.ledger.reports.month('2030-03');
  expect(march.totals).toEqual([
    ...[line('opening', 1, 334), line('expired', 1, 334), line('closing', 0, 0)],
  ]);
  expect(march).toMatchObject({ final: false, outstanding: [] });
  expect(march.months.map(({ month, what, cents }) => [month, what, cents])).toEqual([
    ['2030-01', 'granted', 1_000],
    ['2030-01', 'spent', 333],
    ['2030-02', 'spent', 333],
    ['2030-03', 'expired', 334],
  ]);
  expect((await books.ledger.reports.month('2030-02')).final).toBe(true);
});

test('lines tell plan, pack and kind, and currencies stay apart', async () => {
  const { ledger } = books;
  const paid = { planId: 'lite-monthly', paymentReference: 'p' };
  await granted(ledger.subscriptions.subscribe('acme', 's', paid));
  await granted(ledger.purchases.open('acme', 'p', { packId: 'pack-125', shownPriceCents: 4900 }));
  await granted(ledger.purchases.settle('acme', 'p', 'pay'));
  const euros = { costCents: 700, currency: 'EUR', expiresAt: '2030-06-01T00:00:00Z' };
  await granted(ledger.grant('acme', 'k', promotion(7, euros)));
  await spend('acme', 9);
  const { lines, outstanding } = await ledger.reports.month('2030-01');
  const of = { imported: false, kind: null, entries: 1 };
  expect(lines).toEqual(
    expect.arrayContaining([
      {
        ...{ ...of, what: 'granted', source: 'pack', name: 'pack-125' },
        ...{ currency: 'USD', credits: 125, cents: 4_900 },
      },
      {
        ...{ ...of, what: 'spent', source: 'promotion', name: null, kind: 'text-to-image' },
        ...{ currency: 'EUR', credits: 7, cents: 700 },
      },
      {
        ...{ ...of, what: 'spent', source: 'plan', name: 'lite-monthly', kind: 'text-to-image' },
        ...{ currency: 'USD', credits: 2, cents: 0, entries: 0 },
      },
    ]),
  );
  expect(outstanding.map(({ name, credits, cents }) => [name, credits, cents])).toEqual(
    expect.arrayContaining([
      ['lite-monthly', 148, 0],
      ['pack-125', 125, 4_900],
    ]),
  );
});

test('frozen credits are outstanding until their dispute is lost, and haven’t run dry', async () => {
  const { ledger } = books;
  const paid = { planId: 'lite-monthly', paymentReference: 'p' };
  await granted(ledger.subscriptions.subscribe('acme', 's', paid));
  await granted(ledger.purchases.open('acme', 'p', { packId: 'pack-125', shownPriceCents: 4900 }));
  await granted(ledger.purchases.settle('acme', 'p', 'pay'));
  await spend('acme', 150);
  const told = { accountId: 'acme', purchaseId: 'p', disputeId: 'dp' };
  await granted(ledger.purchases.bookDispute({ ...told, state: 'open' }));
  const line = (what: string, credits: number, cents: number) => ({
    ...{ currency: 'USD', what, credits, cents },
  });
  const granting = [line('opening', 0, 0), line('granted', 275, 4_900)];
  expect((await ledger.reports.month('2030-01')).totals).toEqual([
    ...[...granting, line('spent', 150, 0), line('closing', 125, 4_900)],
  ]);
  const { accounts } = await ledger.reports.burnRates('2030-01', { dry: false, limit: 5 });
  expect(accounts).toMatchObject([{ accountId: 'acme', available: 0, ranDryAt: null }]);
  await granted(ledger.purchases.bookDispute({ ...told, state: 'lost' }));
  expect((await ledger.reports.month('2030-01')).totals).toEqual([
    ...[...granting, line('refunded', 125, 4_900), line('spent', 150, 0), line('closing', 0, 0)],
  ]);
});

test('a debt moves nothing, and what has paid it is a line of its own', async () => {
  const { ledger, owner } = books;
  await owner.query(
    `UPDATE holdfast.catalog_versions SET document = document || '{"refund": "debt"}'`,
  );
  const paid = { planId: 'lite-monthly', paymentReference: 'p' };
  await granted(ledger.subscriptions.subscribe('acme', 's', paid));
  await granted(ledger.purchases.open('acme', 'p', { packId: 'pack-125', shownPriceCents: 4900 }));
  await granted(ledger.purchases.settle('acme', 'p', 'pay'));
  await spend('acme', 190);
  const refund = { purchaseId: 'p', refundId: 're', amountCents: 4_900 };
  await granted(ledger.purchases.bookRefund({ accountId: 'acme', ...refund }));
  const cost = { costCents: 1_000, expiresAt: '2030-06-01T00:00:00Z' };
  await granted(ledger.grant('acme', 'k', promotion(50, cost)));
  const { totals } = await ledger.reports.month('2030-01');
  const line = (what: string, credits: number, cents: number) => ({
    ...{ currency: 'USD', what, credits, cents },
  });
  expect(totals).toEqual([
    ...[line('opening', 0, 0), line('granted', 325, 5_900), line('refunded', 85, 3_332)],
    ...[line('repaid', 40, 800), line('spent', 190, 1_568), line('closing', 10, 200)],
  ]);
});

test('a type of entry that nothing here knows is a line of its own name', async () => {
  await books.grantPromotion('acme', 10);
  await books.owner.query(`
    ALTER TABLE holdfast.entries DISABLE TRIGGER entries_rules_are_kept;
    UPDATE holdfast.accounts SET version = 3 WHERE account_id = 'acme';
    INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
      grant_ids, remainder_deltas, reserved_deltas, available_after, reserved_after, spent_after,
      expired_after, deducted_after, granted_after)
    VALUES ('acme', 2, '${START}', 'lost', -4, 0, '{1}', '{-4}', '{0}', 6, 0, 0, 0, 0, 10),
      ('acme', 3, '${START}', 'owed', -2, 0, '{}', '{}', '{}', 4, 0, 0, 0, 0, 10)`);
  const { totals } = await books.ledger.reports.month('2030-01');
  expect(totals).toEqual(
    expect.arrayContaining([
      { currency: 'USD', what: 'lost', credits: 4, cents: 0 },
      { currency: null, what: 'owed', credits: 2, cents: 0 },
    ]),
  );
});

test('every type of entry has its word', () => {
  const rules = readFileSync(
    join(__dirname, '../../../ledger/sql/functions/rule/rule.sql'),
    'utf8',
  );
  const [, ofEntries = ''] = /NOT CASE e\.type(.*?)ELSE false/s.exec(rules) ?? [];
  const types = [...ofEntries.matchAll(/WHEN '(\w+)'/g)].map(([, type]) => type);
  expect(types.length).toBeGreaterThan(5);
  expect(Object.keys(MOVED_BY).sort()).toEqual([...types].sort());
  expect(Object.keys(MOVED_BY).sort()).toEqual([...entryType.options].sort());
});

test('each account’s rate, and when it runs or ran dry, by what stood in the journal then', async () => {
  const { ledger } = books;
  await books.grantPromotion('dry', 5);
  await books.grantPromotion('runs', 31);
  await books.grantPromotion('still', 3);
  await books.setClock('2030-01-16T00:00:00.000Z');
  await spend('dry', 2);
  await spend('dry', 3);
  await spend('runs', 10);
  const page = { dry: false, limit: 10 };
  const read = () => ledger.reports.burnRates('2030-01', page);
  const rate = (accountId: string, spent: number, available: number, more: object = {}) => ({
    ...{ accountId, spent, available, reserved: 0, runsDryAt: null, ranDryAt: null, ...more },
  });
  const ranDryAt = '2030-01-16T00:00:00.000Z';
  const first = await read();
  expect(first).toEqual({
    accounts: [
      rate('dry', 5, 0, { ranDryAt, runsDryAt: '2030-02-01T00:00:00.000Z' }),
      // 21 credits at 10 in 31 days last 65.1 days.
      rate('runs', 10, 21, { runsDryAt: '2030-04-07T02:24:00.000Z' }),
      rate('still', 0, 3),
    ],
    next: null,
  });
  await books.setClock('2030-02-16T00:00:00.000Z');
  await books.grantPromotion('dry', 5, { expiresAt: '2031-01-01T00:00:00Z' });
  expect(await read()).toEqual(first);
  const dry = await ledger.reports.burnRates('2030-01', { dry: true, limit: 1 });
  expect(dry).toEqual({ accounts: [first.accounts[0]], next: 'dry' });
  const rest = await ledger.reports.burnRates('2030-01', { dry: true, limit: 5, after: 'dry' });
  expect(rest).toEqual({ accounts: [], next: null });
  expect((await ledger.reports.burnRates('2030-02', { dry: true, limit: 5 })).accounts).toEqual([]);
});
