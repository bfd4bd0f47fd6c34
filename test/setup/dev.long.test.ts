import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { HistoryEntry } from '../../contract/history';
import { loginLink } from '../../scripts/dev/login-link';
import { eventually } from '../support/eventually';
import { builtFile } from './built-file';

/** Four starts, each with servers of its own on the same files. */
const TIMEOUT_MS = 600_000;

const SOURCES = ['plan', 'pack', 'promotion'];

let folder: string;
let running: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-dev-'));
  // Postgres passes through as another user when this is root.
  chmodSync(folder, 0o711);
});
afterAll(async () => {
  if (running) await stop(running);
  rmSync(folder, { recursive: true, force: true });
});

/** In a folder of its own, which no other stack is to be found from. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_URL|TEMPORAL_|HOLDFAST_|npm_)/.test(name),
  );
  return Object.fromEntries(kept);
}

interface Dev {
  child: ChildProcess;
  /** As the stack printed it. */
  link: URL;
  /** How the filling of the account ended. */
  filled: string;
}

async function start(): Promise<Dev> {
  const child = spawn(process.execPath, [builtFile('scripts/dev.js')], {
    cwd: folder,
    env: environment(),
  });
  running = child;
  let said = '';
  const filled = await new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      said += chunk;
      const [line] = /^Account demo .*$/m.exec(said) ?? [];
      if (line !== undefined) resolve(line);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => {
      running = undefined;
      reject(new Error(`It ended: ${said}`));
    });
  });
  const [, link = ''] = /^ {2}Credits page (http:.*)$/m.exec(said) ?? [];
  return { child, link: new URL(link), filled };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  running = undefined;
}

/** A command in the checkout of the stack. */
async function holdfast(...args: string[]): Promise<void> {
  const command = [builtFile('cli/main.js'), ...args];
  await promisify(execFile)(process.execPath, command, { cwd: folder, env: environment() });
}

/** The files and folders that another user of the machine could read. */
function readableByOthers(within: string): string[] {
  return readdirSync(within)
    .map((name) => path.join(within, name))
    .filter((file) => {
      const { mode } = statSync(file);
      return (mode & 0o044) !== 0;
    });
}

/** With the token of the link. */
async function ask(
  link: URL,
  target: string,
  request: { method?: string; key?: string; body?: object } = {},
  // biome-ignore lint/suspicious/noExplicitAny: tests read any answer.
): Promise<{ status: number; body: any }> {
  const { method = 'GET', key, body } = request;
  const response = await fetch(new URL(`/v1/accounts/me${target}`, link), {
    method,
    headers: {
      authorization: `Bearer ${link.hash.replace('#token=', '')}`,
      ...(key && { 'idempotency-key': key, 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** As the page behind the link does it, and then opens the account's own. */
async function logIn(link: URL): Promise<string> {
  const page = await fetch(link);
  expect(page.status).toBe(200);
  const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
  expect(await (await fetch(new URL(script, link))).text()).toContain('/credits/session');
  const session = await fetch(new URL('/credits/session', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.hash.replace('#token=', '') }),
  });
  expect(session.status).toBe(204);
  const [cookie = ''] = session.headers.get('set-cookie')?.split(';') ?? [];
  return (await fetch(new URL('/credits', link), { headers: { cookie } })).text();
}

/** The sources of grants and the ids of begun generations; their ends come in their own time. */
async function begun(link: URL): Promise<(string | undefined)[]> {
  const entries: HistoryEntry[] = (await ask(link, '/history?limit=1000')).body.entries;
  return entries.flatMap(({ type, source, requestId }) => {
    if (type === 'grant') return [source];
    return type === 'reserve' ? [requestId] : [];
  });
}

test(
  'npm run dev prints a link to an account that is filled once, anew after its end, starts even if filling fails, and says what to do without its database',
  async () => {
    const first = await start();
    expect(first.filled).toBe(
      'Account demo has a subscription, a pack, a promotion and some generations to look at.',
    );
    const { body: balance } = await ask(first.link, '/balance');
    expect(balance).toMatchObject({ accountId: 'demo', granted: 300 });
    expect(balance.available).toBeGreaterThan(150);
    // Credits that come back from generations may change it meanwhile.
    await eventually(async () => {
      const { available } = (await ask(first.link, '/balance')).body;
      return (await logIn(first.link)).includes(`<span class="digits">${available}</span>`);
    });
    expect((await ask(first.link, '/settings')).body).toMatchObject({ lowBalance: [{}, {}] });
    const filled = await begun(first.link);
    expect(filled).toHaveLength(3 + 13);
    expect(readableByOthers(path.join(folder, '.holdfast'))).toEqual([]);
    // As an earlier version left it.
    chmodSync(path.join(folder, '.holdfast', 'temporal.db'), 0o644);
    await stop(first.child);

    const second = await start();
    expect(second.filled).toBe(first.filled);
    expect(await begun(second.link)).toEqual(filled);
    expect(readableByOthers(path.join(folder, '.holdfast'))).toEqual([]);

    const taken = { method: 'POST', key: 'poster-2', body: { kind: 'text-to-speech' } };
    // The link's token is for a page, which starts no generations.
    expect((await ask(second.link, '/generations', taken)).status).toBe(403);
    await holdfast('cancel', 'demo', '--now', '--yes');
    await holdfast('generate', 'demo', 'text-to-speech', '--request-id', 'poster-2');
    await stop(second.child);

    const third = await start();
    expect(third.filled).toMatch(/^Account demo couldn't be filled: .*poster-2/);
    expect((await ask(third.link, '/subscription')).body).toMatchObject({
      subscription: { status: 'active', subscriptionId: 'video-plan-2', term: 2 },
    });
    expect((await ask(third.link, '/balance')).body).toMatchObject({ granted: 575 });
    expect((await begun(third.link)).filter((what) => SOURCES.includes(what ?? ''))).toHaveLength(
      5,
    );
    await stop(third.child);

    rmSync(path.join(folder, '.holdfast', 'postgres'), { recursive: true });
    await expect(start()).rejects.toThrow(/belongs to ledger .*\nThe database and the Temporal in/);
  },
  TIMEOUT_MS,
);

test('no login link is made if another issuer’s keys check the tokens', async () => {
  const auth = {
    issuer: 'https://login.example',
    audience: 'holdfast',
    jwksUrl: 'https://login.example/jwks',
  };
  expect(await loginLink('http://127.0.0.1:8080', auth, 'demo')).toBeUndefined();
});
