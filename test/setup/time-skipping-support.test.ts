import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '../../config/is-alive.js';
import { eventually } from '../support/eventually';
import { testServers } from '../support/test-servers';
import { skipsTime } from '../support/time-skipping-setup';

const ROOT = path.join(__dirname, '..', '..');
const OWNED_SERVER = path.join(ROOT, 'test', 'support', 'owned-server.sh');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-skipping-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a test file in a jest of its own, whose global set-up has found no time-skipping server. */
async function runWithoutServer(
  file: string,
): Promise<{ all: number; skipped: number; names: string[] }> {
  const { globalSetup: _, globalTeardown: __, ...config } = require('../../jest.config');
  const jest = [
    require.resolve('jest/bin/jest'),
    '--json',
    '--rootDir',
    ROOT,
    '--config',
    JSON.stringify(config),
  ];
  const servers = JSON.stringify({
    ...testServers(),
    timeSkipping: { missing: 'there is no Java' },
  });
  const { stdout } = await promisify(execFile)(process.execPath, [...jest, file], {
    cwd: ROOT,
    env: { ...process.env, TEST_SERVERS: servers },
  });
  const { numTotalTests, numPendingTests, testResults } = JSON.parse(stdout);
  const names = testResults[0].assertionResults.map(
    ({ fullName }: { fullName: string }) => fullName,
  );
  return { all: numTotalTests, skipped: numPendingTests, names };
}

test('tests that skip time are counted as skipped, and say why, where there is no server for them', async () => {
  const { all, skipped, names } = await runWithoutServer('test/setup/time-skipping.test.ts');
  expect(names.length).toBeGreaterThan(0);
  expect(
    names.filter((name) => !name.includes('(skipped: no time-skipping server can be had here)')),
  ).toEqual([]);
  expect({ all, skipped }).toEqual({ all: names.length, skipped: names.length });
});

test('the server is looked for only when a test file of the run calls for it', () => {
  mkdirSync(path.join(folder, 'test', 'domain'), { recursive: true });
  const call = ['describeTimeSkipping', '("renewal", () => {});'].join('');
  writeFileSync(path.join(folder, 'test', 'renewal.test.ts'), call);
  writeFileSync(path.join(folder, 'test', 'domain', 'ids.test.ts'), 'test("ids", () => {});');
  const runOf = (pattern: RegExp) => ({
    rootDir: folder,
    testPathPatterns: { toExecutor: () => ({ isMatch: (file: string) => pattern.test(file) }) },
  });
  expect(skipsTime(runOf(/domain/))).toBe(false);
  expect(skipsTime(runOf(/./))).toBe(true);
});

describe('a server that the SDK starts', () => {
  /** A process that starts the server and says its number, as a jest worker does. */
  async function owner(): Promise<{ owner: ChildProcess; serverPid: number }> {
    const server = path.join(folder, 'server');
    writeFileSync(server, '#!/bin/sh\nexec sleep 600\n');
    chmodSync(server, 0o755);
    const script = `const server = require('node:child_process').spawn(${JSON.stringify(OWNED_SERVER)}, ['7000', ${JSON.stringify(server)}]);
      console.log(server.pid); process.stdin.on('data', () => server.kill('SIGKILL'));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [line] = await once(child.stdout, 'data');
    return { owner: child, serverPid: Number(line) };
  }

  it('goes with the process that started it, even if that is killed', async () => {
    const started = await owner();
    expect(isAlive(started.serverPid)).toBe(true);
    started.owner.kill('SIGKILL');
    await eventually(async () => !isAlive(started.serverPid));
  });

  it('is what the SDK stops, without a process in between', async () => {
    const started = await owner();
    started.owner.stdin?.write('stop');
    await eventually(async () => !isAlive(started.serverPid));
    started.owner.kill();
  });
});
