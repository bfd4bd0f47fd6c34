import { AuditedLedger } from './audited-ledger';

/**
 * `npm run columns`: changes each column of each table in a ledger that has one of everything, and
 * fails for a column that may stay silent without a reason in docs/how-to/audit.md. SEED chooses the
 * rows, ROWS how many of each table (1 by default).
 */
const SEED = process.env.SEED ?? '1';
const ROWS = Number(process.env.ROWS ?? '1');

/** As docs/how-to/audit.md says, by table. A star stands for every column. */
const SILENT: Record<string, string> = {
  account_settings:
    'daily_credits_max generation_credits_max concurrent_generations_max top_up_payment_method top_up_wanted top_up_wanted_at',
  accounts: 'watched next_notice_at last_ticket',
  audit_marks: '*',
  billing_events:
    'source event_id reason details attempts received_at wait_until look_from ended_at',
  disputes: 'amount_cents',
  entries: 'text_commitment text_id',
  journal_beginnings: '*',
  journal_chain: '*',
  idempotency_keys: 'key body result operation text_id text_commitment',
  ledger_identity: '*',
  ledger_watermark: 'only_one mark marked_at next_xid',
  lost_operations: 'credits seen_at',
  low_balance_thresholds: 'below',
  notices: 'data at subject status settled_at reason look_from entry_version',
  operator_acts: 'text_id detail_text_id',
  outbox: '*',
  personal_texts: 'text_id',
  purchases: 'purchase_id body opened_at resolved_at reason payment_id look_from status',
  refund_orders: 'reason',
  refunds: 'amount_cents',
  refused_payment_methods: 'reason payment_method at',
  reservations:
    'request_id body expires_at missing_passes missing_pass_id output_url waits_for waiting_since wait_until woken_at request_bytes free_cancel_at resolved_at reason looked_pass_id unsettled_at head_checked_at',
  earlier_acts: '*',
  schema_migrations: '*',
  schema_sources: '*',
  schema_standing: '*',
  setting_orders: '*',
  short_refusals: '*',
  stray_payments: 'payment_id seen_at returned_at look_from',
  subscriptions: 'look_from',
  temporal_identity: '*',
  terms: 'version at',
  test_clock: '*',
  text_move: '*',
  workflow_grant_days: 'credits',
};

/** Other values of a column, by its type. */
const OTHERS: Record<string, (column: string) => string[]> = {
  bool: (column) => [`NOT ${column}`],
  bytea: (column) => [`coalesce(${column}, '') || '\\x00'::bytea`],
  date: (column) => [`coalesce(${column}, current_date) + 1`],
  int2: (column) => [`coalesce(${column}, 0) + 1`],
  int4: (column) => [`coalesce(${column}, 0) + 1`, `${column} - 1`],
  int8: (column) => [`coalesce(${column}, 0) + 1`, `${column} - 1`],
  jsonb: () => [`'{"kind": "other", "credits": 77}'`],
  text: (column) => [`coalesce(${column}, '') || 'x'`],
  timestamptz: (column) => [
    `coalesce(${column}, now()) + interval '2 days'`,
    `${column} - interval '3 days'`,
  ],
  uuid: () => ['gen_random_uuid()'],
  _int8: (column) => [`${column} || 1::bigint`],
};

interface Column {
  table: string;
  column: string;
  type: string;
  isNullable: boolean;
}

const COLUMNS = `
  SELECT c.table_name AS table, c.column_name AS column, c.udt_name AS type,
    c.is_nullable = 'YES' AS "isNullable"
  FROM information_schema.columns AS c
  JOIN information_schema.tables AS t USING (table_schema, table_name)
  WHERE table_schema = 'holdfast'
    AND table_type = 'BASE TABLE'
    AND c.is_generated = 'NEVER'
    AND c.is_identity = 'NO'
  ORDER BY c.table_name, c.ordinal_position`;

let ledger: AuditedLedger;

beforeAll(async () => {
  ledger = await AuditedLedger.open();
  await ledger.books.ledger.audit();
});
afterAll(() => ledger.close());

const isExpected = ({ table, column }: Column) =>
  SILENT[table] === '*' || (SILENT[table] ?? '').split(' ').includes(column);

/** The changes of the column that the audit doesn't find. */
async function silentChanges({ table, column, type, isNullable }: Column): Promise<string[]> {
  const silent: string[] = [];
  const others = [...(OTHERS[type]?.(column) ?? []), ...(isNullable ? ['NULL'] : [])];
  for (const other of others) {
    const rows = await ledger.places(
      `SELECT ctid::text AS place FROM holdfast.${table}
       WHERE (${other})::text IS DISTINCT FROM ${column}::text
       ORDER BY md5(ctid::text || '${SEED}') LIMIT ${ROWS}`,
    );
    for (const place of rows) {
      const damage = `UPDATE holdfast.${table} SET ${column} = ${other} WHERE ctid = '${place}'`;
      // A key that another row has can't be taken.
      const found = await ledger.findings(damage).catch((error) => {
        if (error.code === '23505') return ['refused'];
        throw error;
      });
      if (found.length === 0) silent.push(damage);
    }
  }
  return silent;
}

test('each column that may stay silent has its reason', async () => {
  const { rows: columns } = await ledger.books.owner.query<Column>(COLUMNS);
  await ledger.begin();
  const silent: string[] = [];
  const unexpected: string[] = [];
  for (const column of columns) {
    const changes = await silentChanges(column);
    if (changes.length === 0) continue;
    silent.push(`${column.table}.${column.column}`);
    if (!isExpected(column)) unexpected.push(...changes);
  }
  process.stdout.write(`Silent, of ${columns.length} columns: ${silent.join(', ')}\n`);
  expect(unexpected).toEqual([]);
}, 3_600_000);
