import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { runCommandLine } from '../cli/run';
import { createHoldfastClient } from '../client/client';
import { createLedger } from '../ledger/ledger';
import { createStubGenerationProvider } from '../providers/stub-generation/stub-generation-provider';
import { createStubPaymentProvider } from '../providers/stub-payment/stub-payment-provider';
import { installLogging } from '../worker/logging';
import { startWorker } from '../worker/worker';
import { loadWorkerConfig } from '../worker/worker-config';
import { Backup } from './restore-drill/backup';
import { runDrill } from './restore-drill/drill';
import { type Stack, startStack } from './stack/stack';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** `npm run drill`: docs/how-to/restore.md on servers of its own, which are thrown away. */
async function drillOn(stack: Stack, outputDir: string): Promise<void> {
  installLogging('error');
  const { address, namespace } = stack.temporal;
  const variables = {
    DATABASE_URL: stack.databaseUrl,
    HOLDFAST_MIGRATION_DATABASE_URL: stack.migrationUrl,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    HOLDFAST_TASK_QUEUE: 'holdfast-drill',
    HOLDFAST_OUTPUT_DIR: outputDir,
    HOLDFAST_GRANT_CREDITS_MAX: '1000',
    HOLDFAST_GRANT_CREDITS_PER_DAY: '1000',
  };
  const config = loadWorkerConfig(variables);
  const connection = await Connection.connect({ address });
  const ledger = createLedger({ databaseUrl: stack.databaseUrl });
  const backup = new Backup(stack.migrationUrl);
  try {
    await runDrill({
      say,
      accountId: 'acme',
      client: createHoldfastClient({
        ...{ ledger, taskQueue: config.taskQueue },
        temporal: new Client({ connection, namespace }),
      }),
      backUp: () => backup.take(),
      restore: () => backup.restore(),
      startWorker: () =>
        startWorker(config, {
          generationProvider: createStubGenerationProvider({ outputDir, jobMs: 300 }),
          paymentProvider: createStubPaymentProvider({ outputDir }),
        }),
      holdfast: (...words) => holdfast(variables, words),
    });
  } finally {
    await Promise.allSettled([connection.close(), ledger.close()]);
  }
}

/** Shows what a command prints; with `--json` it answers, and shows nothing. */
async function holdfast(variables: NodeJS.ProcessEnv, words: string[]): Promise<unknown> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { stdin, stdout, stderr };
  const code = await runCommandLine(words, variables, tmpdir(), terminal);
  const [printed, noted] = await Promise.all([text(stdout.end()), text(stderr.end())]);
  if (words.includes('--json')) return JSON.parse(printed);
  say(`$ holdfast ${words.join(' ')}\n${printed}${noted}`);
  const isListing = words.join(' ') === 'restore compare';
  if (code !== 0 && !isListing) throw new Error(`The command ended with ${code}.`);
  return undefined;
}

async function main(): Promise<void> {
  const outputDir = mkdtempSync(path.join(tmpdir(), 'holdfast-drill-'));
  const log = (line: string) => line.startsWith('Applying') || say(line);
  const stack = await startStack({ log, ownLedger: true });
  try {
    await drillOn(stack, outputDir);
    say('The drill went as docs/how-to/restore.md says.');
  } finally {
    await stack.stop();
    rmSync(outputDir, { recursive: true, force: true });
  }
}

main().then(
  // Connections that are still open must not keep the process running.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`The drill failed: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
