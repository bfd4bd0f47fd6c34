import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, read } from './markdown';

const FOLDER = join(ROOT, 'ledger', 'sql', 'functions', 'audit');

/** Temporal has to be asked for it. */
const OF_TEMPORAL = 'no-open-reservation-of-an-ended-workflow';

function invariants(): string[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const sql = files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => readFileSync(join(FOLDER, file), 'utf8'))
    .join('\n');
  const named = /(?:SELECT|THEN|ELSE|:=|'invariant',) '([a-z]+(?:-[a-z]+)+)'/g;
  const words = [...sql.matchAll(named)].map(([, name = '']) => name);
  // A word that a row may have isn't one: each invariant is selected with its account, or found on
  // the way.
  return [...new Set(words)].filter((name) =>
    new RegExp(
      `SELECT '${name}',|v_problem := '${name}'|'invariant', '${name}'|THEN '${name}' ELSE|ELSE '${name}' END`,
    ).test(sql),
  );
}

test('the page says of each invariant what holds, and what to do if it doesn’t', () => {
  const table =
    read('docs/how-to/audit.md').split('| invariant | what holds | if it doesn')[1] ?? '';
  const rows = (table.split('\n\n')[0] ?? '').split('\n').slice(2);
  const told = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name),
  );
  expect(told.sort()).toEqual([...invariants(), OF_TEMPORAL].sort());
});
