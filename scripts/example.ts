import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DEV_FOLDER } from './dev-state';
import { freePort } from './stack/server-process';

const PREFERRED_PORT = 3000;
const FOLDER = path.join(DEV_FOLDER, 'studio');
const RUN = path.resolve('scripts', 'before-install', 'run.js');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Installs the studio with the packed client, as a customer would. */
function install(): void {
  say('Packing Holdfast, and installing it into examples/studio …');
  const pack = [path.resolve('scripts', 'packages', 'pack.js')];
  const packed = execFileSync(process.execPath, pack, { encoding: 'utf8' });
  const [, client = ''] = packed.trim().split('\n');
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  cpSync(path.resolve('examples', 'studio'), FOLDER, { recursive: true });
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', client, ...quietly], { cwd: FOLDER, stdio: 'inherit' });
}

/** Shows what the process prints. Resolves at the line, and rejects if it ends before. */
function untilPrinted(child: ChildProcess, line: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('It has ended, see above.')));
    if (!child.stdout) return reject(new Error('Its output is not read.'));
    createInterface({ input: child.stdout }).on('line', (printed) => {
      say(printed);
      if (line.test(printed)) resolve();
    });
  });
}

function start(args: string[], cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  return spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio });
}

/** The addresses and the secret of the stack that runs. */
function settingsOfStack(): NodeJS.ProcessEnv {
  const dev = JSON.parse(readFileSync(path.join(DEV_FOLDER, 'dev.json'), 'utf8'));
  return {
    DATABASE_URL: dev.databaseUrl,
    TEMPORAL_ADDRESS: dev.temporalAddress,
    TEMPORAL_NAMESPACE: dev.temporalNamespace,
    HOLDFAST_TASK_QUEUE: dev.taskQueue,
    HOLDFAST_URL: dev.web.url,
    HOLDFAST_JWT_ISSUER: dev.web.auth.issuer,
    HOLDFAST_JWT_AUDIENCE: dev.web.auth.audience,
    HOLDFAST_JWT_SECRET: dev.web.auth.secret,
  };
}

/** Runs the stack of `npm run dev`, and the studio beside it, until Ctrl-C. */
async function main(): Promise<void> {
  install();
  const port = String(await freePort(PREFERRED_PORT));
  const origin = `http://127.0.0.1:${port}`;
  const stack = start([RUN, 'dev'], process.cwd(), { HOLDFAST_WEB_CORS_ORIGINS: origin });
  const children = [stack];
  // Ctrl-C reaches the children too; SIGTERM reaches this process alone.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      for (const child of children) child.kill('SIGTERM');
    });
  await untilPrinted(stack, /Ctrl-C stops everything/);
  const studio = start(['server.mjs'], FOLDER, { ...settingsOfStack(), STUDIO_PORT: port });
  children.push(studio);
  await untilPrinted(studio, /^Studio: /);
  await Promise.race(children.map((child) => once(child, 'exit')));
  for (const child of children) child.kill('SIGTERM');
  if (stack.exitCode === null && stack.signalCode === null) await once(stack, 'exit');
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
