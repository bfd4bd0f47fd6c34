import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..', '..');
const SQL = path.join(ROOT, 'ledger', 'sql');

const { problemsOf }: { problemsOf(folder: string): string[] } =
  require('../../../scripts/sql-style');

const WIDE = `-- ${'x'.repeat(98)}\n`;
const functionOf = (lines: number, name = 'holdfast.long', open = '$$', close = 'END $$;') =>
  `CREATE OR REPLACE FUNCTION ${name}() RETURNS void\nLANGUAGE plpgsql AS ${open}\nBEGIN\n` +
  `${'  PERFORM 1;\n'.repeat(lines - 4)}${close}\n`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-sql-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function problemsWith(text: string, file = 'functions/planted.sql'): string[] {
  const planted = path.join(folder, file);
  mkdirSync(path.dirname(planted), { recursive: true });
  writeFileSync(planted, text);
  return problemsOf(folder);
}

test("the ledger's SQL keeps the style, and each planted departure from it is found", () => {
  expect(problemsOf(SQL)).toEqual([]);
  cpSync(SQL, folder, { recursive: true });
  expect(problemsWith(WIDE)).toHaveLength(1);
});

const REFUSED: [string, string, string][] = [
  ['a line of more than 100 columns', WIDE, '1: 101 columns; 100 at most.'],
  [
    'an INSERT without a list of columns',
    'SELECT 1;\nINSERT INTO holdfast.terms\nVALUES (1);\n',
    '2: INSERT INTO holdfast.terms names no columns.',
  ],
  [
    'an INSERT of a query without a list of columns',
    'insert into holdfast.terms SELECT 1;\n',
    '1: INSERT INTO holdfast.terms names no columns.',
  ],
  ['a file of more than 300 lines', 'SELECT 1;\n'.repeat(301), '301: 301 lines; 300 at most.'],
  [
    'a function of more than 60 lines',
    `${functionOf(60)}\n${functionOf(61)}`,
    '62: function long has 61 lines; 60 at most.',
  ],
  [
    'a long function whose body has a named quote',
    functionOf(61, 'holdfast.long', '$body$', 'END $body$;'),
    '1: function long has 61 lines; 60 at most.',
  ],
  [
    'a function that may be longer, and is longer than that',
    functionOf(91, 'holdfast.reserve_credits'),
    '1: function reserve_credits has 91 lines; 90 at most.',
  ],
];

test.each(REFUSED)('%s is refused, by its line', (_, text, problem) => {
  expect(problemsWith(text)).toEqual([`functions/planted.sql:${problem}`]);
});

test('a numbered folder or file is refused, but for migrations', () => {
  expect(problemsWith('SELECT 1;\n', 'migrations/0010_next.sql')).toEqual([]);
  const problem = '1: its path is numbered; only migrations are.';
  expect(problemsWith('SELECT 1;\n', 'functions/1_books/clock.sql')).toEqual([
    `functions/1_books/clock.sql:${problem}`,
  ]);
});

test('migrations from before the style stay as they were applied; later ones keep it', () => {
  expect(problemsWith(WIDE, 'migrations/0009_interventions.sql')).toEqual([]);
  expect(problemsWith(WIDE, 'migrations/0010_next.sql')).toEqual([
    'migrations/0010_next.sql:1: 101 columns; 100 at most.',
  ]);
});

const ACCEPTED: [string, string][] = [
  ['a line of 100 columns, counted in characters', `-- ${'é'.repeat(97)}\n`],
  ['a list of columns on the next line', 'INSERT INTO holdfast.terms\n  (a)\nVALUES (1);\n'],
  ['an alias before the list', 'INSERT INTO holdfast.terms AS t (a) VALUES (1);\n'],
  ['an INSERT in a comment', '-- INSERT INTO holdfast.terms VALUES (1)\n'],
  ['an INSERT in a text', "SELECT 'INSERT INTO holdfast.terms VALUES (1)';\n"],
  ['300 lines', 'SELECT 1;\n'.repeat(300)],
  ['a function of 60 lines', functionOf(60)],
];

test.each(ACCEPTED)('%s is accepted', (_, text) => {
  expect(problemsWith(text)).toEqual([]);
});
