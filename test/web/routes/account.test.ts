import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

const NEXT_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();

async function grant(account: string, key: string, credits: number, reason = 'test') {
  const body = { credits, source: 'promotion' as const, reason, by: 'Ada', expiresAt: NEXT_YEAR };
  const granted = await web.stack.ledger.grant(account, key, body);
  if (!granted.ok) throw new Error(granted.refusal.message);
  return granted.value;
}

describe('balance', () => {
  test('is what the ledger says, and as it stood at an earlier time', async () => {
    const account = uniqueId('acme');
    const { grantedAt } = await grant(account, 'first', 100);
    await grant(account, 'second', 50);
    const { body } = await web.ask(account, 'GET', '/balance');
    expect(body).toEqual({ ...(await web.stack.ledger.balance(account)), at: expect.any(String) });
    expect(body).toMatchObject({ available: 150, grants: [{ remaining: 100 }, { remaining: 50 }] });
    expect((await web.ask(account, 'GET', `/balance?asOf=${grantedAt}`)).body).toMatchObject({ available: 100 });
    expect((await web.ask(account, 'GET', '/balance?asOf=2020-01-01T00:00:00%2B02:00')).body).toMatchObject({
      available: 0,
    });
  });

  test('of an account that nobody has seen is nothing', async () => {
    expect((await web.ask(uniqueId('new'), 'GET', '/balance')).body).toMatchObject({
      available: 0,
      at: null,
      grants: [],
    });
  });

  test.each(['yesterday', '', '2026-01-31', '0000-01-01T00:00:00Z', '2026-01-31T09:30:00'])(
    'asOf=%s is refused',
    async (asOf) => {
      expectProblem(await web.ask('acme', 'GET', `/balance?asOf=${asOf}`), 400, 'INVALID_TIME');
    },
  );

  test('a parameter that is not known, or comes twice, is refused', async () => {
    expectProblem(await web.ask('acme', 'GET', '/balance?asof=2026-01-31T09:30:00Z'), 400, 'INVALID_ARGUMENT');
    const twice = '/balance?asOf=2026-01-31T09:30:00Z&asOf=2026-01-30T09:30:00Z';
    expectProblem(await web.ask('acme', 'GET', twice), 400, 'INVALID_TIME');
  });
});

