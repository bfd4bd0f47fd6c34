import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { linksOf, ROOT, read } from './markdown';

const PAGE = read('docs/rules.md');

/** Every row of every table of rules: its rule, and what holds it. */
function rules(): { rule: string; heldBy: string }[] {
  return PAGE.split('| rule | held by |\n| --- | --- |\n')
    .slice(1)
    .flatMap((table) => (table.split('\n\n')[0] ?? '').split('\n'))
    .map((row) => {
      const [, rule = '', heldBy = ''] = /^\| (.*) \| (.*) \|$/.exec(row) ?? [];
      return { rule, heldBy };
    });
}

test('the page has rules about everything that a product is sold', () => {
  const headings = [...PAGE.matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(
    expect.arrayContaining([
      ...['Words', 'Pricing', 'Reservations', 'Burn order', 'Waiting', 'Limits and stops'],
      ...['Subscriptions', 'Renewal', 'Plan change', 'Ends', 'Purchases', 'Top-ups', 'Notices'],
    ]),
  );
  expect(rules().length).toBeGreaterThan(80);
});

test.each(rules())('a test that exists holds: $rule', ({ rule, heldBy }) => {
  expect(rule).toMatch(/[.)]$/);
  const tests = linksOf(heldBy).map(({ path }) => join('docs', path));
  expect(tests.length).toBeGreaterThan(0);
  expect(tests.filter((file) => !/^test\/.*\.test\.ts$/.test(file))).toEqual([]);
  expect(tests.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
