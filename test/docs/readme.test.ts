import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text.trimEnd(),
  );
}

/** No stack is to be found from here, neither by the environment nor by the checkout. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_URL|TEMPORAL_|HOLDFAST_|FORCE_COLOR)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** Order among the six that run at once, times and the account's name differ from run to run. */
function withoutAccidents(output: string): string[] {
  const journal = /^ +\d+ {2}(\d{4}-\d\d-\d\d \S+) {2}(\w+).* (request|grant) (.*)$/;
  return output
    .split('\n')
    .map((line) => line.replace(journal, '<entry> $2 $3 $4'))
    .map((line) =>
      line
        .replaceAll(/acme-\w+/g, 'acme')
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '<time>')
        .trimEnd(),
    )
    .sort();
}

describe("the README's", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'holdfast-readme-'));
  afterAll(() => rmSync(elsewhere, { recursive: true }));

  test('quotes are what the command prints', () => {
    const quotes =
      blocks('console').find((block) => block.startsWith('$ npx holdfast quote')) ?? '';
    const lines = quotes.split('\n');
    expect(lines).toHaveLength(12);
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

  test('demo is what the demo prints, and it leaves nothing running', () => {
    const [shown = ''] = blocks('console').filter((block) => block.startsWith('$ npm run demo'));
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(ROOT, 'scripts', 'before-install', 'run.js'), 'demo'],
      {
        cwd: ROOT,
        env: environment(),
        encoding: 'utf8',
      },
    );
    expect(status).toBe(0);
    const story = stdout.slice(stdout.indexOf('1. Account')).trimEnd();
    expect(withoutAccidents(story)).toEqual(
      withoutAccidents(shown.replace('$ npm run demo\n', '')),
    );
  });

  test('examples in TypeScript are the ones that are compiled', () => {
    const compiled = ['product-service', 'billing-service', 'own-provider'].map((name) =>
      readFileSync(join(ROOT, 'docs', 'examples', `${name}.ts`), 'utf8').trimEnd(),
    );
    const shown = blocks('ts').map((block) =>
      block.replace("'holdfast'", "'../../client'").replace(/'holdfast\/(\w+)'/g, "'../../$1'"),
    );
    expect(shown).toEqual(compiled);
  });

  test('links lead to files', () => {
    const links = [...README.matchAll(/(?:\]\(|src=")(?!https?:)([^)"#]+)[)"]/g)].map(
      ([, target = '']) => target,
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });
});
