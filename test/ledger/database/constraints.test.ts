import { granted, HOLD_MS, promotion, refusal, START, TestLedger } from '../ledger-support';
import { entryWith } from './changed-rows';
import { ACCOUNT_VIOLATIONS } from './violations-of-accounts';
import { BILLING_VIOLATIONS } from './violations-of-billing';
import { RESERVATION_VIOLATIONS } from './violations-of-reservations';
import { SALES_VIOLATIONS } from './violations-of-sales';

const violations = [
  ...ACCOUNT_VIOLATIONS,
  ...RESERVATION_VIOLATIONS,
  ...SALES_VIOLATIONS,
  ...BILLING_VIOLATIONS,
];

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
  await books.grantPromotion('base', 100);
  await books.grantPromotion('base', 100);
  const grantLimits = { creditsMax: 10, creditsPerDay: 10 };
  await granted(books.ledger.grants.byWorkflow('base', 'k', promotion(10), grantLimits));
  await granted(books.reserve('base', 'open', 40));
  await refusal(books.reserve('base', 'dear', 4_000));
  await granted(books.reserve('base', 'done', 30));
  await granted(books.ledger.commit('base', 'done', 20, 'file:///o'));
  await books.ledger.temporalIdentity({ clusterId: 'c', namespaceId: 'n', namespace: 'default' });
  await granted(
    books.ledger.subscriptions.subscribe('sub', 's', {
      planId: 'lite-monthly',
      paymentReference: 'p1',
    }),
  );
  await granted(books.ledger.subscriptions.renew('sub', 's', 'p2'));
  const event = { source: 'test', eventId: 'told', type: 'other', occurredAt: START };
  await granted(books.ledger.billing.record(event));
  const pack = { packId: 'pack-125', shownPriceCents: 4900 };
  for (const purchase of ['bought', 'asked', 'failed'])
    await granted(books.ledger.purchases.open('sub', purchase, pack));
  const stolen = { ...pack, paymentMethod: 'stolen' };
  await granted(books.ledger.purchases.open('sub', 'stolen', stolen));
  await granted(books.ledger.purchases.close('sub', 'stolen', 'declined', 'card-stolen', true));
  await granted(books.ledger.purchases.settle('sub', 'bought', 'payment-1'));
  await granted(books.ledger.purchases.settle('sub', 'bought', 'payment-9'));
  const refund = { refundId: 're_1', amountCents: 100 };
  await granted(
    books.ledger.purchases.bookRefund({ accountId: 'sub', purchaseId: 'bought', ...refund }),
  );
  await books.owner.query(
    `UPDATE holdfast.catalog_versions SET document = document || '{"refund": "unused"}'`,
  );
  const order = { purchaseId: 'bought', amountCents: 100, reason: 'r', by: 'b' };
  await granted(books.ledger.refunds.open('sub', 'order', order));
  const dispute = { purchaseId: 'bought', disputeId: 'dp_1', state: 'open' as const };
  await granted(books.ledger.purchases.bookDispute({ accountId: 'sub', ...dispute }));
  await granted(books.ledger.purchases.close('sub', 'failed', 'declined', 'card-declined'));
  // A waiting request, with its notice and a message that is not delivered.
  books.isCut = true;
  await granted(
    books.ledger.reserve(
      'base',
      'parked',
      { kind: 'text-to-image' },
      { credits: 500, catalogVersion: '1' },
      HOLD_MS,
      {
        timeout: 'P1D',
      },
    ),
  );
  const { settings } = books.ledger;
  const topUp = { packId: 'pack-125', belowCredits: 1, monthlyCapCents: 4900 };
  await granted(settings.setTopUp({ accountId: 'sub', key: 'k', topUp }));
  await granted(settings.setLimits({ accountId: 'sub', key: 'k', dailyCreditsMax: 1_000 }));
  await granted(
    settings.setLowBalance({
      accountId: 'sub',
      key: 'k',
      lowBalance: [{ credits: 1 }, { percentOfCycle: 1 }],
    }),
  );
  const word = { reason: 'broken', by: 'sam' };
  await granted(settings.stop({ accountId: null, kind: 'ai-avatar', ...word }));
  const limits = { dailyCreditsMax: 1_000 };
  await granted(settings.setOperatorLimits({ accountId: 'sub', limits, ...word }));
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

