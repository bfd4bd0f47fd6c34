import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** What v0.1.0 left behind: its schema, with its functions. */
const DUMP = join(process.cwd(), 'test/baseline/v0.1.0/dump.sql');
export const ENTRIES_PER_ACCOUNT = 100;
const PAIRS = (ENTRIES_PER_ACCOUNT - 2) / 2;
const AUDITED_ACCOUNTS = 100;
const ACCOUNTS_AT_ONCE = 10_000;
const FAR = '2100-01-01T00:00:00.000Z';

const COLUMNS = `
  SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS others
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'holdfast'::regnamespace
    AND c.relname IN ('accounts', 'grants', 'reservations', 'entries', 'idempotency_keys')
    AND a.attname <> 'account_id'
    AND a.attgenerated = ''
  GROUP BY c.relname
  ORDER BY c.relname`;

/** The id of the account with that number. */
export const accountOf = (index: number) => `bench-${String(index).padStart(7, '0')}`;

/**
 * Fills an empty database with a ledger of v0.1.0. One account does 49 generations by v0.1.0's own
 * functions; the others are its copies. The first hundred are audited.
 */
export async function loadEarlierLedger(
  ownerUrl: string,
  accounts: number,
  log: (line: string) => void,
): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('CREATE ROLE holdfast_worker NOLOGIN; CREATE ROLE holdfast_test NOLOGIN');
    await client.query(readFileSync(DUMP, 'utf8'));
    await client.query('RESET ALL; DELETE FROM holdfast.test_clock');
    await makeFirst(client, accountOf(0));
    await client.query('SET session_replication_role = replica');
    await copyAccounts(client, 1, AUDITED_ACCOUNTS - 1);
    await expectClean(client);
    for (let from = AUDITED_ACCOUNTS; from < accounts; from += ACCOUNTS_AT_ONCE) {
      const to = Math.min(from + ACCOUNTS_AT_ONCE, accounts) - 1;
      await copyAccounts(client, from, to);
      log(`Loaded ${(to + 1) * ENTRIES_PER_ACCOUNT} entries`);
    }
    await client.query('RESET session_replication_role');
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

async function makeFirst(client: Client, account: string): Promise<void> {
  const words = { reason: 'bench', by: 'bench' };
  const promotion = { credits: 100_000, source: 'promotion', expiresAt: FAR, ...words };
  const grant = { ...promotion, costCents: 0, currency: 'USD' };
  await client.query('SELECT holdfast.grant_credits($1, $2, $3)', [account, 'g', grant]);
  const body = { kind: 'ai-avatar', inputHash: 'x'.repeat(64), metadata: null, maxCredits: null };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    await client.query('SELECT holdfast.reserve_credits($1, $2, $3, 4, 2, 600000)', [
      ...[account, `r${pair}`, body],
    ]);
    await client.query('SELECT holdfast.commit_reservation($1, $2, 4, $3)', [
      ...[account, `r${pair}`, 'file:///o'],
    ]);
  }
  const deduction = { credits: 1, ...words };
  await client.query('SELECT holdfast.deduct_credits($1, $2, $3)', [account, 'd', deduction]);
}

async function copyAccounts(client: Client, from: number, to: number): Promise<void> {
  const { rows } = await client.query<{ table: string; others: string }>(COLUMNS);
  for (const { table, others } of rows) {
    await client.query(
      `INSERT INTO holdfast.${table} (account_id, ${others})
       SELECT 'bench-' || lpad(copy::text, 7, '0'), ${others}
       FROM generate_series($1::int, $2::int) AS copy
       CROSS JOIN (SELECT * FROM holdfast.${table} WHERE account_id = $3) AS first`,
      [from, to, accountOf(0)],
    );
  }
}

async function expectClean(client: Client): Promise<void> {
  const { rows } = await client.query('SELECT holdfast.audit() AS audit');
  // What became due in the dump's own accounts since then counts for them alone.
  const violations = rows[0].audit.violations.filter(({ accountId }: { accountId: string }) =>
    accountId.startsWith('bench-'),
  );
  if (violations.length > 0) throw new Error(`Not clean: ${JSON.stringify(violations[0])}`);
}
