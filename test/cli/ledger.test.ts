import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { errorOf, holdfast, holdfastJson, jsonOf } from './command-line';

let database: TestDatabase;
let ledger: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  ledger = { DATABASE_URL: database.operatorUrl };
});
afterAll(() => database.drop());

const grant = (account: string, credits: string, ...more: string[]) =>
  holdfastJson(ledger, 'grant', account, credits, '--reason', 'Welcome', '--by', 'sam', ...more);
const PROMOTION = ['--source', 'promotion', '--expires-at', '2100-01-01T00:00:00Z'];

test.each(['balance', 'history', 'usage', 'waiting', 'notices'])(
  '`%s` says so of an account that nothing is known of',
  async (command) => {
    const { code, stdout } = await holdfast(ledger, command, 'nobody');
    expect({ code, stdout }).toEqual({
      ...{ code: 0, stdout: 'Nothing is known of account nobody: it has no entry.\n' },
    });
  },
);

test('an empty list of an account with entries is told as one', async () => {
  await grant('quiet', '10', ...PROMOTION);
  for (const [words, said] of [
    [['history', 'quiet', '--type', 'expire'], 'Account quiet has no entries there.\n'],
    [['waiting', 'quiet'], 'No request waits for credits of account quiet.\n'],
    [['notices', 'quiet'], 'Account quiet has had no notices.\n'],
  ] as const)
    expect(await holdfast(ledger, ...words)).toMatchObject({ code: 0, stdout: said });
});

describe('the history', () => {
  const history = (...words: string[]) => holdfast(ledger, 'history', 'long', ...words);
  const versions = async (...words: string[]) => {
    const { json } = await holdfastJson(ledger, 'history', 'long', ...words);
    return (json as { entries: { version: number }[] }).entries.map(({ version }) => version);
  };
  beforeAll(async () => {
    await grant('long', '50', ...PROMOTION);
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    // Two pages of CSV and more, a second apart.
    await owner.query(
      `INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
         grant_ids, remainder_deltas, reserved_deltas, available_after, reserved_after, spent_after,
         expired_after, deducted_after, granted_after, reason, by_name)
       SELECT account_id, n, '2100-01-01Z'::timestamptz + make_interval(secs => n), 'deduct', -1, 0,
         '{1}', '{-1}', '{0}', 2000 - n, 0, 0, 0, n, 2000, CASE n WHEN 2 THEN '=1+1' END, 'sam, "ops"'
       FROM holdfast.entries, generate_series(2, 1100) AS n
       WHERE account_id = 'long' AND version = 1`,
    );
    await owner.end();
  });

  test('is narrowed by time and by type', async () => {
    const [from, until] = ['2100-01-01T00:00:10Z', '2100-01-01T00:00:12Z'];
    expect(await versions('--from', from, '--until', until)).toEqual([11, 10]);
    expect(await versions('--until', from, '--type', 'deduct', '--limit', '2')).toEqual([9, 8]);
    expect(await versions('--type', 'grant')).toEqual([1]);
    expect(await versions('--kind', 'ai-avatar')).toEqual([]);
    expect(await versions('--request', 'r1')).toEqual([]);
  });

  test('is printed as CSV, all pages of it', async () => {
    const { code, stdout } = await history('--csv');
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect({ code, count: rows.length }).toEqual({ code: 0, count: 1_100 });
    expect(head).toBe(
      'version,at,type,availableDelta,reservedDelta,availableAfter,reservedAfter,requestId,kind,grantId,' +
        'reason,metadata,source,packId,purchaseId,planId,cycle,cycleStart,cycleEnd,owedDelta,owedAfter,frozenAfter,by',
    );
    expect(rows.at(-2)).toBe(
      `2,2100-01-01T00:00:02.000Z,deduct,-1,0,1998,0,,,,'=1+1,,,,,,,,,,,,"sam, ""ops"""`,
    );
    const few = await history('--csv', '--until', '2100-01-01T00:00:05Z', '--before', '4');
    expect(few.stdout.trimEnd().split('\n').slice(1)).toHaveLength(3);
  });

  test.each([
    [['--csv', '--json'], 'INVALID_ARGUMENT'],
    [['--csv', '--limit', '5', '--json'], 'INVALID_ARGUMENT'],
    [['--type', 'theft', '--json'], 'INVALID_ARGUMENT'],
    [['--from', 'yesterday', '--json'], 'INVALID_TIME'],
    [['--until', '2030-13-01T00:00:00Z', '--json'], 'INVALID_TIME'],
    [['--request', 'a/b', '--json'], 'INVALID_REQUEST_ID'],
    [['--kind', '', '--json'], 'UNKNOWN_KIND'],
  ])('is not narrowed by %j', async (words, code) => {
    expect(jsonOf(await history(...words))).toEqual({ code: 2, json: errorOf(code) });
  });
});

