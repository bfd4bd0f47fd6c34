import { historyEntryForOwner } from '../../../contract/history';
import { uniqueId } from '../../workflows/harness';
import { grant, lengthenHistory } from '../books';
import { expectProblem, openWeb, type Web } from '../harness';

const COLUMNS = [
  ...[
    'version',
    'at',
    'type',
    'availableDelta',
    'reservedDelta',
    'availableAfter',
    'reservedAfter',
    'requestId',
    'kind',
  ],
  ...[
    'grantId',
    'reason',
    'metadata',
    'source',
    'packId',
    'purchaseId',
    'planId',
    'cycle',
    'cycleStart',
    'cycleEnd',
  ],
];

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

describe('history', () => {
  let account: string;
  beforeAll(async () => {
    account = uniqueId('acme');
    for (let index = 1; index <= 7; index++)
      await grant(web.stack, account, `grant-${index}`, index);
  });

  const page = async (query: string) => (await web.ask(account, 'GET', `/history${query}`)).body;
  const versionsOf = ({ entries }: { entries: { version: number }[] }) =>
    entries.map(({ version }) => version);

  test('comes in pages, each of which names the next, until there is none', async () => {
    const pages: number[][] = [];
    for (let next: number | null = 8; next !== null; ) {
      const body: { entries: { version: number }[]; next: number | null } = await page(
        `?limit=3&before=${next}`,
      );
      pages.push(versionsOf(body));
      next = body.next;
    }
    expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect(versionsOf(await page(''))).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test('stands under the same filter on every page', async () => {
    const account = uniqueId('acme');
    await grant(web.stack, account, 'first', 100);
    const { generations } = web.stack.client;
    for (const [requestId, kind] of [
      ['image-1', 'text-to-image'],
      ['speech', 'text-to-speech'],
      ['image-2', 'text-to-image'],
    ] as const) {
      await generations.start({ accountId: account, requestId, kind });
      await generations.result(account, requestId);
    }
    const asked = async (query: string) =>
      (await web.ask(account, 'GET', `/history?${query}`)).body;
    const first = await asked('kind=text-to-image&limit=3');
    expect(first).toMatchObject({
      entries: [{ requestId: 'image-2' }, { requestId: 'image-2' }, {}],
      next: 3,
    });
    expect(await asked(`kind=text-to-image&limit=3&before=${first.next}`)).toMatchObject({
      ...{ entries: [{ requestId: 'image-1', type: 'reserve' }], next: null },
    });
    const { at: since } = first.entries[1];
    expect((await asked(`since=${since}`)).entries).toMatchObject([{ version: 7 }, { version: 6 }]);
    expect(await asked('kind=hologram')).toEqual({ entries: [], next: null });
    const rows = cellsOf(
      (await web.ask(account, 'GET', `/history.csv?kind=text-to-speech&since=2020-01-01T00:00:00Z`))
        .body,
    );
    expect(rows.map(([version]) => version)).toEqual(['version', '5', '4']);
  });

  test.each([
    ['since=yesterday', 'INVALID_TIME'],
    ['since=', 'INVALID_TIME'],
    ['since=2026-01-31', 'INVALID_TIME'],
    ['since=2026-01-31T09:30:00', 'INVALID_TIME'],
    ['since=2026-01-31T09:30:00Z&since=2026-01-31T09:30:00Z', 'INVALID_TIME'],
    ['kind=', 'UNKNOWN_KIND'],
    ['kind=a%00b', 'UNKNOWN_KIND'],
    [`kind=${'a'.repeat(65)}`, 'UNKNOWN_KIND'],
    ['type=grant', 'INVALID_ARGUMENT'],
  ])('the filter %s is refused', async (query, code) => {
    expectProblem(await web.ask(account, 'GET', `/history?${query}`), 400, code);
    expectProblem(await web.ask(account, 'GET', `/history.csv?${query}`), 400, code);
  });

  test('says what each grant was for, as the balance does', async () => {
    const account = uniqueId('acme');
    const request = {
      accountId: account,
      subscriptionId: 'main',
      planId: 'lite-monthly',
      paymentReference: 'p1',
    };
    const { subscription } = await web.stack.client.subscriptions.subscribe(request);
    const pack = {
      accountId: account,
      purchaseId: 'extra',
      packId: 'pack-125',
      shownPriceCents: 4900,
    };
    expect(await web.stack.client.purchases.buy(pack)).toMatchObject({ status: 'granted' });
    const { cycleStart, cycleEnd } = subscription;
    const bought = { grantId: '2', source: 'pack', packId: 'pack-125', purchaseId: 'extra' };
    const paid = {
      grantId: '1',
      source: 'plan',
      planId: 'lite-monthly',
      cycle: 1,
      cycleStart,
      cycleEnd,
    };
    const { entries } = (await web.ask(account, 'GET', '/history')).body;
    expect(entries).toMatchObject([bought, paid]);
    expect((await web.ask(account, 'GET', '/balance')).body.grants).toMatchObject([paid, bought]);
    const [heading = [], ...rows] = cellsOf((await web.ask(account, 'GET', '/history.csv')).body);
    expect(heading.slice(-7)).toEqual([
      'source',
      'packId',
      'purchaseId',
      'planId',
      'cycle',
      'cycleStart',
      'cycleEnd',
    ]);
    expect(rows.map((row) => row.slice(12))).toEqual([
      ['pack', 'pack-125', 'extra', '', '', '', ''],
      ['plan', '', '', 'lite-monthly', '1', cycleStart, cycleEnd],
    ]);
  });

  test('ends without another page where the last one is full', async () => {
    expect(await page('?limit=1&before=2')).toMatchObject({
      entries: [{ version: 1 }],
      next: null,
    });
  });

  test('after its last page, before its first entry and of nobody is empty', async () => {
    expect(await page('?before=1')).toEqual({ entries: [], next: null });
    expect(await page('?before=999999999999999')).toMatchObject({
      entries: [{ version: 7 }, {}, {}, {}, {}, {}, {}],
    });
    expect((await web.ask(uniqueId('new'), 'GET', '/history')).body).toEqual({
      entries: [],
      next: null,
    });
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
      ...{
        version: 7,
        at: expect.any(String),
        type: 'grant',
        grantId: '7',
        source: 'promotion',
        reason: 'test',
      },
      ...{ availableDelta: 7, reservedDelta: 0, availableAfter: 28, reservedAfter: 0 },
    });
  });
});

