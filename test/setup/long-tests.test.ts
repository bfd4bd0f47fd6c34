import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..', '..');

/** The test files that jest would run with this configuration. */
function filesOf(config: string): string[] {
  const jest = [require.resolve('jest/bin/jest'), '--config', config, '--listTests', '--json'];
  const listed = execFileSync(process.execPath, jest, { cwd: ROOT, encoding: 'utf8' });
  return JSON.parse(listed).map((file: string) => path.relative(ROOT, file));
}

test('each test file is run by npm test, or by npm run test:long if its name says so', () => {
  const all = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name));
  const long = all.filter((name) => name.endsWith('.long.test.ts'));
  expect(long.length).toBeGreaterThan(0);
  expect(filesOf('jest.long.config.js').sort()).toEqual(long.sort());
  const ordinary = all.filter((name) => !long.includes(name));
  expect(filesOf('jest.config.js').sort()).toEqual(ordinary.sort());
});

test.each(['.ci/run', '.github/workflows/ci.yml', '.github/workflows/release.yml'])(
  '%s runs both',
  (file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    expect(text).toMatch(/npm test\b/);
    expect(text).toMatch(/npm run (--silent )?test:long\b/);
  },
);
