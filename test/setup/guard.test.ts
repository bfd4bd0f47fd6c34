import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../config/is-alive.js';
import { startServer } from '../../scripts/stack/server-process';

const GUARD = path.join(__dirname, '..', '..', 'scripts', 'stack', 'guard.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-guard-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

/** A process that owns a server through the guard, as `npm run dev` does, and can be killed. */
function owner(server: string, throwAway: string): ChildProcess {
  const guarded = {
    command: process.execPath,
    args: ['-e', server],
    stopSignal: 'SIGINT',
    graceMs: 300,
    pidFile: path.join(folder, 'server.pid'),
    removeAfter: throwAway,
  };
  const script = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([GUARD, JSON.stringify(guarded)])},
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] }); setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
}

async function killedOwnerLeaves(
  server: string,
): Promise<{ serverPid: number; throwAway: string }> {
  const throwAway = mkdtempSync(path.join(folder, 'data-'));
  const process = owner(server, throwAway);
  const pidFile = path.join(folder, 'server.pid');
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
  const serverPid = Number(readFileSync(pidFile, 'utf8'));
  expect(isAlive(serverPid)).toBe(true);
  process.kill('SIGKILL');
  await once(process, 'exit');
  return { serverPid, throwAway };
}

describe('a guarded server', () => {
  it('stops when its owner is killed with SIGKILL, and its throw-away data goes', async () => {
    const { serverPid, throwAway } = await killedOwnerLeaves('setInterval(() => {}, 1000)');
    await until(() => !isAlive(serverPid) && !existsSync(throwAway));
  });

  it('is killed when it ignores the first signal', async () => {
    const { serverPid, throwAway } = await killedOwnerLeaves(
      'process.on("SIGINT", () => {}); setInterval(() => {}, 1000)',
    );
    await until(() => !isAlive(serverPid) && !existsSync(throwAway));
  });

  it('is reported with the end of its log when it ends while starting', async () => {
    const start = startServer(
      {
        name: 'The server',
        command: process.execPath,
        args: ['-e', 'console.error("the disk is full"); process.exit(3)'],
        cwd: folder,
        logFile: path.join(folder, 'server.log'),
        stopSignal: 'SIGTERM',
        graceMs: 1000,
      },
      async () => false,
    );
    await expect(start).rejects.toThrow(
      /The server ended while starting.*the disk is full.*exit code 3/s,
    );
  });
});