describe('history as CSV', () => {
  test('has all of it, however many pages that are, and nothing that a spreadsheet would run', async () => {
    const account = uniqueId('acme');
    for (const [index, reason] of [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\tx',
      'a "quoted", cell\nand a line',
    ].entries()) {
      await grant(web.stack, account, `grant-${index}`, 10, reason);
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
      ...[
        '8 commit',
        '7 reserve',
        '6 grant',
        '5 grant',
        '4 grant',
        '3 grant',
        '2 grant',
        '1 grant',
      ],
    ]);
    // Numbers stay numbers, also below zero.
    expect(cells[2]?.[3]).toBe('-2');
    const texts = cells.slice(1).flatMap((row) => row.slice(7));
    expect(texts.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(texts).toEqual(
      expect.arrayContaining(["'=1+1", "'-1", 'a "quoted", cell\nand a line', 'order-1']),
    );
  });

  test('quotes every text, since a semicolon or a tab ends a cell for some spreadsheets', async () => {
    const account = uniqueId('acme');
    const reasons = [
      'x;=1+1',
      'x\t=1+1',
      'x\r=1+1',
      '＝1+1',
      '＋1',
      '－1',
      '＠SUM(A1)',
      ';＝1',
      'a "b";=1',
    ];
    for (const [index, reason] of reasons.entries())
      await grant(web.stack, account, `grant-${index}`, 10, reason);
    const metadata = { project: ';=1+1' };
    await web.stack.client.generations.start({
      accountId: account,
      requestId: 'order-1',
      kind: 'text-to-image',
      metadata,
    });
    const { body } = await web.ask(account, 'GET', '/history.csv');
    const unquoted = rawCellsOf(body).filter((cell) => !cell.startsWith('"'));
    expect(unquoted.filter((cell) => !/^(-?\d+)?$/.test(cell))).toEqual([]);
    const texts = cellsOf(body).flatMap((row) => row.slice(7));
    expect(texts.filter((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell))).toEqual([]);
    expect(body).toContain('"x;=1+1"');
    expect(texts).toEqual(
      expect.arrayContaining(['x\t=1+1', "'＝1+1", "'＋1", "'－1", "'＠SUM(A1)", 'a "b";=1']),
    );
    expect(texts).toContain(JSON.stringify(metadata));
  });

  test('has the columns that the contract gives an entry, those of 0.1.0 first', async () => {
    const [heading = []] = cellsOf((await web.ask(uniqueId('new'), 'GET', '/history.csv')).body);
    expect(heading.slice(0, COLUMNS.length)).toEqual(COLUMNS);
    expect(heading.toSorted()).toEqual(Object.keys(historyEntryForOwner.shape).toSorted());
  });

  test('goes on over page boundaries without a gap', async () => {
    const account = uniqueId('acme');
    await grant(web.stack, account, 'first', 1);
    await lengthenHistory(web.stack, account, 1203);
    const rows = cellsOf((await web.ask(account, 'GET', '/history.csv')).body).slice(1);
    expect(rows.map(([version]) => Number(version))).toEqual(
      Array.from({ length: 1203 }, (_, index) => 1203 - index),
    );
  });

  test('of nobody is its heading', async () => {
    expect(cellsOf((await web.ask(uniqueId('new'), 'GET', '/history.csv')).body)).toHaveLength(1);
  });
});

/** As they stand, quotes and all. */
function rawCellsOf(text: string): string[] {
  return [...text.replace(/^\uFEFF/, '').matchAll(/("(?:[^"]|"")*"|[^",\n]*)(?:,|\n)/g)].map(
    ([, cell = '']) => cell,
  );
}

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
