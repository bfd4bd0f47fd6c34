import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { HoldfastClient } from '../client/client';
import { dataConverterOf } from '../codec/data-converter';
import { isAlive } from '../config/is-alive.js';
import { HoldfastError } from '../contract/errors';
import { createLedger } from '../ledger/ledger';
import { createLogger, loadWebConfig, type RunningWeb, startWeb, type WebConfig } from '../web/web';
import { installLogging } from '../worker/logging';
import { startWorker } from '../worker/worker';
import { loadWorkerConfig, type WorkerConfig } from '../worker/worker-config';
import { DEMO_ACCOUNT, fillDemoAccount } from './dev/demo-account';
import { loginLink } from './dev/login-link';
import { claimCheckout, DEV_FOLDER, releaseCheckout, writeDevState } from './dev-state';
import { parentOf } from './stack/processes';
import { freePort } from './stack/server-process';
import { type Stack, startStack } from './stack/stack';

const PREFERRED_PORTS = { postgres: 54_320, temporal: 7233, ui: 8233 };
const PREFERRED_HEALTH_PORT = 8234;
const PREFERRED_WEB_PORT = 8080;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What the stubs write tells of inputs. */
function privateFolder(name: string): string {
  const folder = path.join(DEV_FOLDER, name);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  return folder;
}

/** The environment's own settings, completed by those of the stack that was just started. */
async function environmentOf(stack: Stack): Promise<NodeJS.ProcessEnv> {
  return {
    HOLDFAST_HEALTH_PORT: String(await freePort(PREFERRED_HEALTH_PORT)),
    HOLDFAST_WEB_PORT: String(await freePort(PREFERRED_WEB_PORT)),
    HOLDFAST_JWT_ISSUER: 'holdfast-dev',
    ...(process.env.HOLDFAST_JWKS_URL || process.env.HOLDFAST_JWT_SECRET_FILE
      ? {}
      : { HOLDFAST_JWT_SECRET: randomBytes(32).toString('hex') }),
    HOLDFAST_OUTPUT_DIR: privateFolder('output'),
    HOLDFAST_LOG_LEVEL: 'warn',
    HOLDFAST_GENERATION: 'stub',
    // A progress bar wants them often, and here they cost nothing.
    HOLDFAST_HEARTBEAT_MS: '500',
    HOLDFAST_PAYMENTS: 'stub',
    HOLDFAST_GRANT_CREDITS_MAX: '10000',
    HOLDFAST_GRANT_CREDITS_PER_DAY: '1000000',
    ...process.env,
    DATABASE_URL: stack.databaseUrl,
    DATABASE_URL_FILE: undefined,
    HOLDFAST_MIGRATION_DATABASE_URL: stack.migrationUrl,
    HOLDFAST_MIGRATION_DATABASE_URL_FILE: undefined,
    TEMPORAL_ADDRESS: stack.temporal.address,
    TEMPORAL_NAMESPACE: stack.temporal.namespace,
  };
}

function announce(
  stack: Stack,
  healthPort: number | undefined,
  webUrl: string,
  creditsPage: string,
): void {
  say('');
  say('Holdfast is running.');
  say(`  Postgres     ${stack.databaseUrl}`);
  say(`  Temporal     ${stack.temporal.address}, namespace ${stack.temporal.namespace}`);
  if (stack.uiUrl) say(`  Web UI       ${stack.uiUrl}`);
  say(`  HTTP API     ${webUrl}, described at ${webUrl}/openapi.json`);
  say(`  Credits page ${creditsPage}`);
  if (healthPort) say(`  Health       http://127.0.0.1:${healthPort}/healthz`);
  say('');
  say('In another terminal, in this folder:  npx holdfast --help');
  say('The data outlives a restart; it is in .holdfast/. Ctrl-C stops everything.');
}

/**
 * Resolves at the first Ctrl-C or SIGTERM. A second one changes nothing, because the stop is under
 * way.
 */
function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve());
    watchNpm(resolve);
  });
}

/**
 * Calls `onEnd` when npm, or the shell that npm starts, has ended. They don't pass on a SIGKILL and
 * not every SIGTERM, so that the stack would go on running without a terminal.
 */
function watchNpm(onEnd: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    onEnd();
  }, 500);
  timer.unref();
}

