import { LEDGER_ROLES, type LedgerRole, signaturesFor, viewsFor } from '../../../ledger/access';
import { createLedger } from '../../../ledger/ledger';
import { expectAccess } from '../../../ledger/roles/expect-access';
import { promotion, TestLedger } from '../ledger-support';
import { connectRoles, type RoleClients } from './role-clients';

const DENIED = { code: '42501' };
/** The template's roles: those of a copy are the same until it is migrated. */
const ROLE_NAMES = `
  SELECT rolname AS name FROM pg_roles
  WHERE rolname ~ '^holdfast_[a-z]+_[0-9]+$' AND has_schema_privilege(rolname, 'holdfast', 'USAGE')`;
const CALLABLE = `
  SELECT oid::regprocedure::text AS signature FROM pg_proc
  WHERE pronamespace = 'holdfast'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')`;

let books: TestLedger;
let names: Record<LedgerRole, string>;
let clients: RoleClients;

beforeAll(async () => {
  books = await TestLedger.open();
  await books.grantPromotion('base', 100);
  const { rows } = await books.owner.query<{ name: string }>(ROLE_NAMES);
  names = Object.fromEntries(rows.map(({ name }) => [name.split('_')[1], name])) as typeof names;
  clients = await connectRoles(books);
});
afterAll(async () => {
  for (const client of Object.values(clients)) await client.end();
  await books.expectBalanced();
  await books.close();
});

/** The schema's functions that the role may call, as Postgres prints their signatures. */
async function callableBy(role: string): Promise<string[]> {
  const { rows } = await books.owner.query<{ signature: string }>(CALLABLE, [role]);
  return rows.map(({ signature }) => signature).sort();
}

/** As Postgres prints them. */
async function printed(signatures: string[]): Promise<string[]> {
  const { rows } = await books.owner.query<{ signature: string }>(
    'SELECT oid::regprocedure::text AS signature FROM pg_proc WHERE oid::regprocedure = ANY ($1::regprocedure[])',
    [signatures.map((signature) => `holdfast.${signature.replaceAll(/p_\w+ /g, '')}`)],
  );
  return rows.map(({ signature }) => signature).sort();
}

test('the database has a role for web, worker, operator and reader', () => {
  expect(Object.keys(names).sort()).toEqual([...LEDGER_ROLES].sort());
});

test.each(LEDGER_ROLES)('the role %s may call exactly what the table names', async (role) => {
  const callable = await callableBy(names[role]);
  expect(callable).toEqual(await printed(signaturesFor(role)));
  expect(callable).toHaveLength(signaturesFor(role).length);
});

