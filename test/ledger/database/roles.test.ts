import { Client } from 'pg';
import { EARLIER_SIGNATURES, FUNCTIONS } from '../../../ledger/functions';
import { newId, promotion, START, TestLedger } from '../ledger-support';

/** The worker may call exactly the table's operations: `functions.test.ts` compares the table with the database. */
const WORKERS_FUNCTIONS = [
  ...new Set([
    ...Object.entries(FUNCTIONS).map(([name, { sqlName = name }]) => sqlName),
    ...EARLIER_SIGNATURES.map((signature) => signature.replace(/\(.*/, '')),
  ]),
].sort();
const DENIED = { code: '42501' };
let books: TestLedger;
let worker: Client;

beforeAll(async () => {
  books = await TestLedger.open();
  await books.grantPromotion('base', 100);
  worker = new Client({ connectionString: books.urls.ledgerUrl });
  await worker.connect();
});
afterAll(async () => {
  await worker.end();
  await books.expectBalanced();
  await books.close();
});

/** The schema's functions that the role may call. */
async function callableBy(role: string): Promise<string[]> {
  const { rows } = await books.owner.query(
    `SELECT DISTINCT proname FROM pg_proc
     WHERE pronamespace = 'holdfast'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE') ORDER BY proname`,
    [role],
  );
  return rows.map(({ proname }) => proname);
}

test('the worker may call the ledger’s operations and nothing else', async () => {
  expect(await callableBy('holdfast_worker')).toEqual(WORKERS_FUNCTIONS);
});

test.each(['public', 'holdfast_test'])('the role %s may call no function', async (role) => {
  expect(await callableBy(role)).toEqual([]);
});

test('every function that the worker may call runs as its owner, with a search path that no caller can set', async () => {
  const { rows } = await books.owner.query(
    `SELECT DISTINCT proname, prosecdef, proconfig FROM pg_proc
     WHERE pronamespace = 'holdfast'::regnamespace AND has_function_privilege('holdfast_worker', oid, 'EXECUTE')
     ORDER BY proname`,
  );
  expect(rows).toEqual(
    WORKERS_FUNCTIONS.map((proname) => ({
      proname,
      prosecdef: true,
      proconfig: ['search_path=pg_catalog, pg_temp'],
    })),
  );
});

test('no other function runs as its owner', async () => {
  const { rows } = await books.owner.query(
    "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'holdfast'::regnamespace AND prosecdef ORDER BY proname",
  );
  expect(rows.map(({ proname }) => proname)).toEqual(WORKERS_FUNCTIONS);
});

test('the worker reads and writes no table', async () => {
  const { rows } = await books.owner.query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'holdfast'",
  );
  expect(rows.length).toBeGreaterThanOrEqual(8);
  for (const { name } of rows) {
    for (const statement of [
      `SELECT * FROM ${name}`,
      `DELETE FROM ${name}`,
      `TRUNCATE ${name}`,
      `INSERT INTO ${name} DEFAULT VALUES`,
    ]) {
      await expect(worker.query(statement)).rejects.toMatchObject(DENIED);
    }
  }
});

test('the worker reads the history but can’t write it', async () => {
  expect(
    (await worker.query("SELECT type FROM holdfast.history WHERE account_id = 'base'")).rows,
  ).toEqual([{ type: 'grant' }]);
  // A view over a join can't be updated at all.
  await expect(worker.query('DELETE FROM holdfast.history')).rejects.toMatchObject({
    code: '55000',
  });
});

