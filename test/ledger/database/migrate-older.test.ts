import type { Ledger } from '../../../ledger/ledger';
import { brokenIn, granted } from '../ledger-support';
import { APPLIED, MigrationTarget, WITHOUT_TEXTS } from './migrate-support';

/** Later migrations than those that the tests below take back stay applied. */
const TAKEN_BACK_MAX = 8;
const appliedAgain = (first: number) => APPLIED.slice(first, TAKEN_BACK_MAX);
const TEXTS = 'Applying migration 0017_personal_texts.sql';
const SHORTAGES = 'Applying migration 0023_shortages.sql';
const NOTICE_VERSIONS = 'Applying migration 0042_notice_versions.sql';
const DISPUTES = 'Applying migration 0043_disputes.sql';
const RULES = 'Applying migration 0031_kept_rules.sql';
let target: MigrationTarget;

beforeEach(async () => {
  target = await MigrationTarget.create();
});
afterEach(() => target.drop());

/** Each takes migrations back, so that the ledger is as it was before them. */
const WITH_CHECKS = `
  DROP FUNCTION holdfast.keep_rules CASCADE;
  ALTER TABLE holdfast.accounts ADD CONSTRAINT accounts_account_id_valid CHECK (true);
  ALTER TABLE holdfast.reservations ADD CONSTRAINT reservations_state_known CHECK (true),
    ADD CONSTRAINT reservations_resolved_has_time CHECK (true),
    ADD CONSTRAINT reservations_open_has_expiry CHECK (true);
  DELETE FROM holdfast.schema_migrations WHERE name = '0031_kept_rules.sql'`;
const WITHOUT_WIDER_IDS = `
  ${WITH_CHECKS};
  ALTER TABLE holdfast.accounts DROP CONSTRAINT accounts_account_id_valid,
    ADD CONSTRAINT accounts_account_id_valid CHECK (account_id ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$');
  ALTER TABLE holdfast.payments DROP CONSTRAINT payments_reference_valid,
    ADD CONSTRAINT payments_reference_valid CHECK (reference ~ '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$');
  ALTER TABLE holdfast.idempotency_keys DROP CONSTRAINT idempotency_keys_key_valid,
    ADD CONSTRAINT idempotency_keys_key_valid CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9._@|:-]{0,255}$');
  DELETE FROM holdfast.schema_migrations WHERE name = '0008_ids.sql'`;
const WITHOUT_STRAY_PAYMENTS = `
  ${WITHOUT_WIDER_IDS};
  DROP TABLE holdfast.stray_payments; DROP INDEX holdfast.purchases_payment_buys_once;
  CREATE UNIQUE INDEX purchases_payment_once ON holdfast.purchases (account_id, payment_id) WHERE payment_id IS NOT NULL;
  DELETE FROM holdfast.schema_migrations WHERE name = '0007_stray_payments.sql'`;
const WITHOUT_TOP_UP_PRICE = `
  ${WITHOUT_STRAY_PAYMENTS};
  ALTER TABLE holdfast.account_settings DROP COLUMN top_up_price_cents, DROP COLUMN top_up_currency;
  DELETE FROM holdfast.schema_migrations WHERE name = '0006_top_up_price.sql'`;
const WITHOUT_ORIGINS = `
  ${WITHOUT_TOP_UP_PRICE};
  DROP INDEX holdfast.purchases_grant_once; DELETE FROM holdfast.schema_migrations WHERE name = '0005_origins.sql'`;
const WITHOUT_WAITING = `
  ${WITHOUT_ORIGINS};
  DROP TABLE holdfast.outbox, holdfast.notices, holdfast.account_settings, holdfast.low_balance_thresholds, holdfast.stops CASCADE;
  DROP SEQUENCE holdfast.outbox_messages;
  ALTER TABLE holdfast.accounts DROP COLUMN last_ticket, DROP COLUMN waited_for, DROP COLUMN open_reservations, DROP COLUMN day,
    DROP COLUMN day_credits, DROP COLUMN watched, DROP COLUMN ran_dry, DROP COLUMN next_notice_at;
  ALTER TABLE holdfast.reservations DROP COLUMN ticket, DROP COLUMN waits_for, DROP COLUMN admitted_credits,
    DROP COLUMN waiting_since, DROP COLUMN wait_until, DROP COLUMN woken_at;
  ALTER TABLE holdfast.purchases DROP COLUMN automatic;
  ALTER TABLE holdfast.accounts DROP COLUMN ran_short;
  DELETE FROM holdfast.schema_migrations WHERE name IN (
    '0004_waiting.sql', '0023_shortages.sql', '0042_notice_versions.sql')`;
const WITHOUT_PURCHASES = `
  DROP TABLE holdfast.purchases CASCADE; ALTER TABLE holdfast.subscriptions DROP COLUMN look_from;
  DROP INDEX holdfast.accounts_unbooked_term, holdfast.grants_own_end;
  DROP TABLE holdfast.disputes, holdfast.moved_ends CASCADE;
  ALTER TABLE holdfast.accounts DROP COLUMN frozen; ALTER TABLE holdfast.entries DROP COLUMN frozen_after CASCADE;
  DELETE FROM holdfast.schema_migrations WHERE name IN ('0003_purchases.sql', '0043_disputes.sql')`;

