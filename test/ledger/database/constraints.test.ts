import { granted, HOLD_MS, START, TestLedger } from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
  await books.grantPromotion('base', 100);
  await books.grantPromotion('base', 100);
  await granted(books.reserve('base', 'open', 40));
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
  const pack = { packId: 'pack-125', shownPriceCents: 4900 };
  for (const purchase of ['bought', 'asked', 'failed'])
    await granted(books.ledger.purchases.open('sub', purchase, pack));
  await granted(books.ledger.purchases.settle('sub', 'bought', 'payment-1'));
  await granted(books.ledger.purchases.settle('sub', 'bought', 'payment-9'));
  await granted(books.ledger.purchases.close('sub', 'failed', 'declined', 'card-declined'));
  // One that waits, with a notice and a message that come of it, which nobody takes.
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
  await granted(settings.stop({ accountId: null, kind: 'ai-avatar', reason: 'broken', by: 'sam' }));
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

/** As the owner, who may do everything that the constraints let through. */
async function refusedBy(statement: string): Promise<string | undefined> {
  const client = await books.owner.connect();
  try {
    await client.query('BEGIN');
    return await client.query(statement).then(
      () => undefined,
      (error) => error.constraint ?? error.message,
    );
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** An entry like the account's last one, with some columns changed. */
function entryWith(changes: Record<string, string>): string {
  const columns =
    `account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas,
    reserved_deltas, available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after,
    request_id, grant_id, by_name`.split(/,\s*/);
  const values = columns.map(
    (column) => changes[column] ?? (column === 'version' ? 'version + 1' : column),
  );
  return `INSERT INTO holdfast.entries (${columns}) SELECT ${values} FROM holdfast.entries
    WHERE account_id = 'base' ORDER BY version DESC LIMIT 1`;
}

/** A row like one that is there, with some columns changed. */
function rowWith(
  table: string,
  columns: string,
  changes: Record<string, string>,
  where = '',
): string {
  const values = columns.split(', ').map((column) => changes[column] ?? column);
  return `INSERT INTO holdfast.${table} (${columns}) SELECT ${values} FROM holdfast.${table} ${where} LIMIT 1`;
}

const subscriptionWith = (changes: Record<string, string>) =>
  rowWith(
    'subscriptions',
    'account_id, subscription_id, term, plan_id, time_zone, anchor, anchor_cycle, cycle, paid_cycle, granted_cycle, grace, settlement_window, status, closed_why, closed_at, look_from',
    changes,
  );
const cycleWith = (changes: Record<string, string>) =>
  rowWith(
    'cycles',
    'account_id, subscription_id, cycle, term, plan_id, length, starts_at, ends_at',
    changes,
  );
const paymentWith = (changes: Record<string, string>) =>
  rowWith(
    'payments',
    'account_id, reference, subscription_id, cycle, pays, plan_id, paid_at, recorded_at',
    {
      reference: "'new'",
      ...changes,
    },
  );
const purchaseWith = (changes: Record<string, string>) =>
  rowWith(
    'purchases',
    'account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version, status, opened_at, payment_id, reason, grant_id, resolved_at',
    { purchase_id: "'new'", ...changes },
    BOUGHT,
  );

const [BOUGHT, ASKED, FAILED] = ['bought', 'asked', 'failed'].map(
  (id) => `WHERE purchase_id = '${id}'`,
);
const PURCHASE = 'UPDATE holdfast.purchases SET';
const INTERVENTION = 'INSERT INTO holdfast.interventions';
const DISMISSED = "('base', 'notice', '1', 'dismissed', 'r', 'b', now())";
const STRAY = 'UPDATE holdfast.stray_payments SET';
const PLANS = "WHERE account_id = 'sub' AND source = 'plan'";
const OPEN = "WHERE request_id = 'open'";
const DONE = "WHERE request_id = 'done'";
const PARKED = "WHERE request_id = 'parked'";
const KEY = "INSERT INTO holdfast.idempotency_keys VALUES ('base', 'grant',";

const violations: [constraint: string, statement: string][] = [
  ['accounts_pkey', "INSERT INTO holdfast.accounts (account_id) VALUES ('base')"],
  ['accounts_account_id_valid', "INSERT INTO holdfast.accounts (account_id) VALUES ('a/b')"],
  ['accounts_account_id_valid', "INSERT INTO holdfast.accounts (account_id) VALUES ('')"],
  [
    'accounts_account_id_valid',
    String.raw`INSERT INTO holdfast.accounts (account_id) VALUES (E'a\n')`,
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET available = -1, spent = spent + available + 1',
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET reserved = -1, spent = spent + reserved + 1',
  ],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET expired = -1, spent = spent + 1'],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET deducted = -1, spent = spent + 1',
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET spent = -1, available = available + spent + 1',
  ],
  ['accounts_figures_add_up', 'UPDATE holdfast.accounts SET available = available + 1'],
  [
    'accounts_granted_is_safe_integer',
    'UPDATE holdfast.accounts SET available = available + 9007199254740992 - granted, granted = 9007199254740992',
  ],
  ['grants_pkey', "UPDATE holdfast.grants SET grant_id = 7 WHERE account_id = 'base'"],
  [
    'grants_account_fkey',
    "UPDATE holdfast.grants SET account_id = 'nobody' WHERE account_id = 'base'",
  ],
  ['grants_source_known', "UPDATE holdfast.grants SET source = 'gift'"],
  ['grants_credits_positive', 'UPDATE holdfast.grants SET credits = 0, remaining = 0'],
  ['grants_remaining_in_range', 'UPDATE holdfast.grants SET remaining = credits + 1'],
  ['grants_remaining_in_range', 'UPDATE holdfast.grants SET remaining = -1'],
  ['grants_cost_not_negative', 'UPDATE holdfast.grants SET cost_cents = -1'],
  ['grants_currency_is_iso_4217', "UPDATE holdfast.grants SET currency = 'usd'"],
  ['grants_end_is_own_or_of_term', 'UPDATE holdfast.grants SET term = 1'],
  ['grants_end_is_own_or_of_term', "UPDATE holdfast.grants SET source = 'pack', ends_at = NULL"],
  ['grants_promotion_has_own_end', 'UPDATE holdfast.grants SET ends_at = NULL, term = 1'],
  ['reservations_pkey', "UPDATE holdfast.reservations SET request_id = 'same'"],
  ['reservations_account_fkey', `UPDATE holdfast.reservations SET account_id = 'nobody' ${OPEN}`],
  ['reservations_request_id_valid', `UPDATE holdfast.reservations SET request_id = 'a:b' ${OPEN}`],
  [
    'reservations_state_known',
    `UPDATE holdfast.reservations SET state = 'lost', charged = 0 ${DONE}`,
  ],
  [
    'reservations_charged_in_range',
    `UPDATE holdfast.reservations SET charged = credits + 1 ${DONE}`,
  ],
  ['reservations_charged_in_range', `UPDATE holdfast.reservations SET charged = -1 ${DONE}`],
  ['reservations_only_a_commit_charges', `UPDATE holdfast.reservations SET charged = 1 ${OPEN}`],
  [
    'reservations_only_a_commit_charges',
    `UPDATE holdfast.reservations SET state = 'released' ${DONE}`,
  ],
  [
    'reservations_resolved_has_time',
    `UPDATE holdfast.reservations SET resolved_at = now() ${OPEN}`,
  ],
  ['reservations_resolved_has_time', `UPDATE holdfast.reservations SET resolved_at = NULL ${DONE}`],
  ['reservations_open_has_expiry', `UPDATE holdfast.reservations SET expires_at = NULL ${OPEN}`],
  ['reservations_tombstone_is_released', `UPDATE holdfast.reservations SET body = NULL ${OPEN}`],
  ['reservations_waiting_holds_nothing', `UPDATE holdfast.reservations SET credits = 1 ${PARKED}`],
  [
    'reservations_waiting_holds_nothing',
    `UPDATE holdfast.reservations SET state = 'waiting' ${OPEN}`,
  ],
  ['reservations_ticket_complete', `UPDATE holdfast.reservations SET wait_until = NULL ${PARKED}`],
  ['reservations_waits_for_something', `UPDATE holdfast.reservations SET waits_for = 0 ${PARKED}`],
  [
    'reservations_queue',
    rowWith(
      'reservations',
      'account_id, request_id, body, state, credits, allocated_grants, allocated_credits, expires_at, ticket, waits_for, admitted_credits, waiting_since, wait_until',
      { request_id: "'second'" },
      PARKED,
    ),
  ],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET waited_for = -1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET open_reservations = -1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET day_credits = -1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET last_ticket = -1'],
  [
    'outbox_pkey',
    'INSERT INTO holdfast.outbox SELECT account_id, kind, subject, 0, written_at FROM holdfast.outbox',
  ],
  ['outbox_account_fkey', "UPDATE holdfast.outbox SET account_id = 'nobody'"],
  ['outbox_kind_known', "UPDATE holdfast.outbox SET kind = 'letter'"],
  ['notices_pkey', 'INSERT INTO holdfast.notices SELECT * FROM holdfast.notices'],
  ['notices_account_fkey', "UPDATE holdfast.notices SET account_id = 'nobody'"],
  [
    'notices_subject_once',
    "INSERT INTO holdfast.notices (account_id, notice_id, type, data, at, subject, look_from) VALUES ('base', 8, 't', '{}', now(), 's', now()), ('base', 9, 't', '{}', now(), 's', now())",
  ],
  ['notices_status_known', "UPDATE holdfast.notices SET status = 'lost', settled_at = now()"],
  ['notices_settled_has_time', "UPDATE holdfast.notices SET status = 'delivered'"],
  [
    'notices_failed_has_reason',
    "UPDATE holdfast.notices SET status = 'failed', settled_at = now()",
  ],
  [
    'account_settings_pkey',
    'INSERT INTO holdfast.account_settings SELECT * FROM holdfast.account_settings',
  ],
  [
    'account_settings_account_fkey',
    "INSERT INTO holdfast.account_settings (account_id) VALUES ('nobody')",
  ],
  [
    'account_settings_limits_not_negative',
    'UPDATE holdfast.account_settings SET daily_credits_max = -1',
  ],
  [
    'account_settings_limits_not_negative',
    'UPDATE holdfast.account_settings SET concurrent_generations_max = -1',
  ],
  ['account_settings_top_up_complete', 'UPDATE holdfast.account_settings SET top_up_below = NULL'],
  ['account_settings_top_up_positive', 'UPDATE holdfast.account_settings SET top_up_cap_cents = 0'],
  [
    'low_balance_thresholds_pkey',
    'INSERT INTO holdfast.low_balance_thresholds SELECT * FROM holdfast.low_balance_thresholds',
  ],
  [
    'low_balance_thresholds_account_fkey',
    "UPDATE holdfast.low_balance_thresholds SET account_id = 'nobody'",
  ],
  ['low_balance_thresholds_one_measure', 'UPDATE holdfast.low_balance_thresholds SET credits = 1'],
  [
    'low_balance_thresholds_in_range',
    'UPDATE holdfast.low_balance_thresholds SET percent = 0 WHERE percent > 0',
  ],
  ['stops_pkey', 'INSERT INTO holdfast.stops SELECT * FROM holdfast.stops'],
  ['entries_pkey', entryWith({ version: 'version' })],
  ['entries_account_fkey', entryWith({ account_id: "'nobody'" })],
  ['entries_balances_add_up', entryWith({ spent_after: 'spent_after + 1' })],
  ['entries_deltas_fit_type', entryWith({ type: "'gift'" })],
  ['entries_deltas_fit_type', entryWith({ type: "'grant'", grant_id: '1' })],
  ['entries_deltas_fit_type', entryWith({ type: "'reserve'" })],
  ['entries_deltas_fit_type', entryWith({ reserved_delta: '-available_delta + 1' })],
  ['entries_deltas_fit_type', entryWith({ request_id: 'NULL' })],
  ['entries_deltas_fit_type', entryWith({ type: "'release'" })],
  ['entries_deltas_fit_type', entryWith({ type: "'expire'", reserved_delta: '0', grant_id: '1' })],
  [
    'entries_deltas_fit_type',
    entryWith({ type: "'deduct'", available_delta: '-1', reserved_delta: '0' }),
  ],
  ['idempotency_keys_pkey', `${KEY} 'k', '{}', '{}'), ('base', 'grant', 'k', '{}', '{}')`],
  ['idempotency_keys_account_fkey', `${KEY.replace('base', 'nobody')} 'k', '{}', '{}')`],
  ['idempotency_keys_key_valid', `${KEY} ' k', '{}', '{}')`],
  [
    'catalog_versions_pkey',
    'INSERT INTO holdfast.catalog_versions SELECT version, now(), document FROM holdfast.catalog_versions',
  ],
  [
    'catalog_versions_effective_once',
    `SET CONSTRAINTS ALL IMMEDIATE;
     INSERT INTO holdfast.catalog_versions SELECT version + 1, effective_from, document FROM holdfast.catalog_versions`,
  ],
  [
    'temporal_identity_pkey',
    'INSERT INTO holdfast.temporal_identity SELECT * FROM holdfast.temporal_identity',
  ],
  ['temporal_identity_only_one', 'UPDATE holdfast.temporal_identity SET only_one = false'],
  ['test_clock_pkey', `INSERT INTO holdfast.test_clock (set_to) VALUES ('${START}')`],
  ['test_clock_only_one', `INSERT INTO holdfast.test_clock VALUES (false, '${START}')`],
  [
    'schema_migrations_pkey',
    'INSERT INTO holdfast.schema_migrations SELECT name FROM holdfast.schema_migrations',
  ],
  ['accounts_booked_term_in_range', 'UPDATE holdfast.accounts SET booked_term = term + 1'],
  ['accounts_booked_term_in_range', 'UPDATE holdfast.accounts SET booked_term = -1'],
  ['grants_cycle_fkey', `UPDATE holdfast.grants SET cycle = 9 ${PLANS}`],
  ['grants_cycle_is_of_plan', `UPDATE holdfast.grants SET cycle = NULL ${PLANS}`],
  ['grants_cycle_is_of_plan', `UPDATE holdfast.grants SET source = 'pack' ${PLANS}`],
  ['terms_pkey', 'INSERT INTO holdfast.terms SELECT * FROM holdfast.terms'],
  ['terms_account_fkey', "INSERT INTO holdfast.terms VALUES ('nobody', 1, now(), 1, now())"],
  ['terms_numbers_positive', "INSERT INTO holdfast.terms VALUES ('base', 0, now(), 1, now())"],
  ['terms_numbers_positive', "INSERT INTO holdfast.terms VALUES ('base', 1, now(), 0, now())"],
  [
    'subscriptions_pkey',
    subscriptionWith({ term: '9', status: "'closed'", closed_why: "'lapsed'", closed_at: 'now()' }),
  ],
  ['subscriptions_account_fkey', subscriptionWith({ account_id: "'nobody'" })],
  ['subscriptions_id_valid', "UPDATE holdfast.subscriptions SET subscription_id = 'a:b'"],
  [
    'subscriptions_term_once',
    subscriptionWith({
      subscription_id: "'s2'",
      status: "'closed'",
      closed_why: "'lapsed'",
      closed_at: 'now()',
    }),
  ],
  ['subscriptions_term_positive', 'UPDATE holdfast.subscriptions SET term = 0'],
  ['subscriptions_cycle_positive', "UPDATE holdfast.subscriptions SET cycle = 'PT0S'"],
  ['subscriptions_waits_not_negative', "UPDATE holdfast.subscriptions SET grace = 'P-1D'"],
  [
    'subscriptions_waits_not_negative',
    "UPDATE holdfast.subscriptions SET settlement_window = 'P-1D'",
  ],
  [
    'subscriptions_cycles_in_order',
    'UPDATE holdfast.subscriptions SET granted_cycle = paid_cycle + 1',
  ],
  [
    'subscriptions_cycles_in_order',
    'UPDATE holdfast.subscriptions SET anchor_cycle = paid_cycle + 2',
  ],
  ['subscriptions_status_known', "UPDATE holdfast.subscriptions SET status = 'paused'"],
  ['subscriptions_closed_has_why', "UPDATE holdfast.subscriptions SET closed_why = 'lapsed'"],
  [
    'subscriptions_closed_has_why',
    "UPDATE holdfast.subscriptions SET status = 'closed', closed_why = 'bored', closed_at = now()",
  ],
  ['subscriptions_one_active', subscriptionWith({ subscription_id: "'s2'", term: '9' })],
  ['cycles_pkey', 'INSERT INTO holdfast.cycles SELECT * FROM holdfast.cycles'],
  ['cycles_subscription_fkey', cycleWith({ subscription_id: "'nobody'" })],
  ['cycles_grant_fkey', 'UPDATE holdfast.cycles SET grant_id = 99'],
  ['cycles_number_positive', cycleWith({ cycle: '0' })],
  ['cycles_end_after_start', "UPDATE holdfast.cycles SET ends_at = starts_at - interval '1 ms'"],
  ['payments_pkey', 'INSERT INTO holdfast.payments SELECT * FROM holdfast.payments'],
  ['payments_reference_valid', paymentWith({ reference: "'a:b'" })],
  ['payments_cycle_fkey', paymentWith({ cycle: '9' })],
  ['payments_cycle_paid_once', paymentWith({})],
  ['payments_pays_known', paymentWith({ pays: "'tip'" })],
  [
    'payments_paid_before_recorded',
    paymentWith({ pays: "'upgrade'", paid_at: "recorded_at + interval '1 ms'" }),
  ],
  ['purchases_pkey', `INSERT INTO holdfast.purchases SELECT * FROM holdfast.purchases ${FAILED}`],
  ['purchases_account_fkey', purchaseWith({ account_id: "'nobody'" })],
  ['purchases_grant_fkey', `${PURCHASE} grant_id = 99 ${BOUGHT}`],
  ['purchases_id_valid', `${PURCHASE} purchase_id = 'a:b' ${ASKED}`],
  ['purchases_credits_not_negative', `${PURCHASE} credits = -1 ${ASKED}`],
  ['purchases_price_not_negative', `${PURCHASE} price_cents = -1 ${ASKED}`],
  ['purchases_currency_is_iso_4217', `${PURCHASE} currency = 'usd' ${ASKED}`],
  ['purchases_status_known', `${PURCHASE} status = 'lost' ${FAILED}`],
  ['purchases_tombstone_buys_nothing', `${PURCHASE} body = NULL ${ASKED}`],
  ['purchases_tombstone_buys_nothing', `${PURCHASE} pack_id = NULL ${ASKED}`],
  ['purchases_granted_has_grant', `${PURCHASE} grant_id = NULL ${BOUGHT}`],
  ['purchases_granted_has_grant', `${PURCHASE} grant_id = 1 ${FAILED}`],
  ['purchases_paid_has_payment', `${PURCHASE} payment_id = NULL ${BOUGHT}`],
  ['purchases_paid_has_payment', `${PURCHASE} payment_id = 'payment-2' ${FAILED}`],
  ['purchases_grant_once', purchaseWith({ payment_id: "'payment-3'" })],
  [
    'purchases_payment_once',
    purchaseWith({ status: "'returned'", reason: "'x'", grant_id: 'NULL' }),
  ],
  ['purchases_reason_says_why_not', `${PURCHASE} reason = NULL ${FAILED}`],
  ['purchases_reason_says_why_not', `${PURCHASE} reason = 'x' ${BOUGHT}`],
  ['purchases_resolved_has_time', `${PURCHASE} resolved_at = NULL ${FAILED}`],
  ['purchases_resolved_has_time', `${PURCHASE} resolved_at = now() ${ASKED}`],
  ['purchases_unfinished_is_looked_after', `${PURCHASE} look_from = NULL ${ASKED}`],
  ['purchases_unfinished_is_looked_after', `${PURCHASE} look_from = now() ${FAILED}`],
  ['interventions_pkey', `${INTERVENTION} VALUES ${DISMISSED}, ${DISMISSED}`],
  [
    'interventions_account_fkey',
    `${INTERVENTION} VALUES ('no-such', 'notice', '1', 'dismissed', 'r', 'b', now())`,
  ],
  [
    'interventions_outcome_known',
    `${INTERVENTION} VALUES ('base', 'notice', '1', 'released', 'r', 'b', now())`,
  ],
  [
    'interventions_outcome_known',
    `${INTERVENTION} VALUES ('base', 'account', '1', 'ended', 'r', 'b', now())`,
  ],
  [
    'stray_payments_pkey',
    'INSERT INTO holdfast.stray_payments SELECT * FROM holdfast.stray_payments',
  ],
  ['stray_payments_purchase_fkey', `${STRAY} purchase_id = 'other'`],
  ['stray_payments_status_known', `${STRAY} status = 'lost', look_from = NULL`],
  ['stray_payments_returned_has_time', `${STRAY} status = 'returned', look_from = NULL`],
  ['stray_payments_returned_has_time', `${STRAY} returned_at = now()`],
  ['stray_payments_returning_is_looked_after', `${STRAY} look_from = NULL`],
  ['stray_payments_returning_is_looked_after', `${STRAY} status = 'returned', returned_at = now()`],
];

test.each(violations)('%s refuses: %s', async (constraint, statement) => {
  expect(await refusedBy(statement)).toBe(constraint);
});

test('every named constraint has its violation above', async () => {
  const { rows } = await books.owner.query(
    `SELECT conname FROM (SELECT conname FROM pg_constraint WHERE connamespace = 'holdfast'::regnamespace AND contype <> 'n'
     UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relnamespace = 'holdfast'::regnamespace AND indisunique AND indpred IS NOT NULL) AS named
     ORDER BY conname COLLATE "C"`,
  );
  expect(rows.map(({ conname }) => conname)).toEqual(
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

test('what was paid and what held when is never changed, also not by the owner', async () => {
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
