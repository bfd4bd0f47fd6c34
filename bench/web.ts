import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { createLedger } from '../ledger/ledger';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { startWorker } from '../worker/worker';
import type { WorkerConfig } from '../worker/worker-config';
import { fund, newId } from './accounts';
import { giveNamespaceBack } from './namespace';
import { machine } from './report';
import { percentile } from './rounds';
import { onServers } from './servers';

const SECONDS = 60;
const REQUESTS_PER_SECOND = 50;
const ACCOUNTS = 50;
const STREAMS_PER_ACCOUNT = 4;
const JOB_MS = 300;
const SECRET = 'a secret of the benchmark, of more than 32 bytes';
const ISSUER = 'https://bench.example';

/** The requests, by turns: mostly reads, and a generation in ten. */
const TURNS = [
  'balance',
  'balance',
  'generate',
  'history',
  'balance',
  'quote',
  'balance',
  'history',
  'balance',
  'list',
];

export interface WebReport {
  benchmark: 'web';
  streams: { open: number; dropped: number; events: number };
  requests: { asked: number; failed: number; readMs: Spread; generateMs: Spread };
  /** The web process's memory in MB: after ten seconds, half-way, at the end. */
  memoryMb: number[];
}

interface Spread {
  p50: number;
  p99: number;
}

/**
 * Measures a web process with open streams and steady requests, beside a worker that runs the
 * generations.
 */
export async function benchWeb(log: (line: string) => void): Promise<WebReport> {
  return onServers(newId('holdfast-bench'), log, (config) => measureBesideWorker(config, log));
}

async function measureBesideWorker(
  config: WorkerConfig,
  log: (line: string) => void,
): Promise<WebReport> {
  const { outputDir, databaseUrl } = config;
  const worker = await startWorker(config, {
    generationProvider: createStubGenerationProvider({ outputDir, jobMs: JOB_MS }),
  });
  const ledger = createLedger({ databaseUrl: databaseUrl ?? '' });
  const web = await startWebProcess(config);
  try {
    const accounts = Array.from({ length: ACCOUNTS }, () => newId('bench-web'));
    for (const account of accounts) await fund(ledger, account, 1_000_000);
    return await measure(web, await Promise.all(accounts.map(tokenOf)), log);
  } finally {
    web.process.kill('SIGTERM');
    await Promise.allSettled([once(web.process, 'exit'), worker.stop()]);
    await Promise.allSettled([giveNamespaceBack(config), ledger.close()]);
  }
}

async function startWebProcess(
  config: WorkerConfig,
): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(__dirname, '..', 'web', 'main.js')], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: config.databaseUrl,
      TEMPORAL_ADDRESS: config.temporal.connectionOptions.address,
      TEMPORAL_NAMESPACE: config.temporal.namespace,
      HOLDFAST_TASK_QUEUE: config.taskQueue,
      HOLDFAST_WEB_PORT: '0',
      HOLDFAST_JWT_ISSUER: ISSUER,
      HOLDFAST_JWT_SECRET: SECRET,
      HOLDFAST_LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const { url } = line.startsWith('{') ? JSON.parse(line) : { url: undefined };
    // The rest of the log is read and dropped, because a full pipe would stop the process.
    if (url) {
      child.stderr.resume();
      return { process: child, url };
    }
  }
  throw new Error('The web process ended before it served.');
}

/** What the benchmark asks for. */
const SCOPES = 'prices:read balance:read events:read generations:read generations:write';

function tokenOf(account: string): Promise<string> {
  const claims = { iss: ISSUER, aud: 'holdfast', sub: account, account_scope: SCOPES };
  return new SignJWT(claims)
    .setExpirationTime('10m')
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}