test('the worker reads the live subscriptions but can’t write them', async () => {
  await books.ledger.subscriptions.subscribe('held', 's', {
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  expect(
    (await worker.query('SELECT account_id, plan_ids FROM holdfast.live_subscriptions')).rows,
  ).toEqual([{ account_id: 'held', plan_ids: ['lite-monthly'] }]);
  await expect(worker.query('DELETE FROM holdfast.live_subscriptions')).rejects.toMatchObject({
    code: '55000',
  });
});

test.each([
  "SELECT holdfast.post_entry('base', now(), 'grant', '{1}', '{1000}', '{0}', NULL, 1, 'x', 'x')",
  "SELECT holdfast.apply_catalog('[]')",
  "SELECT holdfast.book_ended_grants('base', now())",
  "SELECT holdfast.lock_or_open_account('base')",
  'SELECT holdfast.allocate(NULL, now(), 1)',
  "SELECT holdfast.grant_pack(NULL, 1, 'x', now())",
  'SELECT * FROM holdfast.violations()',
  'SELECT holdfast.clock()',
  'CREATE TABLE holdfast.mine (a int)',
  'CREATE SCHEMA mine',
  'ALTER TABLE holdfast.entries DISABLE TRIGGER ALL',
  "SET session_replication_role = 'replica'",
  'DROP FUNCTION holdfast.audit()',
  'SET ROLE holdfast_test',
])('the worker can’t %s', async (statement) => {
  await expect(worker.query(statement)).rejects.toMatchObject(DENIED);
});

test('the test clock’s role moves the clock and sees nothing else', async () => {
  const clock = new Client({ connectionString: books.urls.testClockUrl });
  await clock.connect();
  try {
    await clock.query('UPDATE holdfast.test_clock SET set_to = $1', [START]);
    await expect(clock.query('SELECT * FROM holdfast.accounts')).rejects.toMatchObject(DENIED);
    await expect(clock.query('SELECT * FROM holdfast.history')).rejects.toMatchObject(DENIED);
    await expect(clock.query("SELECT holdfast.balance('base', NULL)")).rejects.toMatchObject(
      DENIED,
    );
  } finally {
    await clock.end();
  }
});

const TABLES = [
  ...[
    'accounts',
    'grants',
    'reservations',
    'entries',
    'idempotency_keys',
    'catalog_versions',
    'test_clock',
  ],
  ...['terms', 'subscriptions', 'cycles', 'payments', 'purchases'],
];

describe('the ledger’s functions are not redirected', () => {
  const account = newId();

  async function expectUndisturbed(caller: Client): Promise<void> {
    const call = (name: string, values: unknown[]) =>
      caller.query(
        `SELECT holdfast.${name}(${values.map((_, i) => `$${i + 1}`)}) AS answer`,
        values,
      );
    const key = newId('key');
    const grant = await call('grant_credits', [account, key, promotion(10)]);
    expect(grant.rows[0].answer).toMatchObject({ result: { grantedAt: START }, replayed: false });
    const reserve = await call('reserve_credits', [account, key, { kind: 'x' }, 4, 1, 1_000]);
    expect(reserve.rows[0].answer).toMatchObject({ result: { status: 'open', reservedAt: START } });
    await call('commit_reservation', [account, key, 3, 'file:///o']);
    expect(await books.ledger.request(account, key)).toMatchObject({
      status: 'committed',
      charged: 3,
    });
  }

  test('by a caller’s temporary tables', async () => {
    for (const table of TABLES) await worker.query(`CREATE TEMP TABLE ${table} (a int)`);
    await worker.query('SET search_path = pg_temp, holdfast, pg_catalog');
    await expectUndisturbed(worker);
    for (const table of TABLES) {
      expect((await worker.query(`SELECT * FROM pg_temp.${table}`)).rows).toEqual([]);
    }
  });

  test('by functions and tables in a schema that a caller puts before the system’s', async () => {
    await books.owner.query(`
      CREATE SCHEMA evil;
      CREATE FUNCTION evil.date_trunc(text, timestamptz) RETURNS timestamptz LANGUAGE sql AS $$SELECT timestamptz '1999-01-01Z'$$;
      CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$SELECT timestamptz '1999-01-01Z'$$;
      CREATE FUNCTION evil.jsonb_build_object(VARIADIC "any") RETURNS jsonb LANGUAGE internal AS 'jsonb_build_object';
      CREATE FUNCTION evil.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
      CREATE OPERATOR evil.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.never);
      CREATE OPERATOR evil.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.never);
      GRANT USAGE ON SCHEMA evil TO PUBLIC`);
    for (const table of TABLES) await books.owner.query(`CREATE TABLE evil.${table} (a int)`);
    await worker.query('SET search_path = evil, pg_catalog');
    await expectUndisturbed(worker);
    expect(
      (await worker.query(`SELECT at FROM holdfast.history WHERE account_id = '${account}'`)).rows
        .length,
    ).toBe(6);
  });
});