test('a grant, a deduction, the balance and the history are printed as JSON and in words', async () => {
  expect(
    await grant('acme', '150', ...PROMOTION, '--key', 'welcome', '--cost-cents', '4900'),
  ).toEqual({
    code: 0,
    json: {
      grantId: '1',
      accountId: 'acme',
      source: 'promotion',
      credits: 150,
      expiresAt: '2100-01-01T00:00:00.000Z',
      grantedAt: expect.any(String),
      key: 'welcome',
    },
  });
  const deducted = await holdfastJson(
    ledger,
    'deduct',
    'acme',
    '20',
    '--reason',
    'Twice',
    '--by',
    'sam',
  );
  expect(deducted).toEqual({
    code: 0,
    json: {
      accountId: 'acme',
      credits: 20,
      version: 2,
      at: expect.any(String),
      key: expect.any(String),
    },
  });

  const [balance, history, page, balanceText, historyText] = await Promise.all([
    holdfast(ledger, 'balance', 'acme', '--json'),
    holdfastJson(ledger, 'history', 'acme'),
    holdfastJson(ledger, 'history', 'acme', '--limit', '1', '--before', '2'),
    holdfast(ledger, 'balance', 'acme'),
    holdfast(ledger, 'history', 'acme'),
  ]);
  expect(balance.stdout.replace(/"at":"[^"]+"/, '"at":"…"')).toBe(
    '{"accountId":"acme","at":"…","available":130,"pendingExpiry":0,"reserved":0,"spent":0,"expired":0,"deducted":20,' +
      '"refunded":0,"frozen":0,"owed":0,"granted":150,"validUntil":null,"grants":[{"grantId":"1","source":"promotion","credits":150,"remaining":130,' +
      '"expiresAt":"2100-01-01T00:00:00.000Z"}]}\n',
  );
  const entry = { at: expect.any(String), reservedDelta: 0, reservedAfter: 0, by: 'sam' };
  const granted = { ...entry, version: 1, type: 'grant', availableDelta: 150, availableAfter: 150 };
  expect(history.json).toEqual({
    entries: [
      {
        ...entry,
        version: 2,
        type: 'deduct',
        availableDelta: -20,
        availableAfter: 130,
        reason: 'Twice',
      },
      { ...granted, grantId: '1', source: 'promotion', reason: 'Welcome' },
    ],
    next: null,
  });
  expect(page.json).toEqual({
    entries: [{ ...granted, grantId: '1', source: 'promotion', reason: 'Welcome' }],
    next: null,
  });
  expect(balanceText.stdout).toMatch(/available +130\n/);
  expect(historyText.stdout).toMatch(/\n +2 .* deduct .*−20 .*Twice, by sam\n/);
});

test('notices are listed newest first, with their delivery', async () => {
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await grant('told', '10', ...PROMOTION);
  const [until, top] = [
    '2100-01-01T00:00:00.000Z',
    { packId: 'pack-125', priceCents: 4900, currency: 'USD' },
  ];
  const news: [string, object][] = [
    [
      'balance-low',
      { left: 74, available: 70, threshold: { percentOfCycle: 50 }, thresholdCredits: 75 },
    ],
    ['balance-low', { left: 9, available: 9, threshold: { credits: 10 }, thresholdCredits: 10 }],
    ['ran-dry', { left: 1, available: 1, requestId: 'film', required: 1200 }],
    ['ran-dry', { left: 0, available: 0 }],
    ['credits-expiring', { days: 7, credits: 150, expiresAt: until, renewBy: until }],
    ['credits-expiring', { days: 1, credits: 1, expiresAt: until, renewBy: null }],
    [
      'top-up-failed',
      { ...top, purchaseId: 'top-up-1', reason: 'card-declined', retryAt: until, stopped: false },
    ],
    [
      'top-up-failed',
      { ...top, purchaseId: 'top-up-3', reason: 'card-declined', retryAt: null, stopped: true },
    ],
    ['top-up-failed', { ...top, reason: 'monthly-cap', retryAt: null, stopped: false }],
  ];
  try {
    for (const notice of news)
      await owner.query("SELECT holdfast.write_notice('told', $1, $2, NULL, now())", notice);
    await owner.query(
      "SELECT holdfast.settle_notice('told', 1, NULL), holdfast.settle_notice('told', 2, 'Gone.')",
    );
  } finally {
    await owner.end();
  }
  const { stdout } = await holdfast(ledger, 'notices', 'told');
  const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g;
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(time, '<time>').replace(/ {2,}/g, ' | '));
  const failed = 'top-up failed: pack-125 for 49 USD';
  const expiring = 'credits expiring:';
  expect(lines.map((line) => line.trim())).toEqual([
    'notice | at | what | delivery',
    `| 9 | <time> | ${failed}, monthly-cap | pending`,
    `| 8 | <time> | ${failed}, card-declined; stopped until it is set again | pending`,
    `| 7 | <time> | ${failed}, card-declined; tried again from <time> | pending`,
    `| 6 | <time> | ${expiring} 1 credit in 1 day, at <time>; no renewal keeps them | pending`,
    `| 5 | <time> | ${expiring} 150 credits in 7 days, at <time>; renew before then to keep them | pending`,
    '| 4 | <time> | ran dry: 0 credits left | pending',
    '| 3 | <time> | ran dry: request film needed 1,200 credits, 1 available | pending',
    '| 2 | <time> | balance low: 9 credits left, below 10 credits | failed <time>: Gone.',
    '| 1 | <time> | balance low: 74 credits left, below 50% of the cycle’s grant (75 credits) | delivered <time>',
  ]);
  const { code, json } = await holdfastJson(ledger, 'notices', 'told');
  expect(code).toBe(0);
  const { notices } = json as { notices: object[] };
  expect(notices).toHaveLength(9);
  expect(notices[7]).toEqual({
    ...{
      accountId: 'told',
      noticeId: 2,
      at: expect.any(String),
      type: 'balance-low',
      data: news[1]?.[1],
    },
    ...{ status: 'failed', settledAt: expect.any(String), reason: 'Gone.' },
  });
  expect(notices[0]).toMatchObject({
    noticeId: 9,
    status: 'pending',
    settledAt: null,
    reason: null,
  });

  expect(await holdfastJson(ledger, 'notices', 'nobody')).toEqual({
    code: 0,
    json: { notices: [] },
  });
  expect(await holdfastJson(ledger, 'notices', 'no/body')).toMatchObject({
    code: 2,
    json: errorOf('INVALID_ACCOUNT_ID'),
  });
});

