import { read } from './markdown';

const { withTable }: { withTable(page: string): string } =
  require('../../scripts/boundaries/write-table');
const { BOUNDARIES }: { BOUNDARIES: Record<string, object> } =
  require('../../scripts/boundaries/table');

const PAGE = read('ARCHITECTURE.md');

test('the table of what may import what is the one that scripts/boundaries/write-table.js writes', () => {
  expect(withTable(PAGE)).toBe(PAGE);
});

test('a page without the place of the table is refused', () => {
  expect(() => withTable('# Architecture\n')).toThrow('has no <!-- boundaries');
});

test('the table of what is where has every folder that has a boundary', () => {
  const [where = ''] = /## What is where\n.*?\n## /s.exec(PAGE) ?? [];
  const shown = [...where.matchAll(/^\| `([\w/-]+)\/` \|/gm)].map(([, folder]) => folder);
  expect(shown).toEqual([...Object.keys(BOUNDARIES), 'docs']);
});
