import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { ALL_SCOPES } from '../contract/scopes';
import { createLedger } from '../ledger/ledger';
import { signToken } from '../tokens/sign-token';
import { loadWebConfig, startWeb } from '../web/web';
import { installLogging } from '../worker/logging';
import { startWorker } from '../worker/worker';
import { loadWorkerConfig } from '../worker/worker-config';
import { type Stack, startStack } from './stack/stack';

/** Of PyPI. Another version may find something else, which is wanted, but not in every run. */
const SCHEMATHESIS = 'schemathesis==4.32.5';
const DEFAULT_SECONDS = 120;
const ACCOUNT = 'fuzzed';
const ISSUER = 'fuzz';

/** `skipped` is an exit code of its own: a machine without Python proves nothing. */
const EXIT = { clean: 0, findings: 1, skipped: 77 } as const;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The path of schemathesis: the one on PATH, or one that pip installs into a folder of its own. */
function findSchemathesis(): string | undefined {
  if (spawnSync('schemathesis', ['--version']).status === 0) return 'schemathesis';
  const folder = path.resolve('.holdfast', 'schemathesis');
  const command = path.join(folder, 'bin', 'schemathesis');
  if (existsSync(command)) return command;
  say(`Installing ${SCHEMATHESIS} …`);
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [path.join(folder, 'bin', 'pip'), ['install', '--quiet', SCHEMATHESIS]],
  ];
  const done = steps.every(
    ([program, args]) =>
      spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0,
  );
  return done && existsSync(command) ? command : undefined;
}

/** The environment of worker and web, with limits that don't end the run. */
function environmentOf(stack: Stack, outputDir: string, secret: string): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporal.address,
    TEMPORAL_NAMESPACE: stack.temporal.namespace,
    HOLDFAST_TASK_QUEUE: 'holdfast-fuzz',
    HOLDFAST_OUTPUT_DIR: outputDir,
    HOLDFAST_GENERATION: 'stub',
    HOLDFAST_PAYMENTS: 'stub',
    HOLDFAST_WEB_PORT: '0',
    HOLDFAST_WEB_OPERATOR_DATABASE_URL: stack.databaseUrl,
    HOLDFAST_GRANT_CREDITS_MAX: '1000000',
    HOLDFAST_GRANT_CREDITS_PER_DAY: '1000000000',
    HOLDFAST_WEB_SERVICE_REQUESTS_PER_MINUTE: '10000000',
    HOLDFAST_WEB_ADDRESS_REQUESTS_PER_MINUTE: '1000000',
    HOLDFAST_JWT_ISSUER: ISSUER,
    HOLDFAST_JWT_SECRET: secret,
  };
}

/** An account that can generate and buy, beside all those that are made up. */
async function openAccount(databaseUrl: string): Promise<void> {
  const ledger = createLedger({ databaseUrl });
  await ledger.subscriptions.subscribe(ACCOUNT, 's', {
    planId: 'lite-monthly',
    paymentReference: 'p',
  });
  await ledger.close();
}

/** What differs between the runs. */
interface Pass {
  config: string;
  excludedChecks: string[];
}

/** A request that the document allows is refused where credits, keys or the catalog say so. */
const STRANGERS: Pass = {
  config: 'schemathesis.toml',
  excludedChecks: ['positive_data_acceptance'],
};

/**
 * Requests that all get as far as the ledger. The account's id is not varied, though the tool
 * believes so; and a generation that was cancelled stays readable.
 */
function ownAccount(folder: string): Pass {
  const config = path.join(folder, 'account.toml');
  writeFileSync(config, `[parameters]\n"path.accountId" = "${ACCOUNT}"\n`);
  const excludedChecks = ['positive_data_acceptance', 'negative_data_rejection', 'use_after_free'];
  return { config, excludedChecks };
}

async function fuzz(
  command: string,
  url: string,
  token: string,
  seconds: number,
  { config, excludedChecks }: Pass,
): Promise<boolean> {
  const args = [
    ...['--config-file', config, 'run', `${url}/openapi.json`],
    // With two threads Python 3.11 loses count of its own recursion, and the tool fails.
    ...['--max-time', String(seconds), '--workers', '1', '--continue-on-failure'],
    ...['--header', `Authorization: Bearer ${token}`],
    // A stream has no end to wait for.
    ...['--exclude-path-regex', '/events$|^/health'],
    ...['--exclude-checks', excludedChecks.join(',')],
    ...['--suppress-health-check', 'all', '--no-color'],
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  return code === 0;
}

async function runOn(stack: Stack, command: string, seconds: number): Promise<boolean> {
  installLogging('fatal');
  const outputDir = mkdtempSync(path.join(tmpdir(), 'holdfast-fuzz-'));
  const secret = randomBytes(32).toString('hex');
  const environment = environmentOf(stack, outputDir, secret);
  const worker = await startWorker(loadWorkerConfig(environment));
  const webConfig = loadWebConfig(environment);
  const web = await startWeb(webConfig, pino({ level: 'silent' }));
  try {
    await openAccount(stack.databaseUrl);
    const claims = { holdfast_service: true, scope: ALL_SCOPES.join(' ') };
    const token = await signToken({ ...webConfig.auth, secret }, 'fuzz', claims, '2h');
    const results: boolean[] = [];
    for (const pass of [STRANGERS, ownAccount(outputDir)])
      results.push(await fuzz(command, web.url, token, seconds / 2, pass));
    return results.every(Boolean);
  } finally {
    await web.stop();
    await worker.stop();
    rmSync(outputDir, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const seconds = Number(process.argv[2] ?? DEFAULT_SECONDS);
  if (!(seconds >= 1)) throw new Error('Say for how many seconds: npm run fuzz:http -- 120');
  const command = findSchemathesis();
  if (command === undefined) {
    say('Skipped: schemathesis can’t be installed here (it needs python3 with venv, and PyPI).');
    return EXIT.skipped;
  }
  const stack = await startStack({ log: say, ownLedger: true, preferMemory: true });
  try {
    return (await runOn(stack, command, seconds)) ? EXIT.clean : EXIT.findings;
  } finally {
    await stack.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(EXIT.findings);
  },
);
