import { execFileSync } from 'node:child_process';
import { ROOT, read } from './markdown';

const PAGE = read('docs/how-to/change.md');

/** The files of production that the section's table links to. */
function filesOf(section: string): string[] {
  const [, text = ''] = PAGE.split(`\n## ${section}\n`);
  const table = text.split('\n## ')[0] ?? '';
  const links = [...table.matchAll(/\]\(\.\.\/\.\.\/([^)#]+)\)/g)].map(([, file = '']) => file);
  return links.filter((file) => !file.startsWith('test/') && !file.endsWith('.md'));
}

/** The sources that say a member of that name, outside of comments and of the demo's examples. */
function filesThatSay(name: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '--', '*.ts', '*.sql', '*.json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const sources = listed
    .split('\n')
    .filter((file) => /\//.test(file) && !/^(test|scripts|docs|bench|packages)\//.test(file))
    .filter((file) => !file.startsWith('ledger/sql/migrations/'))
    // English stands in until somebody translates it.
    .filter((file) => !file.startsWith('web/element/words/languages/'));
  return sources.filter((file) => name.test(read(file).replaceAll(/^\s*(\*|\/\*|--).*$/gm, '')));
}

test('a dimension of a price is written in the files of its recipe, in a kind of the catalog, and in no other', () => {
  const known = filesThatSay(/['.]audio\b|\baudio:|WithAudio\b/);
  const recipe = [...filesOf('Add a price dimension'), 'catalog/default.json'];
  expect(known.sort()).toEqual([...new Set(recipe)].sort());
  expect(known).toHaveLength(6);
});
