import { uniqueId } from '../../workflows/harness';
import { grant } from '../books';
import { expectProblem, openWeb, type Web } from '../harness';
import { cellsOf } from './csv-cells';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

describe('the history', () => {
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

  test('has the same filter on every page', async () => {
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
    ['until=tomorrow', 'INVALID_TIME'],
    ['type=theft', 'INVALID_ARGUMENT'],
    ['type=grant&type=grant', 'INVALID_ARGUMENT'],
    ['requestId=a%2Fb', 'INVALID_REQUEST_ID'],
    ['by=sam', 'INVALID_ARGUMENT'],
  ])('is refused with the filter %s', async (query, code) => {
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
    expect(heading.slice(12, 19)).toEqual([
      'source',
      'packId',
      'purchaseId',
      'planId',
      'cycle',
      'cycleStart',
      'cycleEnd',
    ]);
    expect(rows.map((row) => row.slice(12, 19))).toEqual([
      ['pack', 'pack-125', 'extra', '', '', '', ''],
      ['plan', '', '', 'lite-monthly', '1', cycleStart, cycleEnd],
    ]);
  });

  test('ends without another page if the last one is full', async () => {
    expect(await page('?limit=1&before=2')).toMatchObject({
      entries: [{ version: 1 }],
      next: null,
    });
  });

  test('is empty after its last page, before its first entry, and for an unknown account', async () => {
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
  ])('is refused with %s', async (query) => {
    expectProblem(await web.ask(account, 'GET', `/history?${query}`), 400, 'INVALID_ARGUMENT');
  });

  test('has each entry’s reason, but not the operator’s name', async () => {
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
