import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoIn, environment } from './demo-shown';
import { blocksOf, ROOT, read } from './markdown';

const README = read('README.md');
const DEMO = read('docs/tutorial/demo.md');

const elsewhere = mkdtempSync(join(tmpdir(), 'holdfast-readme-'));
afterAll(() => rmSync(elsewhere, { recursive: true }));

test.each([
  ['README.md', 2],
  ['docs/tutorial/command-line.md', 12],
])('the quotes of %s are what the command prints', (page, count) => {
  const quotes =
    blocksOf(read(page), 'console').find((block) => block.startsWith('$ npx holdfast quote')) ?? '';
  const lines = quotes.split('\n');
  expect(lines).toHaveLength(count);
  for (let index = 0; index < lines.length; index += 2) {
    const words = (lines[index] ?? '').replace('$ npx holdfast ', '').split(' ');
    const { stdout } = spawnSync(process.execPath, [join(ROOT, 'bin', 'holdfast.js'), ...words], {
      cwd: elsewhere,
      env: environment(),
      encoding: 'utf8',
    });
    expect(stdout.trimEnd()).toBe(lines[index + 1]);
  }
});

test('what the README shows of the demo is a part of that page', () => {
  const part = demoIn(README);
  expect(part.split('\n').length).toBeGreaterThan(10);
  expect(demoIn(DEMO)).toContain(part);
});

test('the README names the two commands', () => {
  const [commands = ''] = blocksOf(README, 'sh');
  expect(commands.split('\n').map((line) => line.replace(/ +#.*/, ''))).toEqual([
    'npm test',
    'npm run demo',
  ]);
});

test('the README has 150 to 200 lines', () => {
  const lines = README.trimEnd().split('\n').length;
  expect([lines >= 150, lines <= 200]).toEqual([true, true]);
});

/** As the page has it, for who installs the packages. */
function asInstalled(source: string): string {
  return source
    .replace("'../../client/client'", "'@holdfast/client'")
    .replace("'../../ledger/ledger'", "'@holdfast/client/ledger'")
    .replaceAll(/'\.\.\/\.\.\/(\w+)\/\1'/g, "'holdfast/$1'");
}

test('the examples in TypeScript are the ones that are compiled', () => {
  const compiled = ['product-service', 'billing-service', 'own-provider'].map((name) =>
    asInstalled(read(join('docs', 'examples', `${name}.ts`)).trimEnd()),
  );
  expect(blocksOf(read('docs/tutorial/product-service.md'), 'ts')).toEqual(compiled);
});

test('the first lines of code are a part of the program that they lead to', () => {
  const program = read(join('docs', 'examples', 'first-generation.ts')).replaceAll(/^ {2}/gm, '');
  const [shown = 'none'] = blocksOf(README, 'ts');
  expect(program).toContain(shown);
});