/** The constraint that refuses the owner's statement, or the error's message; undefined where none does. The statement is rolled back. */
async function refusedBy(statement: string, setting = ''): Promise<string | undefined> {
  const client = await books.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(setting);
    return await client.query(statement).then(
      () => undefined,
      (error) => error.constraint ?? error.message,
    );
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test.each(violations)('the constraint %s refuses: %s', async (constraint, statement) => {
  expect(await refusedBy(statement)).toBe(constraint);
});

/** The tables whose rules a trigger keeps, with the names of the rules. */
async function keptRules(): Promise<{ place: string; rule: string }[]> {
  const { rows } = await books.owner.query(`
    SELECT proargtypes[0]::regtype::text AS place, named[1] AS rule
    FROM pg_proc, regexp_matches(prosrc, 'THEN ''((?:accounts|grants|reservations|entries)_\\w+)''', 'g') AS named
    WHERE pronamespace = 'holdfast'::regnamespace AND proname = 'broken_rule'`);
  return rows;
}

test('a rule that a trigger keeps holds in every session, and is told as a constraint is', async () => {
  const rules = (await keptRules()).map(({ rule }) => rule);
  expect(rules).toHaveLength(29);
  const ofRules = violations.filter(([name]) => rules.includes(name));
  for (const [rule, statement] of ofRules) {
    const asReplica = await refusedBy(statement, 'SET LOCAL session_replication_role = replica');
    expect([statement, asReplica]).toEqual([statement, rule]);
  }
  const broken = books.owner.query('UPDATE holdfast.accounts SET available = available + 1');
  await expect(broken).rejects.toMatchObject({
    code: '23514',
    schema: 'holdfast',
    table: 'accounts',
    message: expect.stringContaining('violates check constraint "accounts_figures_add_up"'),
  });
});

test('a table whose rules a trigger keeps has no CHECKs, and each trigger is always on', async () => {
  const places = [...new Set((await keptRules()).map(({ place }) => place))].sort();
  const { rows: checks } = await books.owner.query(
    "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text = ANY ($1)",
    [places],
  );
  expect(checks).toEqual([]);
  const { rows: always } = await books.owner.query(
    `SELECT tgrelid::regclass::text AS place FROM pg_trigger
     WHERE tgfoid = 'holdfast.keep_rules'::regproc AND tgenabled = 'A'`,
  );
  expect(always.map(({ place }) => place).sort()).toEqual(places);
});

test('every named constraint has its violation above', async () => {
  const rules = (await keptRules()).map(({ rule }) => rule);
  const { rows } = await books.owner.query(
    `SELECT conname FROM (SELECT conname FROM pg_constraint WHERE connamespace = 'holdfast'::regnamespace AND contype <> 'n'
     UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relnamespace = 'holdfast'::regnamespace AND indisunique AND indpred IS NOT NULL) AS named
     ORDER BY conname COLLATE "C"`,
  );
  expect([...rows.map(({ conname }) => conname), ...rules].sort()).toEqual(
    [...new Set(violations.map(([name]) => name))].sort(),
  );
});

test('the journal is append-only, also for the owner', async () => {
  for (const statement of [
    'UPDATE holdfast.entries SET reason = reason',
    'DELETE FROM holdfast.entries',
    'TRUNCATE holdfast.entries',
    'TRUNCATE holdfast.accounts CASCADE',
  ]) {
    expect(await refusedBy(statement)).toBe('the journal is append-only');
  }
});

test('payments and terms are append-only, also for the owner', async () => {
  for (const table of ['terms', 'payments']) {
    expect(await refusedBy(`UPDATE holdfast.${table} SET account_id = account_id`)).toBe(
      `${table} is append-only`,
    );
    expect(await refusedBy(`DELETE FROM holdfast.${table}`)).toBe(`${table} is append-only`);
  }
});

test('an entry that follows from the last one is accepted', async () => {
  expect(await refusedBy(entryWith({}))).toBeUndefined();
});
