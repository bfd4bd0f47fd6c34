import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ImportReport } from '../contract/import';
import { createLedger } from '../ledger/ledger';
import { startLedgerServer } from '../scripts/stack/stack';
import { createBenchDatabase } from './database';

type Log = (line: string) => void;

const COMMAND = join(__dirname, '../cli/main.js');

export interface ImportBench {
  benchmark: 'import';
  postgres: Record<string, string>;
  accounts: number;
  lines: number;
  runs: { what: string; seconds: number; report: ImportReport }[];
  violations: number;
}

/**
 * `holdfast import` as a process: a dry run, the import, and the same file once more. Of each two
 * accounts one has a subscription and a pack, and the other a promotion.
 */
export async function benchImport(accounts: number, log: Log): Promise<ImportBench> {
  const server = await startLedgerServer({ log });
  const database = await createBenchDatabase(server.value);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const ledger = createLedger({ databaseUrl: database.ledgerUrl, maxConnections: 2 });
  try {
    const file = join(folder, 'accounts.csv');
    await write(file, accounts);
    const runs: ImportBench['runs'] = [];
    for (const [what, ...more] of [['dry run', '--dry-run'], ['import'], ['the same again']]) {
      log(`import: ${what} of ${accounts} accounts …`);
      const startedMs = performance.now();
      const report = await imported(file, database.ledgerUrl, more);
      runs.push({ what: String(what), seconds: (performance.now() - startedMs) / 1000, report });
    }
    log('import: auditing …');
    const { violations } = await ledger.audit();
    const lines = runs[0]?.report.lines ?? 0;
    return {
      ...{ benchmark: 'import', postgres: database.settings, accounts, lines, runs },
      violations: violations.length,
    };
  } finally {
    rmSync(folder, { recursive: true });
    await ledger.close();
    await database.drop();
    await server.stop();
  }
}

async function imported(file: string, databaseUrl: string, more: string[]): Promise<ImportReport> {
  const words = ['import', file, '--reason', 'Bench', '--by', 'bench', '--json', ...more];
  const child = spawn(process.execPath, [COMMAND, ...words], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the import has ended with ${code}: ${printed}`);
  return JSON.parse(printed);
}

const HEAD =
  'type,accountId,key,source,credits,remaining,expiresAt,costCents,subscriptionId,planId,anchor,paidCycles,payments';

async function write(file: string, accounts: number): Promise<void> {
  const day = new Date(Date.now() - 86_400_000).toISOString();
  const end = new Date(Date.now() + 400 * 86_400_000).toISOString();
  const stream = createWriteStream(file);
  stream.write(`${HEAD}\n`);
  for (let account = 0; account < accounts; account += 1) {
    const id = `account-${account}`;
    const lines =
      account % 2 === 0
        ? [
            `subscription,${id},sub,,,${account % 150},,,sub-${account},lite-monthly,${day},1,in_${account}`,
            `grant,${id},pack,pack,125,${1 + (account % 125)},,4900,,,,,`,
          ]
        : [`grant,${id},gift,promotion,20,20,${end},,,,,,`];
    if (!stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

export function importTableOf({ accounts, lines, runs, violations }: ImportBench): string {
  return [
    '## import',
    '',
    `${accounts} accounts, ${lines} lines`,
    '',
    '| run | seconds | lines a second | made | there before |',
    '| --- | --- | --- | --- | --- |',
    ...runs.map(
      ({ what, seconds, report: { made, known } }) =>
        `| ${what} | ${seconds.toFixed(1)} | ${Math.round(lines / seconds)} | ${made.grants + made.subscriptions} | ${known} |`,
    ),
    '',
    `The audit finds ${violations}.`,
  ].join('\n');
}