test('subscriptions from before there were purchases are due for a look from the migration on', async () => {
  await target.migrate();
  await target.withLedger(async (ledger) => {
    await granted(
      ledger.subscriptions.subscribe('a', 's', { planId: 'lite-monthly', paymentReference: 'p' }),
    );
  });
  await target.query(`${WITHOUT_WAITING};${WITHOUT_PURCHASES};${WITHOUT_TEXTS}`);
  const lines: string[] = [];
  await target.migrate((line) => lines.push(line));
  expect(lines).toEqual([
    ...appliedAgain(2),
    ...[TEXTS, SHORTAGES, RULES, NOTICE_VERSIONS, DISPUTES],
  ]);
  await target.withLedger(async (ledger) => {
    const { now } = await ledger.holds.scope();
    expect(await ledger.upkeep.unwatchedSubscriptions(now, null, 10)).toMatchObject([
      { accountId: 'a' },
    ]);
    await granted(ledger.purchases.open('a', 'p', { packId: 'pack-125', shownPriceCents: 4900 }));
    expect(await brokenIn(ledger)).toEqual([]);
  });
});

test('reservations from before requests could wait are counted from the migration on, and a notice of the credits’ end is scheduled', async () => {
  await target.migrate();
  const reserve = (ledger: Ledger, id: string) =>
    granted(ledger.reserve('a', id, { kind: 'x' }, { credits: 10, catalogVersion: '1' }, 1_000));
  await target.withLedger(async (ledger) => {
    await granted(
      ledger.subscriptions.subscribe('a', 's', { planId: 'lite-monthly', paymentReference: 'p' }),
    );
    for (const id of ['open', 'done']) await reserve(ledger, id);
    await granted(ledger.commit('a', 'done', 4, 'file:///o'));
  });
  await target.query(WITHOUT_WAITING);
  const lines: string[] = [];
  await target.migrate((line) => lines.push(line));
  expect(lines).toEqual([...appliedAgain(3), SHORTAGES, RULES, NOTICE_VERSIONS]);
  await target.withLedger(async (ledger) => {
    expect(await brokenIn(ledger)).toEqual([]);
    expect(
      await target.query('SELECT open_reservations, day_credits::int FROM holdfast.accounts'),
    ).toEqual([{ open_reservations: 1, day_credits: 14 }]);
    await ledger.outbox.attend('a');
    const { validUntil } = await ledger.balance('a');
    expect(await target.query('SELECT next_notice_at FROM holdfast.accounts')).toEqual([
      { next_notice_at: new Date(Date.parse(String(validUntil)) - 7 * 86_400_000) },
    ]);
  });
});

test('a top-up from before its price was kept gets the price of the day of the migration', async () => {
  await target.migrate();
  const topUp = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 4900 };
  await target.withLedger(async (ledger) => {
    await granted(ledger.settings.setTopUp({ accountId: 'a', key: 'k', topUp }));
    await granted(ledger.settings.setLimits({ accountId: 'b', key: 'k', dailyCreditsMax: 1 }));
  });
  const prices =
    'SELECT account_id, top_up_price_cents::int, top_up_currency FROM holdfast.account_settings ORDER BY 1';
  const before = await target.query(prices);
  expect(before).toEqual([
    { account_id: 'a', top_up_price_cents: 4900, top_up_currency: 'USD' },
    { account_id: 'b', top_up_price_cents: null, top_up_currency: null },
  ]);
  await target.query(WITHOUT_TOP_UP_PRICE);
  const lines: string[] = [];
  await target.migrate((line) => lines.push(line));
  expect(lines).toEqual([...appliedAgain(5), RULES]);
  expect(await target.query(prices)).toEqual(before);
});

test('reasons from before they stood apart move, and read as before', async () => {
  const word = { reason: 'Ada asked for it', by: 'sam' };
  const promotion = {
    ...{ credits: 5, source: 'promotion' as const, ...word },
    expiresAt: '2100-01-01T00:00:00Z',
  };
  await target.migrate();
  const read = (ledger: Ledger) =>
    Promise.all(['a', 'b'].map((account) => ledger.history(account)));
  const before = await target.withLedger(async (ledger) => {
    for (const account of ['a', 'b']) {
      await granted(ledger.grant(account, 'k', promotion));
      await granted(ledger.deduct(account, 'k', { credits: 1, ...word }));
      await granted(ledger.settings.stop({ accountId: account, kind: null, ...word }));
      await granted(ledger.settings.admit({ accountId: account, kind: null, ...word }));
    }
    return read(ledger);
  });
  await target.query(WITHOUT_TEXTS);
  const lines: string[] = [];
  await target.migrate((line) => lines.push(line));
  expect(lines).toEqual([TEXTS]);
  expect(await target.query('SELECT count(*)::int FROM holdfast.personal_texts')).toEqual([
    { count: 18 },
  ]);
  expect(await target.query('SELECT FROM holdfast.text_move')).toEqual([]);
  await target.withLedger(async (ledger) => {
    expect(await read(ledger)).toEqual(before);
    expect(await ledger.grant('a', 'k', promotion)).toMatchObject({ replayed: true });
    expect(await ledger.grant('a', 'k', { ...promotion, reason: 'Another' })).toMatchObject({
      refusal: { code: 'IDEMPOTENCY_CONFLICT' },
    });
    expect(await brokenIn(ledger)).toEqual([]);
  });
  await expect(
    target.query("UPDATE holdfast.entries SET reason = NULL, text_id = 1 WHERE type = 'deduct'"),
  ).rejects.toThrow('the journal is append-only');
});
