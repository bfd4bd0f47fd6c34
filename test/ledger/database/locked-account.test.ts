import { Client } from 'pg';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { BODY, HOLD_MS, newId, promotion, TestLedger } from '../ledger-support';

const QUOTE = { credits: 1, catalogVersion: '1' };

/** How many statements wait for a lock in the database. */
async function waitingForLocks({ owner }: TestLedger): Promise<number> {
  const { rows } = await owner.query(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0].count;
}

describe('an account whose row is locked for long', () => {
  let books: TestLedger;
  let ledger: Ledger;
  let locker: Client;
  beforeAll(async () => {
    books = await TestLedger.open();
    ledger = createLedger({ databaseUrl: books.urls.ledgerUrl, maxConnections: 5 });
    locker = new Client({ connectionString: books.urls.ownerUrl });
    await locker.connect();
  });
  afterEach(() => books.expectBalanced());
  afterAll(async () => {
    await locker.end();
    await ledger.close();
    await books.close();
  });

  test('leaves connections to the others, and its own calls end and can be repeated', async () => {
    const [locked, other] = [newId(), newId()];
    for (const account of [locked, other]) await ledger.grant(account, 'k', promotion(100));
    await locker.query('BEGIN');
    await locker.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [locked]);

    const requests = Array.from({ length: 12 }, (_, n) => `r${n}`);
    const reserve = (account: string, request: string) =>
      ledger.reserve(account, request, BODY, QUOTE, HOLD_MS);
    const waiting = requests.map((request) =>
      reserve(locked, request).catch((error: unknown) => error),
    );
    for (const request of requests)
      expect(await reserve(other, request)).toMatchObject({ ok: true });
    expect(await ledger.balance(locked)).toMatchObject({ available: 100 });

    const outcomes = await Promise.all(waiting);
    // Nothing of them is left on the server either.
    expect(await waitingForLocks(books)).toBe(0);
    expect(outcomes).toEqual(
      requests.map(() => expect.objectContaining({ code: 'LEDGER_UNAVAILABLE' })),
    );
    await locker.query('ROLLBACK');
    for (const request of requests)
      expect(await reserve(locked, request)).toMatchObject({ ok: true, replayed: false });
    expect(await ledger.balance(locked)).toMatchObject({ available: 88, reserved: 12 });
  });
});

describe('a worker’s calls of one account', () => {
  let books: TestLedger;
  let ledger: Ledger;
  let locker: Client;
  beforeAll(async () => {
    books = await TestLedger.open();
    const databaseUrl = books.urls.ledgerUrl;
    ledger = createLedger({ databaseUrl, maxConnections: 5, accountPlacesMax: 4 });
    locker = new Client({ connectionString: books.urls.ownerUrl });
    await locker.connect();
  });
  afterAll(async () => {
    await locker.end();
    await ledger.close();
    await books.close();
  });

  test('are refused at once beyond its places, so that the others’ find some, and can be repeated', async () => {
    const [locked, other] = [newId(), newId()];
    for (const account of [locked, other]) await ledger.grant(account, 'k', promotion(100));
    await locker.query('BEGIN');
    await locker.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [locked]);
    const reserve = (account: string, request: string) =>
      ledger.reserve(account, request, BODY, QUOTE, HOLD_MS);
    const waiting = ['r1', 'r2', 'r3', 'r4'].map((request) => reserve(locked, request));
    for (const request of ['r5', 'r6'])
      await expect(reserve(locked, request)).rejects.toMatchObject({
        code: 'ACCOUNT_BUSY',
        message: `4 calls of account ${locked} are under way in this process, which takes no further one until some have ended.`,
      });
    expect(await reserve(other, 'r1')).toMatchObject({ ok: true });
    expect(await ledger.balance(locked)).toMatchObject({ available: 100 });
    await locker.query('ROLLBACK');
    await Promise.all(waiting);
    expect(await reserve(locked, 'r5')).toMatchObject({ ok: true, replayed: false });
    expect(await ledger.balance(locked)).toMatchObject({ reserved: 5 });
  });
});

describe('a session of the ledger', () => {
  test('has its own settings, also where its login or database has others', async () => {
    const books = await TestLedger.open();
    const { ownerUrl, ledgerUrl } = books.urls;
    const admin = new Client({ connectionString: ownerUrl });
    await admin.connect();
    const [{ name }] = (await admin.query('SELECT current_database() AS name')).rows;
    const odd = [
      `SET DateStyle = 'German, DMY'`,
      `SET default_transaction_isolation = 'serializable'`,
      `SET TimeZone = 'Asia/Tokyo'`,
      'SET statement_timeout = 1',
    ];
    for (const setting of odd) await admin.query(`ALTER DATABASE ${name} ${setting}`);
    await admin.end();
    const ledger = createLedger({ databaseUrl: ledgerUrl });
    const account = newId();
    await ledger.grant(account, 'k', promotion(10));
    expect(await ledger.reserve(account, 'r', BODY, QUOTE, HOLD_MS)).toMatchObject({
      ok: true,
      value: { reservedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    });
    expect(await ledger.balance(account)).toMatchObject({ available: 9 });
    await ledger.close();
    await books.close();
  });
});
