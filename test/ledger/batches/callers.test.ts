import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, createServer, type Server } from 'node:net';
import type { RequestBody } from '../../../contract/generation';
import { createLedger, type Ledger, type LedgerOptions } from '../../../ledger/ledger';
import { eventually } from '../../support/eventually';
import { ANSWERS_CHANNEL, type Answered } from '../../support/ledger-answers';
import { atOnce, BODY, HOLD_MS, newId, TestLedger } from '../ledger-support';

let books: TestLedger;
const ledgers: Ledger[] = [];
/** How many operations each batch had, and how many of them it answered. */
let batches: { asked: number; answered: number }[] = [];

function watch(message: unknown): void {
  const { name, answers } = message as Answered;
  if (name !== 'run_batch') return;
  batches.push({
    asked: answers.length,
    answered: answers.filter((answer) => answer !== null).length,
  });
}

beforeAll(async () => {
  books = await TestLedger.open();
  subscribe(ANSWERS_CHANNEL, watch);
});
beforeEach(() => {
  batches = [];
});
afterEach(async () => {
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
  await books.expectBalanced();
});
afterAll(async () => {
  unsubscribe(ANSWERS_CHANNEL, watch);
  await books.close();
});

function opened(options: Partial<LedgerOptions> = {}): Ledger {
  const databaseUrl = books.urls.ledgerUrl;
  const ledger = createLedger({ databaseUrl, connectWithinMs: 60_000, ...options });
  ledgers.push(ledger);
  return ledger;
}

async function funded(credits: number): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, credits);
  return account;
}

const reserve = (
  ledger: Ledger,
  account: string,
  id: string,
  credits = 1,
  body: RequestBody = BODY,
) => ledger.reserve(account, id, body, { credits, catalogVersion: '1' }, HOLD_MS);

