import { Client } from 'pg';
import { openDatabase } from '../../../ledger/connection/database';
import { migrate, plannedSteps } from '../../../ledger/migrate';
import { withShortLocks } from '../../../ledger/migration/short-locks';
import { expectAccess } from '../../../ledger/roles/expect-access';
import { eventually } from '../../support/eventually';
import { granted, promotion } from '../ledger-support';
import { MigrationTarget } from './migrate-support';

const FAR = { expiresAt: '2100-01-01T00:00:00Z' };
/** What every statement of DDL writes. */
const CATALOGS = `
  SELECT 'function', oid, xmin FROM pg_proc WHERE pronamespace = 'holdfast'::regnamespace
  UNION ALL SELECT 'relation', oid, xmin FROM pg_class WHERE relnamespace = 'holdfast'::regnamespace
  UNION ALL SELECT 'rule', r.oid, r.xmin FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class
    WHERE c.relnamespace = 'holdfast'::regnamespace
  UNION ALL SELECT 'schema', oid, xmin FROM pg_namespace WHERE nspname = 'holdfast'
  UNION ALL SELECT 'database', oid, xmin FROM pg_database WHERE datname = current_database()
  ORDER BY 1, 2`;
const BLOCK_ALL = `
  DO $$ DECLARE v_table regclass; BEGIN
    FOR v_table IN SELECT oid FROM pg_class
      WHERE relnamespace = 'holdfast'::regnamespace AND relkind IN ('r', 'v')
    LOOP EXECUTE format('LOCK TABLE %s IN EXCLUSIVE MODE', v_table); END LOOP;
  END $$`;
const LATER = '0099_later.sql';
const UNREPLACED = `
  CREATE OR REPLACE FUNCTION holdfast.refusal(p_code text, p_details jsonb DEFAULT '{}')
  RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT NULL::jsonb'`;

let target: MigrationTarget;
let sessions: Client[] = [];

beforeEach(async () => {
  target = await MigrationTarget.create();
  await target.migrate();
});
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.end()));
  sessions = [];
  await target.drop();
});

/** A session of the owner's in a transaction, in which the statement has run. */
async function inTransaction(statement: string): Promise<Client> {
  const session = new Client({ connectionString: target.database.ownerUrl });
  sessions.push(session);
  await session.connect();
  await session.query('BEGIN');
  await session.query(statement);
  return session;
}

const bodyOf = (name: string) => `SELECT prosrc FROM pg_proc WHERE proname = '${name}'`;

test('a migration with nothing to do takes no lock but a reader’s, and writes nothing', async () => {
  const before = await target.query(CATALOGS);
  // Compatible with reads alone: a migration that asked for more would wait here.
  await inTransaction(BLOCK_ALL);
  await target.migrate((line) => {
    throw new Error(`Unexpected: ${line}`);
  });
  expect(await target.query(CATALOGS)).toEqual(before);
});

test('a migration with something to do is tried again while a reader keeps its transaction open, and no other reader waits for long', async () => {
  await target.query('DELETE FROM holdfast.schema_sources; DROP INDEX holdfast.purchases_opened');
  await target.query(
    "UPDATE holdfast.schema_migrations SET switched_at = NULL WHERE name = '0020_schema_standing.sql'",
  );
  const reader = await inTransaction('SELECT FROM holdfast.history; SELECT FROM holdfast.accounts');
  const notes: string[] = [];
  const migration = migrate({ ...target.urls, note: (line) => notes.push(line) });
  await eventually(async () => notes.some((line) => line.startsWith('Waiting to begin: views')));
  await target.withLedger(async (ledger) => {
    await granted(ledger.grant('a', 'k', promotion(5, FAR)));
    expect(await ledger.history('a')).toMatchObject({ entries: [{ type: 'grant' }] });
  });
  await reader.query('COMMIT');
  await migration;
  expect(notes).toContain('Building index purchases_opened');
  expect(await plannedSteps(target.urls)).toEqual([]);
});