test('a key grants once, and refuses another grant', async () => {
  const first = await grant('keyed', '10', ...PROMOTION, '--key', 'k');
  expect(await grant('keyed', '10', ...PROMOTION, '--key', 'k')).toEqual(first);
  const other = await grant('keyed', '11', ...PROMOTION, '--key', 'k');
  expect(other).toMatchObject({ code: 3, json: errorOf('IDEMPOTENCY_CONFLICT', { key: 'k' }) });
});

test('an unknown account has a balance of zero, now and at any time', async () => {
  const nothing = {
    available: 0,
    pendingExpiry: 0,
    reserved: 0,
    spent: 0,
    expired: 0,
    deducted: 0,
    refunded: 0,
    frozen: 0,
    owed: 0,
    granted: 0,
  };
  const asked = await Promise.all([
    holdfastJson(ledger, 'balance', 'nobody'),
    holdfastJson(ledger, 'balance', 'nobody', '--as-of', '2020-01-01T00:00:00Z'),
  ]);
  for (const { code, json } of asked) {
    expect(json).toEqual({
      accountId: 'nobody',
      at: null,
      ...nothing,
      validUntil: null,
      grants: [],
    });
    expect(code).toBe(0);
  }
});

test('rules refuse with exit code 3, in one line or one document', async () => {
  const [tooMuch, inWords, noEnd, past] = await Promise.all([
    holdfastJson(ledger, 'deduct', 'poor', '5', '--reason', 'Test', '--by', 'sam'),
    holdfast(ledger, 'deduct', 'poor', '5', '--reason', 'Test', '--by', 'sam'),
    grant('poor', '5', '--source', 'adjustment'),
    grant('poor', '5', '--source', 'promotion', '--expires-at', '2020-01-01T00:00:00Z'),
  ]);
  expect(tooMuch).toEqual({
    code: 3,
    json: errorOf('INSUFFICIENT_CREDITS', { required: 5, available: 0, shortfall: 5 }),
  });
  expect(inWords).toMatchObject({ code: 3, stdout: '' });
  expect(inWords.stderr).toMatch(/^INSUFFICIENT_CREDITS: .*\n$/);
  expect(noEnd).toEqual({ code: 3, json: errorOf('SUBSCRIPTION_REQUIRED') });
  expect(past).toMatchObject({ code: 2, json: errorOf('EXPIRY_IN_PAST') });
});

test('a quote for an account says whether it can pay', async () => {
  await grant('asker', '30', ...PROMOTION);
  const quoted = await holdfastJson(
    ledger,
    'quote',
    'text-to-video-veo3',
    '--seconds',
    '8',
    '--audio',
    '--account',
    'asker',
  );
  expect(quoted.json).toEqual({
    kind: 'text-to-video-veo3',
    seconds: 8,
    audio: true,
    credits: 40,
    catalogVersion: '1',
    validUntil: null,
    available: 30,
    affordable: false,
    shortfall: 10,
  });
});

test('a command with the login of another process ends with 3, and says which role it takes', async () => {
  const words = ['grant', 'mallory', '5', ...PROMOTION, '--reason', 'x', '--by', 'x'];
  const { code, json } = await holdfastJson({ DATABASE_URL: database.webUrl }, ...words);
  expect({ code, json }).toEqual({
    code: 3,
    json: errorOf('LEDGER_ACCESS_DENIED', {
      called: 'grant_credits',
      roles: ['worker', 'operator'],
      message: expect.stringContaining('worker or operator'),
    }),
  });
});
