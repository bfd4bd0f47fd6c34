import { ACCESS, LEDGER_ROLES, VIEW_ACCESS } from '../../ledger/access';
import { read, tableOf } from './markdown';

const PAGE = read('docs/explanation/security.md');

test('the page has a row for every function and view, with the roles of ledger/functions', () => {
  const rows = tableOf(PAGE, '| function or view | web | worker | operator | reader |');
  const declared = Object.entries<readonly string[]>({ ...ACCESS, ...VIEW_ACCESS });
  expect(rows).toEqual(
    declared.map(([name, roles]) => [
      `\`${name}\``,
      ...LEDGER_ROLES.map((role) => (roles.includes(role) ? 'yes' : '—')),
    ]),
  );
});

test('the page says of every part what it can do when it is taken over', () => {
  const parts = tableOf(PAGE, '| part | what it can do then | what is seen of it |');
  for (const part of ['browser', 'product service', 'web', 'worker', 'Temporal', 'Postgres']) {
    expect(parts.filter(([name]) => name?.includes(part)).length).toBeGreaterThan(0);
  }
  for (const cells of parts) expect(cells.filter(Boolean)).toHaveLength(3);
});
