import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KNOWN_MIGRATIONS } from '../../../ledger/migration/known-migrations';
import { largeIndexes, readMigration } from '../../../ledger/migration/sql-files';

/** The last migration of v0.1.0. What comes later finds a ledger in use. */
const RELEASED = '0006_top_up_price.sql';
/** Migrations that no released version has may change tables of each other, which are empty. */
const EMPTY_TABLES = ['operator_acts'];

const tablesPartOf = (name: string) =>
  readMigration(name).tables.replaceAll(/--[^\n]*|'(?:[^']|'')*'|\$\$[\s\S]*?\$\$/g, '');

/** What holds operations up, or needs functions that come later: problems of one migration. */
function problemsIn(tables: string): string[] {
  const made = [...tables.matchAll(/CREATE TABLE holdfast\.(\w+)/g)].map(([, name]) => name);
  const isOwn = (table = '') => made.includes(table) || EMPTY_TABLES.includes(table);
  const statements = tables.split(';').map((statement) => statement.trim());
  return statements.filter((statement) => {
    if (/^(UPDATE|DELETE|DROP FUNCTION|DROP INDEX|DO)\b/.test(statement)) return true;
    const on = /^CREATE (?:UNIQUE )?(?:INDEX|TRIGGER)[\s\S]*? ON holdfast\.(\w+)/.exec(statement);
    if (on) return !isOwn(on[1]);
    const altered = /^ALTER TABLE holdfast\.(\w+)/.exec(statement);
    if (!altered || isOwn(altered[1])) return false;
    const added = [...statement.matchAll(/ADD (?:CONSTRAINT|COLUMN)[\s\S]*?(?=\bADD\b|$)/g)];
    return added.some(
      ([text]) =>
        (/^ADD CONSTRAINT/.test(text) && !/NOT VALID/.test(text)) ||
        (/^ADD COLUMN/.test(text) && /clock_timestamp|now\(\)|gen_random|GENERATED/.test(text)),
    );
  });
}

test('the list of known migrations is the folder’s', () => {
  const folder = join(__dirname, '../../../ledger/sql/migrations');
  expect(KNOWN_MIGRATIONS).toEqual(readdirSync(folder).sort());
});

test('no table that is in use is held up by a migration, or left with what its functions don’t know', () => {
  const later = KNOWN_MIGRATIONS.filter((name) => name > RELEASED);
  expect(later.length).toBeGreaterThan(10);
  expect(later.map((name) => ({ name, problems: problemsIn(tablesPartOf(name)) }))).toEqual(
    later.map((name) => ({ name, problems: [] })),
  );
});

test.each([
  'UPDATE holdfast.accounts SET term = 1',
  'CREATE INDEX a ON holdfast.entries (at)',
  'CREATE TRIGGER a BEFORE INSERT ON holdfast.entries FOR EACH ROW EXECUTE FUNCTION a()',
  'ALTER TABLE holdfast.entries ADD CONSTRAINT a CHECK (true)',
  'ALTER TABLE holdfast.entries ADD COLUMN a timestamptz DEFAULT clock_timestamp()',
  'DROP FUNCTION holdfast.balance(text)',
])('%s is found', (statement) => {
  expect(problemsIn(`${statement};`)).toHaveLength(1);
});

test('an index that is built beside the work is built for no table of the list twice', () => {
  const names = largeIndexes().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
