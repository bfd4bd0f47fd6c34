import { Client } from 'pg';
import type { RequestBody } from '../../../contract/generation';
import type { WaitLimit } from '../../../contract/waiting';
import {
  BODY,
  DAY_MS,
  granted,
  HOLD_MS,
  later,
  MINUTE_MS,
  newId,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';
import { funded } from '../waiting/waiting-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

interface Asked {
  credits?: number;
  catalogVersion?: string;
  body?: RequestBody;
  wait?: WaitLimit | null;
}

function outlook(accountId: string, asked: Asked = {}, requestId = 'r') {
  const { credits = 2, catalogVersion = '1', body = BODY, wait = null } = asked;
  const quote = { credits, catalogVersion };
  return books.ledger.admissionOutlook({ accountId, requestId, body, quote, wait });
}

function reserve(accountId: string, asked: Asked = {}) {
  const { credits = 2, catalogVersion = '1', body = BODY, wait = null } = asked;
  return books.ledger.reserve(accountId, 'r', body, { credits, catalogVersion }, HOLD_MS, wait);
}

const FREE = { known: false, refusal: null, isShort: false };
const KNOWN = { ...FREE, known: true };
const SHORT = { ...FREE, isShort: true };
const WAIT = { timeout: 'P1D' };
const stop = (accountId: string | null, kind: string | null) =>
  books.ledger.settings.stop({ accountId, kind, reason: 'outage', by: 'sam' });
const limit = (accountId: string, limits: object) =>
  granted(books.ledger.settings.setLimits({ accountId, key: 'k', ...limits }));

describe('an outlook gives the refusal that a reservation would get', () => {
  test.each<[string, string, (account: string) => Promise<unknown>, Asked]>([
    ['an old catalog', 'STALE_CATALOG', async () => {}, { catalogVersion: '7' }],
    ['a price', 'PRICE_CHANGED', async () => {}, { body: { ...BODY, maxCredits: 1 } }],
    ['a deadline', 'WAIT_DEADLINE_IN_PAST', async () => {}, { wait: { until: START } }],
    ['a stop', 'ADMISSION_STOPPED', (account) => stop(account, null), {}],
    [
      'a stop of a kind',
      'ADMISSION_STOPPED',
      (account) => stop(account, BODY.kind),
      { wait: WAIT },
    ],
    [
      'the limit for one generation',
      'GENERATION_LIMIT_EXCEEDED',
      (account) => limit(account, { generationCreditsMax: 1 }),
      {},
    ],
    [
      'the limit of the day',
      'DAILY_LIMIT_REACHED',
      (account) => limit(account, { dailyCreditsMax: 1 }),
      { wait: WAIT },
    ],
    [
      'the limit at the same time',
      'CONCURRENCY_LIMIT_REACHED',
      (account) => limit(account, { concurrentGenerationsMax: 0 }),
      {},
    ],
  ])('for %s: %s', async (_, code, prepare, asked) => {
    const account = await funded(books, 100);
    await prepare(account);
    const looked = await outlook(account, asked);
    expect(looked).toMatchObject({ known: false, refusal: { code } });
    const reserved = await reserve(account, asked);
    expect(reserved).toEqual({ ok: false, refusal: looked.refusal });
  });

  test.each<[string, (account: string) => Promise<unknown>]>([
    ['that has no row', async () => {}],
    ['that has only settings', (account) => limit(account, { dailyCreditsMax: 50 })],
    ['that has only a tombstone', (account) => books.ledger.release(account, 'other', 'late')],
  ])(
    'for an account without credits or subscription %s, also if it would wait',
    async (_, open) => {
      const account = newId();
      await open(account);
      for (const wait of [null, WAIT]) {
        const { refusal: refused } = await outlook(account, { wait });
        expect(refused).toMatchObject({
          code: 'INSUFFICIENT_CREDITS',
          details: { required: 2, available: 0, shortfall: 2 },
        });
        expect(await reserve(account, { wait })).toEqual({ ok: false, refusal: refused });
      }
      expect(await books.ledger.request(account, 'r')).toBeNull();
      expect(await books.ledger.accountNotices(account)).toEqual([]);
    },
  );
});

test('an outlook doesn’t refuse a known account that is short of credits: it may have a first answer, a notice, a top-up', async () => {
  for (const credits of [0, 1]) {
    const account = await funded(books, credits);
    expect(await outlook(account)).toEqual(SHORT);
    expect(await outlook(account, { wait: WAIT })).toEqual(FREE);
  }
  const ended = newId();
  await books.grantPromotion(ended, 5, { expiresAt: later(START, MINUTE_MS) });
  await books.setClock(later(START, DAY_MS));
  expect(await outlook(ended)).toEqual(FREE);
});

test('a request that the ledger knows, or whose id is taken, is known, also after changes', async () => {
  const account = await funded(books, 10);
  await granted(books.reserve(account, 'open', 2));
  await granted(books.reserve(account, 'ended', 2));
  await granted(books.ledger.release(account, 'ended', 'failed'));
  await granted(books.ledger.release(account, 'tombstone', 'late'));
  await books.park(account, 'waits', 50);
  await stop(account, null);
  for (const id of ['open', 'ended', 'tombstone', 'waits']) {
    expect(await outlook(account, {}, id)).toEqual(KNOWN);
  }
  const other = { body: { kind: 'ai-avatar' } };
  expect(await outlook(account, other, 'open')).toEqual(KNOWN);
});

test('without a quote an outlook only says whether the request is known', async () => {
  const asked = { accountId: newId(), requestId: 'r', body: BODY, wait: null };
  expect(await books.ledger.admissionOutlook(asked)).toEqual(FREE);
  await books.ledger.release(asked.accountId, 'r', 'late');
  expect(await books.ledger.admissionOutlook(asked)).toEqual(KNOWN);
});

test('an outlook changes nothing and waits for no lock', async () => {
  const account = await funded(books, 1);
  const [holder, reader] = [books.urls.ownerUrl, books.urls.ledgerUrl].map(
    (connectionString) => new Client({ connectionString }),
  ) as [Client, Client];
  await Promise.all([holder.connect(), reader.connect()]);
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [account]);
    await reader.query('BEGIN READ ONLY');
    for (const id of [account, newId()]) {
      const { rows } = await reader.query(
        "SELECT holdfast.admission_outlook($1, 'r', $2, 2, 1, NULL) AS answer",
        [id, JSON.stringify(BODY)],
      );
      expect(rows[0].answer).toMatchObject({ known: false });
    }
  } finally {
    await Promise.all([holder.end(), reader.end()]);
  }
});