/** Locks rows of the ledger until the action is over. */
async function whileLocked<T>(sql: string, values: unknown[], action: () => Promise<T>) {
  const client = await books.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(sql, values);
    return await action();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const ACCOUNT = 'SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE';

const waitingForLocks = async (): Promise<number> => {
  const { rows } = await books.owner.query(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0].count;
};

const outcomeIn = (settled: PromiseSettledResult<unknown>): unknown => {
  if (settled.status === 'rejected') return settled.reason.code;
  const { ok, replayed, refusal } = settled.value as {
    ok: boolean;
    replayed?: boolean;
    refusal?: { code: string };
  };
  if (!ok) return refusal?.code;
  return replayed ? 'replayed' : 'done';
};

const outcomesOf = async (calls: Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(calls)).map(outcomeIn);

test('callers of one account are served in order, most of them in one call', async () => {
  const ledger = opened();
  const account = await funded(100);
  const outcomes = await atOnce(30, (index) => reserve(ledger, account, `r${index}`));
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  expect(batches).toEqual([{ asked: 29, answered: 29 }]);
  const { entries } = await ledger.history(account, { limit: 30 });
  expect(entries.map(({ requestId }) => requestId).reverse()).toEqual(
    Array.from({ length: 30 }, (_, index) => `r${index}`),
  );
});

test('with 10 credits 5, 100 and 2 are yes, no and yes', async () => {
  const ledger = opened();
  const account = await funded(11);
  const calls = [1, 5, 100, 2].map((credits, index) =>
    reserve(ledger, account, `r${index}`, credits),
  );
  expect(await outcomesOf(calls)).toEqual(['done', 'done', 'INSUFFICIENT_CREDITS', 'done']);
  expect(batches).toEqual([{ asked: 3, answered: 3 }]);
});

test('of equal keys in a batch the second finds what the first has done', async () => {
  const ledger = opened();
  const account = await funded(10);
  const calls = [
    reserve(ledger, account, 'first'),
    reserve(ledger, account, 'r', 3),
    reserve(ledger, account, 'r', 3),
    reserve(ledger, account, 'r', 3, { kind: 'ai-avatar' }),
    ledger.commit(account, 'r', 2, 'file:///o'),
    ledger.commit(account, 'r', 2, 'file:///o'),
    ledger.release(account, 'r', 'failed'),
    ledger.release(account, 'late', 'failed'),
    reserve(ledger, account, 'late'),
  ];
  expect(await outcomesOf(calls)).toEqual([
    ...['done', 'done', 'replayed', 'IDEMPOTENCY_CONFLICT', 'done', 'replayed'],
    ...['RESERVATION_RESOLVED', 'done', 'replayed'],
  ]);
  expect(batches).toEqual([{ asked: 8, answered: 8 }]);
  expect(await ledger.balance(account)).toMatchObject({ available: 7, reserved: 1, spent: 2 });
});

test('an operation that fails takes no other with it, of its account or of another', async () => {
  const ledger = opened({ maxConnections: 2 });
  const [one, other] = [await funded(10), await funded(10)];
  // No whole number of credits: Postgres refuses the call.
  const broken = { kind: 'x', maxCredits: 1.5 } as unknown as RequestBody;
  const calls = [
    reserve(ledger, one, 'r0'),
    reserve(ledger, one, 'r1'),
    reserve(ledger, one, 'r2', 1, broken),
    reserve(ledger, one, 'r3'),
    reserve(ledger, other, 'r1'),
    reserve(ledger, other, 'r2', 100),
  ];
  expect(await outcomesOf(calls)).toEqual([
    ...['done', 'done', 'VALUE_NOT_STORABLE', 'done', 'done', 'INSUFFICIENT_CREDITS'],
  ]);
  expect(await ledger.balance(one)).toMatchObject({ reserved: 3 });
  expect(await ledger.balance(other)).toMatchObject({ reserved: 1 });
});

test('a locked account’s operations wait for it on one connection, and hold up no other', async () => {
  const ledger = opened();
  const [locked, ...others] = await atOnce(5, () => funded(100));
  const waiting = await whileLocked(ACCOUNT, [locked], async () => {
    // Two accounts that take the two calls first, so that the rest travels together.
    const first = others.slice(0, 2).map((account) => reserve(ledger, account, 'r0'));
    const own = ['r0', 'r1', 'r2', 'r3'].map((id) => reserve(ledger, locked as string, id));
    const rest = others.map((account) => reserve(ledger, account, 'r1'));
    expect(await outcomesOf([...first, ...rest])).toEqual(Array(6).fill('done'));
    await eventually(async () => (await waitingForLocks()) === 1);
    expect(batches.some(({ asked, answered }) => answered < asked)).toBe(true);
    // More of them come, and the others go on.
    own.push(...['r4', 'r5'].map((id) => reserve(ledger, locked as string, id)));
    for (const id of ['r2', 'r3', 'r4'])
      expect(await outcomesOf(others.map((account) => reserve(ledger, account, id)))).toEqual(
        Array(4).fill('done'),
      );
    expect(await waitingForLocks()).toBe(1);
    return own;
  });
  expect(await outcomesOf(waiting)).toEqual(Array(6).fill('done'));
  const { entries } = await ledger.history(locked as string, { limit: 6 });
  expect(entries.map(({ requestId }) => requestId).reverse()).toEqual(
    Array.from({ length: 6 }, (_, index) => `r${index}`),
  );
});

test('a locked reservation holds up no other account, and its commit waits alone', async () => {
  const ledger = opened({ maxConnections: 4 });
  const [one, other, third] = await atOnce(3, () => funded(100));
  for (const account of [one, other, third]) await reserve(ledger, account as string, 'held');
  const row = 'SELECT FROM holdfast.reservations WHERE account_id = $1 FOR UPDATE';
  const commits = await whileLocked(row, [one], async () => {
    const first = [other, third].map((account) => reserve(ledger, account as string, 'first'));
    const waiting = ledger.commit(one as string, 'held', 1, 'file:///o');
    const rest = [other, third].map((account) =>
      ledger.commit(account as string, 'held', 1, 'file:///o'),
    );
    expect(await outcomesOf([...first, ...rest])).toEqual(Array(4).fill('done'));
    await eventually(async () => (await waitingForLocks()) === 1);
    return [waiting];
  });
  expect(await outcomesOf(commits)).toEqual(['done']);
});

test('a deadline that passes before the operation’s turn refuses it', async () => {
  const ledger = opened();
  const account = await funded(10);
  const within = (id: string, ms: number) =>
    ledger.reserve(account, id, BODY, { credits: 1, catalogVersion: '1' }, HOLD_MS, null, ms);
  await within('before', 60_000);
  const calls = await whileLocked(ACCOUNT, [account], async () => {
    const all = [reserve(ledger, account, 'r0')];
    await eventually(async () => (await waitingForLocks()) === 1);
    all.push(within('late', 200), within('in-time', 60_000));
    await new Promise((resolve) => setTimeout(resolve, 400));
    return all;
  });
  expect(await outcomesOf(calls)).toEqual(['done', 'ADMISSION_TIMED_OUT', 'done']);
  expect(batches).toEqual([{ asked: 2, answered: 2 }]);
});

test('after a batch’s time-out each goes alone, and what takes too long fails by itself', async () => {
  await books.owner.query(`
    CREATE FUNCTION holdfast.slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;
    CREATE TRIGGER a_slow BEFORE INSERT ON holdfast.reservations FOR EACH ROW
      WHEN (NEW.request_id = 'slow') EXECUTE FUNCTION holdfast.slow()`);
  try {
    const ledger = opened({ statementMsMax: 2_000 });
    const account = await funded(10);
    const calls = ['r0', 'r1', 'slow', 'r2'].map((id) => reserve(ledger, account, id));
    expect(await outcomesOf(calls)).toEqual(['done', 'done', 'LEDGER_UNAVAILABLE', 'done']);
    expect(await ledger.balance(account)).toMatchObject({ reserved: 3 });
  } finally {
    await books.owner.query(
      'DROP TRIGGER a_slow ON holdfast.reservations; DROP FUNCTION holdfast.slow',
    );
  }
});

/** Leads to Postgres, and breaks a connection once the first batch has been committed. */
async function breaking(databaseUrl: string): Promise<{ url: string; server: Server }> {
  const url = new URL(databaseUrl);
  const [host, port] = [url.hostname, Number(url.port || 5432)];
  let isBroken = false;
  const server = createServer((client) => {
    const postgres = connect(port, host);
    let isBatch = false;
    client.on('data', (data) => {
      isBatch ||= data.includes('holdfast.run_batch');
      postgres.write(data);
    });
    postgres.on('data', (data) => {
      if (!isBatch || isBroken) return client.write(data);
      // Ready for the next query: the transaction is over.
      if (data.includes(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) {
        isBroken = true;
        client.destroy();
      }
    });
    for (const socket of [client, postgres]) socket.on('error', () => {});
    client.on('close', () => postgres.destroy());
    postgres.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { url: url.toString(), server };
}

test('after a connection breaks behind the commit each finds by its key what was done', async () => {
  const { url, server } = await breaking(books.urls.ledgerUrl);
  const ledger = opened({ databaseUrl: url });
  const account = await funded(10);
  const calls = ['r0', 'r1', 'r2', 'r3'].map((id) => reserve(ledger, account, id));
  expect(await outcomesOf(calls)).toEqual(['done', 'replayed', 'replayed', 'replayed']);
  expect(await ledger.balance(account)).toMatchObject({ available: 6, reserved: 4 });
  expect(batches).toEqual([]);
  await Promise.all(ledgers.splice(0).map((each) => each.close()));
  await new Promise((resolve) => server.close(resolve));
});

test('with batches off each operation is a call of its own', async () => {
  const ledger = opened({ batches: false });
  const account = await funded(100);
  await atOnce(20, (index) => reserve(ledger, account, `r${index}`));
  expect(batches).toEqual([]);
  expect(await ledger.balance(account)).toMatchObject({ reserved: 20 });
});
