import { Client } from 'pg';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { migrate } from '../../../ledger/migrate';
import { atOnce, BODY, granted, HOLD_MS, newId, promotion, TestLedger } from '../ledger-support';
import { EmptyDatabase } from './empty-database';

/** Nothing listens there. */
const UNREACHABLE = 'postgres://nobody@127.0.0.1:1/nothing';
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const calls: [name: string, call: (ledger: Ledger) => Promise<unknown>][] = [
  ['grant', (ledger) => ledger.grant('a', 'k', promotion(1))],
  ['deduct', (ledger) => ledger.deduct('a', 'k', { credits: 1, reason: 'x', by: 'x' })],
  [
    'reserve',
    (ledger) => ledger.reserve('a', 'r', BODY, { credits: 1, catalogVersion: '1' }, HOLD_MS),
  ],
  ['known', (ledger) => ledger.known('a', 'r', BODY)],
  ['commit', (ledger) => ledger.commit('a', 'r', 1, 'file:///o')],
  ['release', (ledger) => ledger.release('a', 'r', 'x')],
  ['expire', (ledger) => ledger.expire('a')],
  ['balance', (ledger) => ledger.balance('a')],
  ['history', (ledger) => ledger.history('a')],
  ['request', (ledger) => ledger.request('a', 'r')],
  ['effectiveCatalog', (ledger) => ledger.effectiveCatalog()],
  ['audit', (ledger) => ledger.audit()],
  ['holds.scope', (ledger) => ledger.holds.scope()],
  ['holds.due', (ledger) => ledger.holds.due('2030-01-01T00:00:00Z', null, 1)],
  ['holds.extend', (ledger) => ledger.holds.extend('a', 'r', 1)],
  ['holds.noteMissing', (ledger) => ledger.holds.noteMissing('a', 'r', 'p')],
];

async function codesOf(databaseUrl: string): Promise<string[]> {
  const ledger = createLedger({ databaseUrl });
  try {
    return await Promise.all(
      calls.map(([name, call]) =>
        call(ledger).then(
          () => `${name} worked`,
          (error) => error.code,
        ),
      ),
    );
  } finally {
    await ledger.close();
  }
}

test('every call is LEDGER_UNAVAILABLE without Postgres', async () => {
  expect(await codesOf(UNREACHABLE)).toEqual(calls.map(() => 'LEDGER_UNAVAILABLE'));
  await expect(migrate({ migrationUrl: UNREACHABLE })).rejects.toMatchObject({
    code: 'LEDGER_UNAVAILABLE',
  });
  await expect(applyCatalog(UNREACHABLE, [])).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
});

test('every call is LEDGER_NOT_MIGRATED on a database that has not been migrated', async () => {
  const database = await EmptyDatabase.create();
  try {
    expect(await codesOf(database.ownerUrl)).toEqual(calls.map(() => 'LEDGER_NOT_MIGRATED'));
    await expect(applyCatalog(database.ownerUrl, [])).rejects.toMatchObject({
      code: 'LEDGER_NOT_MIGRATED',
    });
  } finally {
    await database.drop();
  }
});

test('every call is LEDGER_UNAVAILABLE on a database that does not exist', async () => {
  const gone = new URL(books.urls.ledgerUrl);
  gone.pathname = '/holdfast_nobody_made_this';
  expect(await codesOf(gone.toString())).toEqual(calls.map(() => 'LEDGER_UNAVAILABLE'));
});

/** Holds the account's lock until the action is over, so that calls are in the middle while it runs. */
async function whileLocked<T>(account: string, action: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: books.urls.ownerUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [
      account,
    ]);
    return await action();
  } finally {
    await client.end();
  }
}

/** Once `count` of the ledger's connections wait for a lock, all are ended or what they do is cancelled. */
async function endWaiting(
  how: 'pg_terminate_backend' | 'pg_cancel_backend',
  count: number,
): Promise<void> {
  const waiting = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (;;) {
    const { rows } = await books.owner.query(`SELECT count(*)::int ${waiting}`);
    if (rows[0].count >= count) break;
  }
  await books.owner.query(`SELECT ${how}(pid) ${waiting}`);
}

test('calls whose connections are killed midway fail as unavailable, and their retries book once', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  const call = () => books.ledger.deduct(account, 'k', { credits: 10, reason: 'x', by: 'x' });
  await whileLocked(account, async () => {
    const killed = atOnce(4, () => call().catch((error) => error));
    await endWaiting('pg_terminate_backend', 4);
    for (const error of await killed) expect(error).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
  expect(await call()).toMatchObject({ ok: true, replayed: false });
  expect(await call()).toMatchObject({ ok: true, replayed: true });
  expect(await books.entryTypes(account)).toEqual(['grant', 'deduct']);
});

test('connections that are killed while idle are replaced', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  await atOnce(5, () => books.ledger.balance(account));
  await books.ledger.history(account);
  await books.owner.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = $1`,
    [new URL(books.urls.ledgerUrl).username],
  );
  // A call may still be given a connection whose end has not been noticed; the next one is not.
  const attempts = async <T>(call: () => Promise<T>) => {
    for (let attempt = 1; attempt < 10; attempt += 1) {
      const settled = await call().catch((error) => error);
      if (!(settled instanceof Error)) return settled;
      expect(settled).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    }
    return call();
  };
  expect(await attempts(() => books.ledger.balance(account))).toMatchObject({ available: 100 });
  expect(await attempts(() => books.ledger.history(account))).toMatchObject({
    entries: [{ type: 'grant' }],
  });
});

test('a statement that is cancelled, as by its time-out, may succeed later, so it is LEDGER_UNAVAILABLE', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  await whileLocked(account, async () => {
    const cancelled = books.ledger.release(account, 'r', 'x').catch((error) => error);
    await endWaiting('pg_cancel_backend', 1);
    expect(await cancelled).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
  expect(await granted(books.ledger.release(account, 'r', 'x'))).toMatchObject({
    status: 'released',
  });
});

test('a lock that is not given in time may be given later, so it is LEDGER_UNAVAILABLE', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  const url = new URL(books.urls.ledgerUrl);
  url.searchParams.set('options', '-c lock_timeout=50ms');
  const ledger = createLedger({ databaseUrl: url.toString() });
  try {
    await whileLocked(account, () =>
      expect(ledger.release(account, 'r', 'x')).rejects.toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
      }),
    );
    expect(await granted(ledger.release(account, 'r', 'x'))).toMatchObject({ status: 'released' });
  } finally {
    await ledger.close();
  }
});
