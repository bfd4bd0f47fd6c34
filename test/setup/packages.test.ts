import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachedFrom } from '../../scripts/packages/files';
import { BUNDLED } from '../../scripts/packages/vendored';

const ROOT = join(__dirname, '..', '..');

interface Manifest {
  version: string;
  bin?: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}

function entriesOf({ exports, bin = {} }: Manifest): string[] {
  const entries = Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.default, entry.types],
  );
  return [...entries, ...Object.values(bin)].map((entry) => entry.replace(/^\.\//, ''));
}

function packagesReached(entries: string[]): string[] {
  const code = entries.filter((entry) => entry.startsWith('dist') && entry.endsWith('.js'));
  return [...reachedFrom(code.map((entry) => join(ROOT, entry))).packages].sort();
}

const server = manifest('.');
const client = manifest('packages/client');

test('the client names each package that its files import, and no other', () => {
  const named = { ...client.dependencies, ...client.peerDependencies };
  const reached = packagesReached(entriesOf(client)).filter((name) => !BUNDLED.includes(name));
  expect(Object.keys(named).sort()).toEqual(reached);
});

test('the client takes the versions that the tests run with', () => {
  expect(client.version).toBe(server.version);
  for (const [name, range] of Object.entries(client.dependencies))
    expect([name, range]).toEqual([name, server.dependencies[name]]);
});

test('the package of the server names each package that its processes import', () => {
  const processes = ['cli/main', 'worker/main', 'web/main', 'web/codec-server/main'];
  const files = [...entriesOf(server), ...processes.map((name) => `dist/${name}.js`)];
  const { dependencies, peerDependencies } = server;
  const named = { ...dependencies, ...peerDependencies };
  for (const name of packagesReached(files)) expect(named).toHaveProperty([name]);
});

test('the package of the server holds what it names, and neither tests nor settings', () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(expect.arrayContaining(entriesOf(server)));
  expect(paths).toEqual(expect.arrayContaining(['dist/workflow-bundle.js', 'dist/worker/main.js']));
  const strange =
    /(^|\/)\.(?!gitkeep)|\.test\.|^(test|bench|scripts|docs|node_modules)\/|^dist\/(bench|scripts|docs)\//;
  expect(paths.filter((path) => strange.test(path))).toEqual([]);
  const mapped = paths.filter((path) => path.endsWith('.d.ts.map'));
  const sources = mapped.map((path) => path.replace(/^dist\//, '').replace('.d.ts.map', '.ts'));
  expect(paths).toEqual(expect.arrayContaining(sources));
});
