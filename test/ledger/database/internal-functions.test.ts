import { Client } from 'pg';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { migrate } from '../../../ledger/migrate';
import { brokenIn, granted, promotion } from '../ledger-support';
import { EmptyDatabase } from './empty-database';

const NAMES = `
  SELECT proname AS name FROM pg_proc
  WHERE pronamespace = 'holdfast'::regnamespace AND NOT prosecdef ORDER BY oid::regprocedure::text`;
/** The internal functions of a database from before the migration: other names, and other names of parameters. */
const AS_BEFORE = `
  CREATE FUNCTION holdfast.attended(p_account_id text, p_answer jsonb) RETURNS jsonb
    LANGUAGE sql AS 'SELECT p_answer';
  DROP FUNCTION holdfast.begin_operation;
  DROP FUNCTION holdfast.available_at;
  CREATE FUNCTION holdfast.available_at(a holdfast.accounts, p_at timestamptz) RETURNS bigint
    LANGUAGE sql AS 'SELECT 0::bigint';
  DELETE FROM holdfast.schema_migrations WHERE name = '0010_function_names.sql'`;

let database: EmptyDatabase;
let owner: Client;
let ledger: Ledger;

const migrateHere = () => migrate({ migrationUrl: database.ownerUrl });

beforeEach(async () => {
  database = await EmptyDatabase.create();
  await migrateHere();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  ledger = createLedger({ databaseUrl: database.ownerUrl });
});
afterEach(async () => {
  await ledger.close();
  await owner.end();
  await database.drop();
});

test('every function’s body is valid once all functions are there', async () => {
  const { rows } = await owner.query<{ definition: string }>(`
    SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
    WHERE pronamespace = 'holdfast'::regnamespace`);
  expect(rows.length).toBeGreaterThan(100);
  await owner.query('SET check_function_bodies = on');
  for (const { definition } of rows) await owner.query(definition);
});

test('an upgrade drops the internal functions that are gone, and replaces those that stay', async () => {
  const { rows: fresh } = await owner.query(NAMES);
  await granted(ledger.grant('a', 'k', promotion(5, { expiresAt: '2100-01-01T00:00:00Z' })));
  await owner.query(AS_BEFORE);
  await migrateHere();
  expect((await owner.query(NAMES)).rows).toEqual(fresh);
  expect(fresh).toContainEqual({ name: 'refuse_change' });
  expect(await granted(ledger.expire('a'))).toMatchObject({ expired: 0 });
  expect(await brokenIn(ledger)).toEqual([]);
});

test('a call during the upgrade succeeds, or fails with an error that lets the caller repeat it', async () => {
  const at = { credits: 1, catalogVersion: '1' };
  const reserve = (id: number) => ledger.reserve('a', `r${id}`, { kind: 'x' }, at, 1_000);
  await granted(ledger.grant('a', 'k', promotion(300, { expiresAt: '2100-01-01T00:00:00Z' })));
  await owner.query(AS_BEFORE.replaceAll(/\n {2}DROP FUNCTION[^;]*begin_operation;/g, ''));
  let running = true;
  const upgrade = migrateHere().finally(() => {
    running = false;
  });
  let served = 0;
  while (running && served < 300) {
    const outcome = await reserve(served).catch((error) => error);
    if ('code' in outcome) expect(outcome.code).toBe('LEDGER_NOT_MIGRATED');
    else served += 1;
  }
  await upgrade;
  expect(await granted(reserve(0))).toMatchObject({ status: 'open' });
  expect(await brokenIn(ledger)).toEqual([]);
  expect((await ledger.openRequests('a')).length).toBeGreaterThanOrEqual(Math.min(served, 200));
});