async function withClient(
  config: WorkerConfig,
  use: (client: HoldfastClient) => Promise<void>,
): Promise<void> {
  const { temporal, databaseUrl, taskQueue, searchedBy, codecKeys } = config;
  const connection = await Connection.connect(temporal.connectionOptions);
  const ledger = createLedger({ databaseUrl: databaseUrl ?? '', maxConnections: 1 });
  try {
    const dataConverter = dataConverterOf(codecKeys, undefined);
    const client = new Client({ connection, namespace: temporal.namespace, dataConverter });
    await use(new HoldfastClient({ temporal: client, ledger, taskQueue, searchedBy }));
  } finally {
    await Promise.allSettled([connection.close(), ledger.close()]);
  }
}

/**
 * Schedules reconciliation, as `holdfast setup` does in production, so that a development stack
 * settles lost workflows.
 */
function scheduleReconciliation(config: WorkerConfig): Promise<void> {
  const { reconcileIntervalSeconds: everySeconds, reconcileIdleSeconds: idleSeconds } = config;
  return withClient(config, async ({ reconciliation }) => {
    await reconciliation.schedule({ everySeconds, idleSeconds });
  });
}

/** Fills the demo account while the stack runs. A failure is printed and stops nothing. */
async function fillAccount(config: WorkerConfig, isStopping: () => boolean): Promise<void> {
  try {
    await withClient(config, fillDemoAccount);
    say(
      `Account ${DEMO_ACCOUNT} has a subscription, a pack, a promotion and some generations to look at.`,
    );
  } catch (error) {
    if (isStopping()) return;
    say(
      `Account ${DEMO_ACCOUNT} couldn't be filled: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function serveWeb(config: WebConfig): Promise<RunningWeb> {
  return startWeb(config, createLogger(config.logLevel, pino.destination({ fd: 2, sync: true })));
}

async function runUntilStopped(stack: Stack, requested: Promise<void>): Promise<void> {
  const environment = await environmentOf(stack);
  const config = loadWorkerConfig(environment);
  const webConfig = loadWebConfig(environment);
  installLogging(config.logLevel, config.codecKeys !== undefined);
  const worker = await startWorker(config);
  await scheduleReconciliation(config);
  const web = await serveWeb(webConfig);
  writeDevState({
    databaseUrl: stack.databaseUrl,
    migrationUrl: stack.migrationUrl,
    temporalAddress: stack.temporal.address,
    temporalNamespace: stack.temporal.namespace,
    taskQueue: config.taskQueue,
    uiUrl: stack.uiUrl,
    web: { url: web.url, auth: webConfig.auth },
    pid: process.pid,
  });
  const link = await loginLink(web.url, webConfig.auth, DEMO_ACCOUNT);
  const noLink = `${web.url}/credits, with a token of the issuer whose keys are at HOLDFAST_JWKS_URL: no link can be made here`;
  announce(stack, config.healthPort, web.url, link ?? noLink);
  let isStopping = false;
  // A ledger that the environment names has accounts of its own, so only this checkout's ledger
  // gets the demo account.
  if (!process.env.DATABASE_URL) void fillAccount(config, () => isStopping);
  await Promise.race([requested, worker.finished]);
  isStopping = true;
  say('Stopping …');
  await web.stop();
  await worker.stop();
  await worker.finished;
}

async function main(): Promise<void> {
  const { takenBy } = claimCheckout();
  if (takenBy !== undefined) {
    throw new Error(
      `npm run dev is already running in this checkout (process ${takenBy}). Stop that one first.`,
    );
  }
  const requested = stopRequested();
  try {
    say('Starting Postgres and Temporal …');
    const starting = startStack({
      persistentDir: DEV_FOLDER,
      ui: true,
      log: say,
      ports: PREFERRED_PORTS,
    });
    const stack = await Promise.race([starting, requested]);
    // Servers that are starting are stopped by their guards when this process ends.
    if (!stack) return;
    try {
      await runUntilStopped(stack, requested);
    } finally {
      await stack.stop();
    }
    say('Stopped.');
  } finally {
    releaseCheckout();
  }
}

/** The stores of this checkout belong together, and a developer may have deleted only one. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const areTorn =
    error instanceof HoldfastError &&
    ['LEDGER_MISMATCH', 'TEMPORAL_IDENTITY_MISMATCH'].includes(error.code) &&
    !process.env.DATABASE_URL &&
    !process.env.TEMPORAL_ADDRESS;
  if (!areTorn) return error.message;
  return `${error.message}\nThe database and the Temporal in .holdfast/ don't belong together: one of them was deleted. Delete the other one too (under root the database is in /var/tmp/holdfast-…), and begin anew.`;
}

main().then(
  // Connections that are still open must not keep the process running.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${inWords(error)}\n`);
    process.exit(1);
  },
);