test.each(LEDGER_ROLES)(
  'the role %s reads exactly the views of the table, and no table',
  async (role) => {
    const { rows } = await books.owner.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'holdfast'::regnamespace AND relkind IN ('r', 'v', 'S', 'p', 'm')
       AND has_any_column_privilege($1, oid, 'SELECT, INSERT, UPDATE, REFERENCES')
     ORDER BY relname`,
      [names[role]],
    );
    expect(rows.map(({ name }) => name)).toEqual(viewsFor(role).sort());
  },
);

test('PUBLIC may call nothing and enter no schema', async () => {
  expect(await callableBy('public')).toEqual([]);
  const { rows } = await books.owner.query(
    "SELECT has_schema_privilege('public', 'holdfast', 'USAGE') AS enters",
  );
  expect(rows).toEqual([{ enters: false }]);
});

test('every function that a role may call runs as its owner, with a search path that no caller can set; no other does', async () => {
  const { rows } = await books.owner.query<{ signature: string; path: string[] }>(
    `SELECT oid::regprocedure::text AS signature, proconfig AS path FROM pg_proc
     WHERE pronamespace = 'holdfast'::regnamespace AND prosecdef ORDER BY 1`,
  );
  const callable = await Promise.all(LEDGER_ROLES.map((role) => callableBy(names[role])));
  expect(rows.map(({ signature }) => signature).sort()).toEqual(
    [...new Set(callable.flat())].sort(),
  );
  for (const { path } of rows) expect(path).toContain('search_path=pg_catalog, pg_temp');
});

/** An argument of each type, with which a function that reads finds something. */
const ARGUMENTS: Record<string, string> = {
  text: "'base'",
  'text[]': "'{base}'",
  boolean: 'true',
  integer: '1',
  bigint: '1',
  'timestamp with time zone': "'2030-01-01Z'",
  jsonb: `'{"kind":"x"}'`,
};
const ARGUMENTS_OF: Record<string, string> = {
  balance_at: "'base', NULL",
  instant: "'2030-01-01T00:00:00Z'",
};

test('what web may call changes nothing, except that it counts free cancellations, keeps what billing systems tell, and records on first use which Temporal the ledger belongs to', async () => {
  const { web } = clients;
  const writes: string[] = [];
  await web.query('SET default_transaction_read_only = on');
  try {
    for (const signature of signaturesFor('web')) {
      const [, name = '', types = ''] = /^(\w+)\((.*)\)$/.exec(signature) ?? [];
      const given = types === '' ? [] : types.replaceAll(/p_\w+ /g, '').split(', ');
      const values = ARGUMENTS_OF[name] ?? given.map((type) => ARGUMENTS[type]).join(', ');
      await web.query(`SELECT holdfast.${name}(${values})`).catch((error) => {
        if (error.code !== '25006') throw error;
        writes.push(name);
      });
    }
  } finally {
    await web.query('RESET default_transaction_read_only');
  }
  expect(writes).toEqual(['request_cancel', 'record_billing_event', 'temporal_identity']);
});

const GRANT = `'{"credits":1000000,"source":"promotion","reason":"r","by":"b","expiresAt":"2100-01-01T00:00:00Z"}'`;
const MINTS = [
  `SELECT holdfast.grant_credits('mallory', 'm', ${GRANT})`,
  `SELECT holdfast.open_purchase('base', 'p', '{"packId":"pack-125","shownPriceCents":4900}')`,
  "SELECT holdfast.settle_purchase('base', 'p', 'pay_never_happened')",
  `SELECT holdfast.subscribe('mallory', 's', '{"planId":"lite-monthly","paymentReference":"p"}')`,
  "SELECT holdfast.renew_subscription('mallory', 's', 'p', NULL)",
  "SELECT holdfast.renew('mallory', 's', 'p', NULL::timestamptz)",
  "SELECT holdfast.grant_cycles('mallory', 's')",
  `SELECT holdfast.change_plan('mallory', 's', 'k', '{"planId":"lite-monthly"}')`,
  "SELECT holdfast.release_reservation('base', 'r', 'x')",
  "SELECT holdfast.release_by_hand('base', 'r', 'x', 'x')",
  "SELECT holdfast.set_top_up('base', 'k', 'null')",
  "SELECT holdfast.set_limits('base', 'k', '{}')",
  'SELECT holdfast.admit_again(NULL, NULL)',
  "SELECT holdfast.apply_catalog('[]')",
];
const FORBIDDEN = [
  "SELECT holdfast.post_entry('base', now(), 'grant', '{1}', '{1000}', '{0}', NULL, 1, 'x', 'x')",
  "SELECT holdfast.apply_catalog('[]')",
  "SELECT holdfast.book_ended_grants('base', now())",
  "SELECT holdfast.lock_or_open_account('base')",
  'SELECT holdfast.allocate(NULL, now(), 1)',
  "SELECT holdfast.grant_pack(NULL, 1, 'x', now())",
  "SELECT * FROM holdfast.text_violations('', '~')",
  'SELECT holdfast.clock()',
  'SELECT * FROM holdfast.accounts',
  'DELETE FROM holdfast.entries',
  'INSERT INTO holdfast.test_clock (set_to) VALUES (now())',
  'CREATE TABLE holdfast.mine (a int)',
  'CREATE SCHEMA mine',
  'ALTER TABLE holdfast.entries DISABLE TRIGGER ALL',
  "SET session_replication_role = 'replica'",
  'DROP FUNCTION holdfast.audit()',
];

test.each(MINTS)('web can’t mint: %s', async (statement) => {
  await expect(clients.web.query(statement)).rejects.toMatchObject(DENIED);
});

test.each(
  (['web', 'worker', 'operator'] as const).flatMap((role) =>
    FORBIDDEN.map((statement) => [role, statement] as const),
  ),
)('%s can’t %s', async (role, statement) => {
  await expect(clients[role].query(statement)).rejects.toMatchObject(DENIED);
});

test('no login can take another role', async () => {
  for (const [role, client] of Object.entries(clients)) {
    for (const other of LEDGER_ROLES.filter((one) => one !== role))
      await expect(client.query(`SET ROLE ${names[other]}`)).rejects.toMatchObject(DENIED);
  }
});

test('a worker can’t correct by hand, and an operator’s commands don’t do what workflows do', async () => {
  for (const statement of [
    `SELECT holdfast.deduct_credits('base', 'k', '{"credits":1,"reason":"r","by":"b"}')`,
    "SELECT holdfast.release_by_hand('base', 'r', 'x', 'x')",
    'SELECT holdfast.audit()',
  ])
    await expect(clients.worker.query(statement)).rejects.toMatchObject(DENIED);
  await expect(
    clients.operator.query("SELECT holdfast.settle_purchase('base', 'p', 'pay')"),
  ).rejects.toMatchObject(DENIED);
});

test('a call that the login may not make is LEDGER_ACCESS_DENIED, for good, and names the function and its roles', async () => {
  const ledger = createLedger({ databaseUrl: books.urls.webUrl });
  try {
    await expect(ledger.grant('mallory', 'm', promotion(1))).rejects.toMatchObject({
      code: 'LEDGER_ACCESS_DENIED',
      retryable: false,
      message: expect.stringMatching(/grant_credits.*worker or operator/),
      details: { called: 'grant_credits', roles: ['worker', 'operator'] },
    });
    expect(await ledger.balance('base')).toMatchObject({ available: 100 });
  } finally {
    await ledger.close();
  }
  const worker = createLedger({ databaseUrl: books.urls.workerUrl });
  try {
    await expect(worker.history('base')).rejects.toMatchObject({
      code: 'LEDGER_ACCESS_DENIED',
      details: { called: 'history' },
    });
  } finally {
    await worker.close();
  }
});

test('a process asks at its start whether its login may call what it calls', async () => {
  const { webUrl, workerUrl, operatorUrl, ledgerUrl } = books.urls;
  await expectAccess(webUrl, 'web');
  await expectAccess(workerUrl, 'worker');
  await expectAccess(operatorUrl, 'operator');
  for (const role of ['web', 'worker', 'operator'] as const) await expectAccess(ledgerUrl, role);
  await expect(expectAccess(webUrl, 'worker')).rejects.toMatchObject({
    code: 'LEDGER_ACCESS_DENIED',
    message: expect.stringContaining('HOLDFAST_WORKER_DATABASE_URL'),
  });
});

test('the operator reads the history and the live subscriptions but can’t write them', async () => {
  const { operator } = clients;
  await books.ledger.subscriptions.subscribe('held', 's', {
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  expect(
    (await operator.query("SELECT type FROM holdfast.history WHERE account_id = 'base'")).rows,
  ).toEqual([{ type: 'grant' }]);
  expect(
    (await operator.query('SELECT account_id, plan_ids FROM holdfast.live_subscriptions')).rows,
  ).toEqual([{ account_id: 'held', plan_ids: ['lite-monthly'] }]);
  // A view over a join can't be updated at all.
  for (const view of ['history', 'live_subscriptions']) {
    await expect(operator.query(`DELETE FROM holdfast.${view}`)).rejects.toMatchObject({
      code: '55000',
    });
  }
});
