import { historyEntryForOwner } from '../../../contract/history';
import { uniqueId } from '../../workflows/harness';
import { grant, lengthenHistory } from '../books';
import { openWeb, type Web } from '../harness';
import { cellsOf, rawCellsOf } from './csv-cells';

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

describe('the history as CSV', () => {
  test('has every entry of all pages, and nothing that a spreadsheet would run', async () => {
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

  test('is only its heading for an account without entries', async () => {
    expect(cellsOf((await web.ask(uniqueId('new'), 'GET', '/history.csv')).body)).toHaveLength(1);
  });
});
