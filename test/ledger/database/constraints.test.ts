import { granted, START, TestLedger } from '../support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
  await books.grantPromotion('base', 100);
  await books.grantPromotion('base', 100);
  await granted(books.reserve('base', 'open', 40));
  await granted(books.reserve('base', 'done', 30));
  await granted(books.ledger.commit('base', 'done', 20, 'file:///o'));
  await books.ledger.temporalIdentity({ clusterId: 'c', namespaceId: 'n', namespace: 'default' });
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
  const columns = `account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas,
    reserved_deltas, available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after,
    request_id, grant_id, by_name`.split(/,\s*/);
  const values = columns.map((column) => changes[column] ?? (column === 'version' ? 'version + 1' : column));
  return `INSERT INTO holdfast.entries (${columns}) SELECT ${values} FROM holdfast.entries
    WHERE account_id = 'base' ORDER BY version DESC LIMIT 1`;
}

const OPEN = "WHERE request_id = 'open'";
const DONE = "WHERE request_id = 'done'";
const KEY = "INSERT INTO holdfast.idempotency_keys VALUES ('base', 'grant',";

const violations: [constraint: string, statement: string][] = [
  ['accounts_pkey', "INSERT INTO holdfast.accounts (account_id) VALUES ('base')"],
  ['accounts_account_id_valid', "INSERT INTO holdfast.accounts (account_id) VALUES ('a/b')"],
  ['accounts_account_id_valid', "INSERT INTO holdfast.accounts (account_id) VALUES ('')"],
  ['accounts_account_id_valid', String.raw`INSERT INTO holdfast.accounts (account_id) VALUES (E'a\n')`],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET available = -1, spent = spent + available + 1'],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET reserved = -1, spent = spent + reserved + 1'],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET expired = -1, spent = spent + 1'],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET deducted = -1, spent = spent + 1'],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET spent = -1, available = available + spent + 1'],
  ['accounts_figures_add_up', 'UPDATE holdfast.accounts SET available = available + 1'],
  [
    'accounts_granted_is_safe_integer',
    'UPDATE holdfast.accounts SET available = available + 9007199254740992 - granted, granted = 9007199254740992',
  ],
  ['grants_pkey', 'UPDATE holdfast.grants SET grant_id = 7'],
  ['grants_account_fkey', "UPDATE holdfast.grants SET account_id = 'nobody'"],
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
  ['reservations_state_known', `UPDATE holdfast.reservations SET state = 'lost', charged = 0 ${DONE}`],
  ['reservations_charged_in_range', `UPDATE holdfast.reservations SET charged = credits + 1 ${DONE}`],
  ['reservations_charged_in_range', `UPDATE holdfast.reservations SET charged = -1 ${DONE}`],
  ['reservations_only_a_commit_charges', `UPDATE holdfast.reservations SET charged = 1 ${OPEN}`],
  ['reservations_only_a_commit_charges', `UPDATE holdfast.reservations SET state = 'released' ${DONE}`],
  ['reservations_resolved_has_time', `UPDATE holdfast.reservations SET resolved_at = now() ${OPEN}`],
  ['reservations_resolved_has_time', `UPDATE holdfast.reservations SET resolved_at = NULL ${DONE}`],
  ['reservations_open_has_expiry', `UPDATE holdfast.reservations SET expires_at = NULL ${OPEN}`],
  ['reservations_tombstone_is_released', `UPDATE holdfast.reservations SET body = NULL ${OPEN}`],
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
  ['entries_deltas_fit_type', entryWith({ type: "'deduct'", available_delta: '-1', reserved_delta: '0' })],
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
  ['temporal_identity_pkey', 'INSERT INTO holdfast.temporal_identity SELECT * FROM holdfast.temporal_identity'],
  ['temporal_identity_only_one', 'UPDATE holdfast.temporal_identity SET only_one = false'],
  ['test_clock_pkey', `INSERT INTO holdfast.test_clock (set_to) VALUES ('${START}')`],
  ['test_clock_only_one', `INSERT INTO holdfast.test_clock VALUES (false, '${START}')`],
  ['schema_migrations_pkey', 'INSERT INTO holdfast.schema_migrations SELECT name FROM holdfast.schema_migrations'],
];

test.each(violations)('%s refuses: %s', async (constraint, statement) => {
  expect(await refusedBy(statement)).toBe(constraint);
});

test('every named constraint has its violation above', async () => {
  const { rows } = await books.owner.query(
    "SELECT conname FROM pg_constraint WHERE connamespace = 'holdfast'::regnamespace AND contype <> 'n' ORDER BY conname",
  );
  expect(rows.map(({ conname }) => conname)).toEqual([...new Set(violations.map(([name]) => name))].sort());
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

test('an entry that follows from the last one is accepted', async () => {
  expect(await refusedBy(entryWith({}))).toBeUndefined();
});
