import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMPORT_COLUMNS } from '../../contract/import';
import { holdfastJson } from '../cli/command-line';
import { TestLedger } from '../ledger/ledger-support';
import { read } from './markdown';

const PAGE = read('docs/how-to/import.md');
const NOW = '2030-01-02T00:00:00.000Z';

let books: TestLedger;
let folder: string;
beforeAll(async () => {
  books = await TestLedger.open();
  await books.setClock(NOW);
  folder = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await books.close();
});

test('the page’s file is taken over, once', async () => {
  const [, csv = ''] = /```csv\n(.*?)```/s.exec(PAGE) ?? [];
  const file = join(folder, 'accounts.csv');
  writeFileSync(file, csv);
  const importing = () =>
    holdfastJson(
      { DATABASE_URL: books.urls.operatorUrl },
      ...['import', file, '--reason', 'From the old billing', '--by', 'sam'],
    );
  const made = { accounts: 1, grants: 3, subscriptions: 1, credits: 167 };
  expect(await importing()).toMatchObject({ code: 0, json: { lines: 5, made, refused: 0 } });
  expect(await importing()).toMatchObject({ code: 0, json: { known: 5, refused: 0 } });
  expect(await books.ledger.balance('acme')).toMatchObject({ available: 160 });
  await books.expectBalanced();
});

test('the page has every column', () => {
  for (const column of IMPORT_COLUMNS) expect(PAGE).toContain(`\`${column}\``);
});
