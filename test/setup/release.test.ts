import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..', '..');
const TAKEN = [
  'CHANGELOG.md',
  'config/is-alive.js',
  'deploy/helm/Chart.yaml',
  'docs/how-to/upgrade.md',
  'package-lock.json',
  'package.json',
  'packages/client/package.json',
  'scripts/before-install',
  'scripts/release',
];
const NOTES = '## Unreleased\n\n- A new thing.\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-release-'));
  for (const name of TAKEN) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  git('init', '--quiet');
  git('config', 'user.name', 'Releaser');
  git('config', 'user.email', 'releaser@example.com');
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
}

function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Commits a checkout of this version with these notes, and releases it. */
function release(version: string, notes: string) {
  writeFileSync(join(folder, 'CHANGELOG.md'), notes);
  const own = `"version": "${JSON.parse(read('package.json')).version}"`;
  for (const file of ['package.json', 'packages/client/package.json', 'package-lock.json'])
    writeFileSync(join(folder, file), read(file).replaceAll(own, `"version": "${version}"`));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Before');
  const command = join(folder, 'scripts', 'release', 'release.js');
  return spawnSync(process.execPath, [command], { cwd: folder, encoding: 'utf8' });
}

test.each([
  ['0.1.0', NOTES, '0.1.1'],
  ['0.1.0', NOTES.replace('A new', '**Breaking:** a new'), '0.2.0'],
  ['1.4.2', NOTES, '1.5.0'],
])('a release after %s is versioned by its contracts, committed and tagged', (...given) => {
  const [version, notes, next] = given;
  writeFileSync(join(folder, 'docs/how-to/upgrade.md'), `\n## From ${version}\n`);
  expect(release(version, notes)).toMatchObject({ status: 0 });
  for (const file of ['package.json', 'packages/client/package.json'])
    expect(JSON.parse(read(file)).version).toBe(next);
  expect(parse(read('deploy/helm/Chart.yaml'))).toMatchObject({ version: next, appVersion: next });
  const lock = JSON.parse(read('package-lock.json'));
  expect([lock.version, lock.packages[''].version]).toEqual([next, next]);
  expect(read('CHANGELOG.md')).toMatch(
    new RegExp(`## Unreleased\\n\\n## ${next} \\(\\d{4}-\\d\\d-\\d\\d\\)\\n\\n- `),
  );
  expect([git('status', '--porcelain'), git('tag')]).toEqual(['', `v${next}`]);
});

test('a breaking change is not released without a page that says how to upgrade', () => {
  const { status, stderr } = release('1.4.2', NOTES.replace('A new', '**Breaking:** a new'));
  expect([status, stderr]).toEqual([1, expect.stringContaining('From 1.4.2')]);
  expect([JSON.parse(read('package.json')).version, git('tag')]).toEqual(['1.4.2', '']);
});

test('there is no release without notes', () => {
  expect(release('0.1.0', '## Unreleased\n\n## 0.1.0\n\n- Old.\n')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('nothing under “Unreleased”'),
  });
});

test('the image of a release has its version', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'docker'), `#!/bin/sh\necho "$@" >>${folder}/docker\n`, { mode: 0o755 });
  const build = `require(${JSON.stringify(join(ROOT, 'scripts/release/artefacts.js'))}).buildImage('1.2.3')`;
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  execFileSync(process.execPath, ['-e', build], { env });
  expect(read('docker')).toContain('build --build-arg VERSION=1.2.3 --tag holdfast:1.2.3 ');
});