describe('history', () => {
  let account: string;
  beforeAll(async () => {
    account = uniqueId('acme');
    for (let index = 1; index <= 7; index++) await grant(account, `grant-${index}`, index);
  });

  const page = async (query: string) => (await web.ask(account, 'GET', `/history${query}`)).body;
  const versionsOf = ({ entries }: { entries: { version: number }[] }) => entries.map(({ version }) => version);

  test('comes in pages, each of which names the next, until there is none', async () => {
    const pages: number[][] = [];
    for (let next: number | null = 8; next !== null; ) {
      const body: { entries: { version: number }[]; next: number | null } = await page(`?limit=3&before=${next}`);
      pages.push(versionsOf(body));
      next = body.next;
    }
    expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect(versionsOf(await page(''))).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('ends without another page where the last one is full', async () => {
    expect(await page('?limit=1&before=2')).toMatchObject({ entries: [{ version: 1 }], next: null });
  });

  test('after its last page, before its first entry and of nobody is empty', async () => {
    expect(await page('?before=1')).toEqual({ entries: [], next: null });
    expect(await page('?before=999999999999999')).toMatchObject({ entries: [{ version: 7 }, {}, {}, {}, {}, {}, {}] });
    expect((await web.ask(uniqueId('new'), 'GET', '/history')).body).toEqual({ entries: [], next: null });
  });

  test.each([
    'limit=0',
    'limit=-1',
    'limit=1001',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=0x10',
    'limit=1e2',
    'before=0',
    'before=-1',
    'before=99999999999999999999',
    'page=2',
  ])('%s is refused', async (query) => {
    expectProblem(await web.ask(account, 'GET', `/history?${query}`), 400, 'INVALID_ARGUMENT');
  });

  test('tells what happened and why, but not which of the operator’s people did it', async () => {
    const [entry] = (await page('?limit=1')).entries;
    expect(entry).toEqual({
      ...{ version: 7, at: expect.any(String), type: 'grant', grantId: '7', reason: 'test' },
      ...{ availableDelta: 7, reservedDelta: 0, availableAfter: 28, reservedAfter: 0 },
    });
  });
});

describe('history as CSV', () => {
  test('has all of it, however many pages that are, and nothing that a spreadsheet would run', async () => {
    const account = uniqueId('acme');
    for (const [index, reason] of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', 'a "quoted", cell\nand a line'].entries()) {
      await grant(account, `grant-${index}`, 10, reason);
    }
    const metadata = { project: '=HYPERLINK("https://evil.example")' };
    const request = { accountId: account, requestId: 'order-1', kind: 'text-to-image', metadata };
    await web.stack.client.generations.start(request);
    await web.stack.client.generations.result(account, 'order-1');
    const { status, headers, body } = await web.ask(account, 'GET', '/history.csv');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="history.csv"');
    const cells = cellsOf(body);
    expect(cells[0]?.slice(0, 4)).toEqual(['version', 'at', 'type', 'availableDelta']);
    expect(cells.slice(1).map(([version, , type]) => `${version} ${type}`)).toEqual([
      ...['8 commit', '7 reserve', '6 grant', '5 grant', '4 grant', '3 grant', '2 grant', '1 grant'],
    ]);
    // Numbers stay numbers, also below zero.
    expect(cells[2]?.[3]).toBe('-2');
    const texts = cells.slice(1).flatMap((row) => row.slice(7));
    expect(texts.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(texts).toEqual(expect.arrayContaining(["'=1+1", "'-1", 'a "quoted", cell\nand a line', 'order-1']));
  });

  test('goes on over page boundaries without a gap', async () => {
    const account = uniqueId('acme');
    await grant(account, 'first', 1);
    await web.stack.sql(
      `INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas,
         reserved_deltas, available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after, grant_id)
       SELECT account_id, n, at, type, 1, 0, '{1}', '{1}', '{0}', n, 0, 0, 0, 0, n, 1
       FROM holdfast.entries, generate_series(2, 1203) AS n WHERE account_id = $1`,
      [account],
    );
    const rows = cellsOf((await web.ask(account, 'GET', '/history.csv')).body).slice(1);
    expect(rows.map(([version]) => Number(version))).toEqual(Array.from({ length: 1203 }, (_, index) => 1203 - index));
  });

  test('of nobody is its heading', async () => {
    expect(cellsOf((await web.ask(uniqueId('new'), 'GET', '/history.csv')).body)).toHaveLength(1);
  });
});

/** As a spreadsheet would read it. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '') continue;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

describe('usage', () => {
  test('is what was charged, per day and type', async () => {
    const account = uniqueId('acme');
    await grant(account, 'first', 100);
    const { generations } = web.stack.client;
    for (const [requestId, kind] of [
      ['a', 'text-to-image'],
      ['b', 'text-to-image'],
      ['c', 'text-to-speech'],
    ] as const) {
      await generations.start({ accountId: account, requestId, kind });
      await generations.result(account, requestId);
    }
    const input = { simulate: 'permanent' };
    await generations.start({ accountId: account, requestId: 'failed', kind: 'text-to-image', input });
    await generations.result(account, 'failed');
    const { body } = await web.ask(account, 'GET', '/usage?days=2&timeZone=Europe/Berlin');
    expect(body).toMatchObject({ accountId: account, timeZone: 'Europe/Berlin', days: [{}, {}] });
    expect(body.days.flatMap(({ kinds }: { kinds: object[] }) => kinds)).toEqual([
      { kind: 'text-to-image', credits: 4, generations: 2 },
      { kind: 'text-to-speech', credits: 2, generations: 1 },
    ]);
    expect((await web.ask(account, 'GET', '/history?limit=1')).body.entries).toMatchObject([{ kind: 'text-to-image' }]);
    expect((await web.ask(account, 'GET', '/usage')).body.days).toHaveLength(30);
  });

  test.each([
    ['days=0', 'INVALID_ARGUMENT'],
    ['days=367', 'INVALID_ARGUMENT'],
    ['timeZone=Mars/Olympus', 'INVALID_TIME_ZONE'],
    ['timeZone=', 'INVALID_TIME_ZONE'],
  ])('%s is refused', async (query, code) => {
    expectProblem(await web.ask('acme', 'GET', `/usage?${query}`), 400, code);
  });
});

describe('subscription', () => {
  test('is null where there never was one, and else where it stands', async () => {
    const account = uniqueId('acme');
    expect((await web.ask(account, 'GET', '/subscription')).body).toEqual({ subscription: null });
    const request = { accountId: account, subscriptionId: 'main', planId: 'lite-monthly', paymentReference: 'p1' };
    await web.stack.client.subscriptions.subscribe(request);
    const { body } = await web.ask(account, 'GET', '/subscription');
    expect(body.subscription).toEqual({ ...(await web.stack.ledger.subscription(account)), at: expect.any(String) });
    expect(body.subscription).toMatchObject({ status: 'active', planId: 'lite-monthly', cycle: 1 });
  });
});

describe('prices', () => {
  test('a quote says what it costs and whether the account has it', async () => {
    const account = uniqueId('acme');
    await grant(account, 'first', 3);
    const { body } = await web.ask(account, 'GET', '/quotes?kind=ai-avatar&seconds=10');
    expect(body).toMatchObject({
      kind: 'ai-avatar',
      seconds: 10,
      credits: 4,
      available: 3,
      affordable: false,
      shortfall: 1,
    });
    const withAudio = await web.ask(account, 'GET', '/quotes?kind=text-to-video-veo3&seconds=8&audio=true');
    expect(withAudio.body).toMatchObject({ credits: 40, audio: true });
    expect((await web.ask(account, 'GET', '/quotes?kind=text-to-image')).body).toMatchObject({
      credits: 2,
      affordable: true,
    });
  });

  test.each([
    ['', 'UNKNOWN_KIND'],
    ['kind=hologram', 'UNKNOWN_KIND'],
    ['kind=__proto__', 'UNKNOWN_KIND'],
    ['kind=ai-avatar', 'DURATION_REQUIRED'],
    ['kind=ai-avatar&seconds=ten', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=1e1', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=1.0001', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=-1', 'DURATION_NOT_POSITIVE'],
    ['kind=ai-avatar&seconds=10&audio=yes', 'INVALID_ARGUMENT'],
    ['kind=ai-avatar&seconds=10&audio=true', 'AUDIO_NOT_ALLOWED'],
    ['kind=ai-avatar&seconds=10&accountId=other', 'INVALID_ARGUMENT'],
  ])('the quote %j is refused', async (query, code) => {
    expectProblem(await web.ask('acme', 'GET', `/quotes?${query}`), 400, code);
  });

  test('the price list has what is sold, with the limits of each kind', async () => {
    const { body } = await web.ask('acme', 'GET', '/prices');
    expect(body.kinds).toHaveLength(5);
    expect(body.kinds).toContainEqual({
      ...{
        kind: 'text-to-video-veo3',
        name: expect.any(String),
        credits: 3,
        perSeconds: 1,
        creditsWithAudio: 5,
        maxSeconds: 8,
      },
    });
    expect(body.kinds).toContainEqual(
      expect.objectContaining({ kind: 'text-to-image', perSeconds: null, maxSeconds: null }),
    );
    expect(body.plans).toContainEqual({ planId: 'lite-monthly', name: 'Lite Monthly', credits: 150, cycle: 'P1M' });
    expect(body.packs).toEqual((await web.ask('acme', 'GET', '/packs')).body.packs);
    expect(body.packs[0]).toEqual({ packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD' });
  });
});
