import { Pool } from 'pg';
import type { ErrorCode } from '../../../contract/errors';
import type { RequestRecord } from '../../../contract/generation';
import { atOnce, BODY, granted, HOLD_MS, newId, START, TestLedger } from '../ledger-support';

const CLIENTS = 12;
const ROUNDS = 40;
let books: TestLedger;
let pool: Pool;

beforeAll(async () => {
  books = await TestLedger.open(CLIENTS);
  await books.setClock(START);
  pool = new Pool({ connectionString: books.urls.ledgerUrl, max: CLIENTS });
  // All of them connected, so that a round's calls meet.
  const clients = await atOnce(CLIENTS, () => pool.connect());
  for (const client of clients) client.release();
});
afterAll(async () => {
  await pool.end();
  await books.expectBalanced();
  await books.close();
});

interface Answer {
  result?: RequestRecord;
  replayed?: boolean;
  refusal?: { code: ErrorCode };
}

/** Past the ledger's client, which would make up for a broken rule by asking again. */
async function call(text: string, values: unknown[]): Promise<Answer> {
  const { rows } = await pool.query(`SELECT holdfast.${text} AS answer`, values);
  return rows[0].answer;
}

function park(account: string, body: object = BODY, version = 1): Promise<Answer> {
  const values = [
    account,
    'r',
    JSON.stringify(body),
    5,
    version,
    HOLD_MS,
    JSON.stringify({ timeout: 'P1D' }),
  ];
  return call('reserve_credits($1, $2, $3, $4, $5, $6, $7)', values);
}

const reserve = (account: string) =>
  call('reserve_credits($1, $2, $3, 5, 1, $4)', [account, 'r', JSON.stringify(BODY), HOLD_MS]);
const release = (account: string) =>
  call('release_reservation($1, $2, $3)', [account, 'r', 'cancelled']);

function giveCredits(account: string, credits: number): Promise<Answer> {
  const body = { credits, source: 'promotion', reason: 'x', by: 'x' };
  const expiresAt = '2031-01-01T00:00:00Z';
  return call('grant_credits($1, $2, $3)', [account, 'k', JSON.stringify({ ...body, expiresAt })]);
}

async function hasRow(account: string): Promise<boolean> {
  const { rowCount } = await books.owner.query(
    'SELECT FROM holdfast.accounts WHERE account_id = $1',
    [account],
  );
  return rowCount === 1;
}

/** An account that had one credit, and has four too few. */
async function knownAccount(): Promise<string> {
  const account = newId();
  await giveCredits(account, 1);
  return account;
}

const firsts = (answers: Answer[]) => answers.filter(({ replayed }) => replayed === false);

test('one request that is parked many times at once gets one place', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const account = await knownAccount();
    const answers = await atOnce(CLIENTS, () => park(account));
    expect(firsts(answers)).toHaveLength(1);
    const record = await books.ledger.request(account, 'r');
    expect(record).toMatchObject({ status: 'waiting', wait: { place: 1, required: 5 } });
    for (const { result } of answers) expect(result).toEqual(record);
    expect(await books.ledger.waitingQueue(account)).toMatchObject({
      waitedFor: 5,
      tickets: [{ requestId: 'r' }],
    });
  }
});

test('of several requests under one id the first is parked, and the others conflict', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const account = await knownAccount();
    const answers = await atOnce(CLIENTS, (index) =>
      park(account, { ...BODY, metadata: { index: `${index}` } }),
    );
    expect(firsts(answers)).toHaveLength(1);
    const refused = answers.flatMap(({ refusal }) => refusal?.code ?? []);
    expect(refused).toEqual(Array(CLIENTS - 1).fill('IDEMPOTENCY_CONFLICT'));
  }
});

test('a request that is parked in an unknown account while it is released is refused, or finds the tombstone', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const account = newId();
    const answers = await atOnce(CLIENTS, (index) =>
      index % 2 === 0 ? park(account) : release(account),
    );
    expect(await books.ledger.request(account, 'r')).toMatchObject({
      status: 'released',
      body: null,
    });
    for (const { result, refusal } of answers) {
      if (refusal) expect(refusal.code).toBe('INSUFFICIENT_CREDITS');
      else expect(result).toMatchObject({ status: 'released', body: null });
    }
    expect(await books.ledger.waitingQueue(account)).toMatchObject({ waitedFor: 0, tickets: [] });
  }
});

test('a request that is parked in an unknown account while its first credits come is refused, or served', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const account = newId();
    const answers = await atOnce(CLIENTS, (index) =>
      index === 5 ? giveCredits(account, 5) : park(account),
    );
    const record = await books.ledger.request(account, 'r');
    expect(firsts(answers)).toHaveLength(record ? 2 : 1);
    if (record) expect(record).toMatchObject({ status: 'open', reserved: 5 });
    const refused = answers.flatMap(({ refusal }) => refusal?.code ?? []);
    expect(new Set(['INSUFFICIENT_CREDITS', ...refused]).size).toBe(1);
  }
});

test.each<[string, (account: string) => Promise<Answer>, ErrorCode]>([
  ['without waiting', reserve, 'INSUFFICIENT_CREDITS'],
  ['though it would wait', (account) => park(account), 'INSUFFICIENT_CREDITS'],
  ['for an old catalog', (account) => park(account, BODY, 7), 'STALE_CATALOG'],
  [
    'for a price above its own',
    (account) => park(account, { ...BODY, maxCredits: 4 }),
    'PRICE_CHANGED',
  ],
])('a request that is refused %s leaves no account behind', async (_, ask, code) => {
  const account = newId();
  for (const { refusal } of await atOnce(CLIENTS, () => ask(account)))
    expect(refusal?.code).toBe(code);
  expect(await hasRow(account)).toBe(false);
});

test('a request that a stop refuses leaves no account behind either', async () => {
  const account = newId();
  await granted(
    books.ledger.settings.stop({ accountId: account, kind: null, reason: 'test', by: 'test' }),
  );
  expect(await park(account)).toMatchObject({ refusal: { code: 'ADMISSION_STOPPED' } });
  expect(await hasRow(account)).toBe(false);
});