describe('refusals for lack of credits', () => {
  const MAX = 60;

  async function refuse(account: string, times: number, wait?: WaitLimit): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      const quote = { credits: 40, catalogVersion: '1' };
      const full = wait && { ...wait, placesMax: 0 };
      const asked = books.ledger.reserve(account, newId('r'), BODY, quote, HOLD_MS, full);
      expect((await refusal(asked)).code).toBe(wait ? 'QUEUE_FULL' : 'INSUFFICIENT_CREDITS');
    }
  }

  test('are sixty in a minute; then an outlook says when to ask again', async () => {
    const account = await funded(books, 1);
    await books.setClock(later(START, 12_345));
    await refuse(account, MAX - 1);
    expect(await outlook(account)).toEqual(SHORT);
    await refuse(account, 1);
    expect(await outlook(account)).toMatchObject({
      known: false,
      refusal: {
        code: 'RATE_LIMITED',
        message: expect.stringContaining('ask again in 48 seconds'),
        details: { required: 2, available: 1, refusalsPerMinuteMax: MAX, retryAfterSeconds: 48 },
      },
    });
    // What it can pay, what waits, and other accounts are not concerned.
    expect(await outlook(account, { credits: 1 })).toEqual(FREE);
    expect(await outlook(account, { wait: WAIT })).toEqual(FREE);
    expect(await outlook(await funded(books, 1))).toEqual(SHORT);
    await books.setClock(later(START, MINUTE_MS));
    expect(await outlook(account)).toEqual(SHORT);
    await refuse(account, 1);
    expect(await outlook(account)).toEqual(SHORT);
  });

  test('end with the credits that come', async () => {
    const account = await funded(books, 1);
    await refuse(account, MAX);
    expect(await outlook(account)).toMatchObject({ refusal: { code: 'RATE_LIMITED' } });
    await books.grantPromotion(account, 1);
    expect(await outlook(account)).toEqual(FREE);
  });

  test('count requests that find no place in the queue apart', async () => {
    const account = await funded(books, 1);
    await refuse(account, MAX, WAIT);
    expect(await outlook(account, { wait: WAIT })).toMatchObject({
      refusal: { code: 'RATE_LIMITED' },
    });
    expect(await outlook(account)).toEqual(SHORT);
  });
});

describe('a refusal without a reservation', () => {
  const quote = { credits: 2, catalogVersion: '1' };
  const refuse = (account: string) => books.ledger.refuse(account, 'r', BODY, quote);

  test('is that of a reservation: with the notice that the account ran dry, and counted', async () => {
    const [account, other] = [await funded(books, 1), await funded(books, 1)];
    const refused = await refuse(account);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'INSUFFICIENT_CREDITS' } });
    expect(await reserve(other)).toEqual(refused);
    const notices = await books.ledger.accountNotices(account);
    expect(notices).toMatchObject([{ type: 'ran-dry' }]);
    for (let count = 1; count < 60; count += 1) await refuse(account);
    expect(await outlook(account)).toMatchObject({ refusal: { code: 'RATE_LIMITED' } });
  });

  test('gives no credits to a request that has enough, and leaves nothing of it', async () => {
    const account = await funded(books, 2);
    const before = await books.ledger.balance(account);
    expect(await refuse(account)).toEqual({ ok: true, value: null, replayed: false });
    expect(await books.ledger.balance(account)).toEqual(before);
    expect(await books.ledger.request(account, 'r')).toBeNull();
    expect(await books.entryTypes(account)).toEqual(['grant']);
    expect((await granted(reserve(account))).status).toBe('open');
  });

  test('answers a request that is known with its record', async () => {
    const account = await funded(books, 2);
    const first = await granted(reserve(account));
    expect(await refuse(account)).toEqual({ ok: true, value: first, replayed: true });
  });
});
