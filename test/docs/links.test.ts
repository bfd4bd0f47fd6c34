import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf, linksOf, markdownFiles, prose, ROOT, read } from './markdown';

const FILES = markdownFiles();

test('the documents are found', () => {
  expect(FILES).toEqual(
    expect.arrayContaining(['README.md', 'docs/README.md', 'test/baseline/README.md']),
  );
  expect(FILES.length).toBeGreaterThan(30);
});

describe('the links of', () => {
  test.each(FILES)('%s lead to files that exist and to headings that they have', (file) => {
    const broken = linksOf(read(file)).filter(({ path, anchor }) => {
      const target = path === '' ? file : join(dirname(file), decodeURIComponent(path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

test('a link to a file that is gone, and one to a heading that is gone, are found', () => {
  const text = '# One `two`, three\n\n[a](gone.md) [b](#gone) ![c](x.png#y)\n\n```\n[d](e)\n```\n';
  expect(linksOf(text)).toEqual([
    { path: 'gone.md', anchor: undefined },
    { path: '', anchor: 'gone' },
    { path: 'x.png', anchor: 'y' },
  ]);
  expect(anchorsOf(`${text}\n## One two three`)).toEqual(['one-two-three', 'one-two-three-1']);
});

test('the paths that documents name in code are there', () => {
  const FOLDERS =
    'activities|bench|bin|catalog|cli|client|config|contract|docs|domain|ledger|providers|scripts|test|web|worker|workflows';
  const named = FILES.filter((file) => file !== 'CHANGELOG.md').flatMap((file) =>
    [...read(file).matchAll(new RegExp(`\`((?:${FOLDERS})/[\\w./-]*)\``, 'g'))].map(
      ([, path = '']) => ({ file, path }),
    ),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every page of docs can be reached from docs/README.md', () => {
  const reached = new Set<string>();
  const follow = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { path } of linksOf(read(file))) {
      const target = join(dirname(file), path);
      if (path.endsWith('.md') && existsSync(join(ROOT, target))) follow(target);
    }
  };
  follow('docs/README.md');
  expect(FILES.filter((file) => file.startsWith('docs/') && !reached.has(file))).toEqual([]);
});

test('docs/README.md lists all decisions, in their order', () => {
  const listed = linksOf(read('docs/README.md')).flatMap(({ path }) =>
    path.startsWith('decisions/') ? [`docs/${path}`] : [],
  );
  expect(listed).toEqual(FILES.filter((file) => file.startsWith('docs/decisions/')).sort());
});

test('the pages have plain words', () => {
  const vague = /\b(whoever|somebody|nobody|whatever|whichever|anybody)\b/i;
  const found = FILES.flatMap((file) =>
    prose(read(file))
      .split('\n')
      .filter((line) => vague.test(line))
      .map((line) => `${file}: ${line}`),
  );
  expect(found).toEqual([]);
});