async function measure(
  web: { process: ChildProcess; url: string },
  tokens: string[],
  log: (line: string) => void,
): Promise<WebReport> {
  const streams = { open: 0, dropped: 0, events: 0 };
  const stopped = new AbortController();
  const follow = async (token: string) => {
    const response = await ask(web.url, token, 'events', { signal: stopped.signal });
    if (!response.ok || !response.body)
      throw new Error(`A stream was answered with ${response.status}.`);
    streams.open += 1;
    const decoder = new TextDecoder();
    (async () => {
      for await (const chunk of response.body ?? [])
        streams.events += decoder.decode(chunk).split('event:').length - 1;
      streams.dropped += 1;
    })().catch(() => {
      if (!stopped.signal.aborted) streams.dropped += 1;
    });
  };
  log(`Opening ${tokens.length * STREAMS_PER_ACCOUNT} streams …`);
  for (let each = 0; each < STREAMS_PER_ACCOUNT; each += 1) await Promise.all(tokens.map(follow));
  log(`Asking ${REQUESTS_PER_SECOND} times a second for ${SECONDS} s …`);
  const { memoryMb, ...requests } = await askSteadily(web, tokens);
  stopped.abort();
  return { benchmark: 'web', streams, requests, memoryMb };
}

async function askSteadily(
  { process: { pid }, url }: { process: ChildProcess; url: string },
  tokens: string[],
) {
  const readMs: number[] = [];
  const generateMs: number[] = [];
  const memoryMb: number[] = [];
  const asked: Promise<boolean>[] = [];
  const beganMs = performance.now();
  for (let turn = 0; turn < SECONDS * REQUESTS_PER_SECOND; turn += 1) {
    await pause(Math.max(0, beganMs + (turn * 1_000) / REQUESTS_PER_SECOND - performance.now()));
    const what = TURNS[turn % TURNS.length] as string;
    // The step is prime to the number of turns, so that every account makes every kind of request.
    const token = tokens[(turn * 7 + Math.floor(turn / TURNS.length)) % tokens.length] as string;
    const askedMs = performance.now();
    asked.push(
      askFor(url, token, what).then((isDone) => {
        (what === 'generate' ? generateMs : readMs).push(performance.now() - askedMs);
        return isDone;
      }),
    );
    const second = turn / REQUESTS_PER_SECOND;
    if (second === 10 || second === SECONDS / 2) memoryMb.push(memoryOf(pid));
  }
  const answers = await Promise.all(asked);
  memoryMb.push(memoryOf(pid));
  const spread = (ms: number[]) => ({ p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) });
  const failed = answers.filter((isDone) => !isDone).length;
  return {
    asked: answers.length,
    failed,
    readMs: spread(readMs),
    generateMs: spread(generateMs),
    memoryMb,
  };
}

async function askFor(url: string, token: string, what: string): Promise<boolean> {
  const paths: Record<string, string> = { quote: 'quotes?kind=text-to-image', list: 'generations' };
  const generation = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': newId('request') },
    body: JSON.stringify({ kind: 'text-to-image' }),
  };
  try {
    const response =
      what === 'generate'
        ? await ask(url, token, 'generations', generation)
        : await ask(url, token, paths[what] ?? what, {});
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function ask(url: string, token: string, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  return fetch(`${url}/v1/accounts/me/${path}`, { ...init, headers });
}

/** The resident memory in MB, as the system counts it. */
function memoryOf(pid: number | undefined): number {
  return Math.round(
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024,
  );
}

export function webTableOf({ streams, requests, memoryMb }: WebReport): string {
  const { cores, node } = machine();
  const ms = ({ p50, p99 }: Spread) => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;
  return [
    '## web',
    '',
    `${SECONDS} s at ${REQUESTS_PER_SECOND} requests/s, beside a worker; ${cores} cores, Node ${node}.`,
    '',
    '| what | |',
    '| --- | --- |',
    `| streams open, dropped | ${streams.open}, ${streams.dropped} |`,
    `| events that they brought | ${streams.events} |`,
    `| requests, failed | ${requests.asked}, ${requests.failed} |`,
    `| a read, p50 / p99 | ${ms(requests.readMs)} |`,
    `| a generation admitted, p50 / p99 | ${ms(requests.generateMs)} |`,
    `| memory after 10 s, ${SECONDS / 2} s and at the end | ${memoryMb.join(', ')} MB |`,
  ].join('\n');
}