test('a step that never gets its locks is given up, and names the sessions that hold some', async () => {
  const reader = await inTransaction('SELECT FROM holdfast.accounts');
  const [{ pid }] = (await reader.query('SELECT pg_backend_pid() AS pid')).rows;
  const database = openDatabase(target.database.ownerUrl, 1);
  try {
    const given = withShortLocks(
      database,
      { name: 'a step', note: () => {}, giveUpAfterMs: 0 },
      (transaction) => transaction.raw('LOCK TABLE holdfast.accounts'),
    );
    await expect(given).rejects.toMatchObject({
      code: 'MIGRATION_BLOCKED',
      details: { step: 'a step', sessions: expect.arrayContaining([pid]) },
    });
  } finally {
    await database.destroy();
  }
});

test('a login that takes every advisory lock keeps no migration from its turn', async () => {
  const login = new Client({ connectionString: target.urls.servingUrl });
  sessions.push(login);
  await login.connect();
  // The number that version 0.1.0 took.
  await login.query('SELECT pg_advisory_lock(4653478465)');
  await login.query('BEGIN');
  await target.query(UNREPLACED);
  await target.migrate();
  await expect(login.query('LOCK TABLE holdfast.schema_migrations')).rejects.toThrow(
    'permission denied',
  );
});

test('a function that was changed by hand is put back; other files of the folder are left alone only while all stand as they were left', async () => {
  const [before] = await target.query(bodyOf('refusal'));
  await target.query(UNREPLACED);
  expect(await plannedSteps(target.urls)).toContain('replace functions/account/balance.sql');
  await target.migrate();
  expect(await target.query(bodyOf('refusal'))).toEqual([before]);
  expect(await plannedSteps(target.urls)).toEqual([]);
});

test('a file that has changed since is the only one that is replaced', async () => {
  await target.query(
    "UPDATE holdfast.schema_sources SET hash = '' WHERE path = 'functions/time/clock.sql'",
  );
  expect(await plannedSteps(target.urls)).toEqual(['replace functions/time/clock.sql']);
  const of = (name: string) => `SELECT xmin FROM pg_proc WHERE proname = '${name}'`;
  const [clock, refusal] = [await target.query(of('clock')), await target.query(of('refusal'))];
  await target.migrate();
  expect(await target.query(of('refusal'))).toEqual(refusal);
  expect(await target.query(of('clock'))).not.toEqual(clock);
});

test('functions that a newer version has replaced are left as they are, and a dry run refuses too', async () => {
  await target.query(UNREPLACED);
  await target.query("UPDATE holdfast.schema_standing SET replaced_by = '99.10.0'");
  const before = await target.query(bodyOf('refusal'));
  for (const attempt of [target.migrate(), plannedSteps(target.urls)])
    await expect(attempt).rejects.toMatchObject({
      code: 'LEDGER_NEWER',
      details: { version: '99.10.0' },
    });
  expect(await target.query(bodyOf('refusal'))).toEqual(before);
});

test('a version that is older than the schema allows is refused, and one that the schema is too old for', async () => {
  await target.withLedger((ledger) => ledger.balance('a'));
  await target.query(`UPDATE holdfast.schema_standing SET oldest_known = '${LATER}'`);
  await target.withLedger(async (ledger) => {
    const tooOld = { code: 'VERSION_TOO_OLD', details: { oldestKnown: LATER } };
    await expect(ledger.balance('a')).rejects.toMatchObject(tooOld);
    for (const role of ['web', 'worker'] as const)
      await expect(expectAccess(target.urls.servingUrl, role)).rejects.toMatchObject(tooOld);
    await target.query(
      "UPDATE holdfast.schema_standing SET oldest_known = '0006_top_up_price.sql'",
    );
    await target.query(
      "DELETE FROM holdfast.schema_migrations WHERE name = '0019_setting_orders.sql'",
    );
    await expect(ledger.balance('a')).rejects.toMatchObject({
      code: 'LEDGER_NOT_MIGRATED',
      details: { missing: ['0019_setting_orders.sql'] },
    });
    await target.query(
      "INSERT INTO holdfast.schema_migrations (name) VALUES ('0019_setting_orders.sql')",
    );
    // It fits again, and newer migrations are no reason to refuse.
    await target.query(`INSERT INTO holdfast.schema_migrations (name) VALUES ('${LATER}')`);
    expect(await ledger.balance('a')).toMatchObject({ available: 0 });
  });
});
