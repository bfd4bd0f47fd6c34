import { parseArgs } from 'node:util';
import { auditTableOf, benchAudit } from './audit';
import { benchImport, importTableOf } from './import';
import { benchLedger } from './ledger';
import { benchLocked, lockedTableOf } from './locked';
import { benchMonth, monthTableOf } from './month';
import { benchReconciliation, reconciliationTableOf } from './reconciliation';
import { machine, tableOf } from './report';
import { benchUpgrade, upgradeTableOf } from './upgrade';
import { benchWeb, webTableOf } from './web';
import { benchWorkflows } from './workflows';

type Log = (line: string) => void;

/** How much is measured, where a benchmark can be smaller or larger. */
interface Size {
  entries?: number;
  holds?: number;
  accounts?: number;
}

/** Each benchmark's report, as data and as a table. */
const BENCHMARKS = {
  ledger: async (log: Log) => shown(await benchLedger(log), tableOf),
  locked: async (log: Log) => shown(await benchLocked(log), lockedTableOf),
  workflows: async (log: Log) => shown(await benchWorkflows(log), tableOf),
  web: async (log: Log) => shown(await benchWeb(log), webTableOf),
  audit: async (log: Log) => shown(await benchAudit(log), auditTableOf),
  month: async (log: Log) => shown(await benchMonth(log), monthTableOf),
  upgrade: async (log: Log, { entries }: Size) =>
    shown(await benchUpgrade(log, entries), upgradeTableOf),
  reconciliation: async (log: Log, { holds = 100_000 }: Size) =>
    shown(await benchReconciliation(holds, log), reconciliationTableOf),
  import: async (log: Log, { accounts = 100_000 }: Size) =>
    shown(await benchImport(accounts, log), importTableOf),
};

/** They take long, and some GB of the disk or of memory: only by name. */
const BY_NAME_ALONE: readonly string[] = ['upgrade', 'reconciliation', 'import', 'month'];

function shown<Measured extends object>(report: Measured, table: (report: Measured) => string) {
  return { report, table: table(report) };
}

type Name = keyof typeof BENCHMARKS;
const USAGE = `Usage: npm run bench [-- ${Object.keys(BENCHMARKS).join('|')}] [--json] [--entries N] [--holds N] [--accounts N]`;

function chosen(names: string[]): Name[] {
  const usual = Object.keys(BENCHMARKS).filter((name) => !BY_NAME_ALONE.includes(name));
  if (names.length === 0) return usual as Name[];
  const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown) throw new Error(`There is no benchmark ${unknown}. ${USAGE}`);
  return names as Name[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ json: { type: 'boolean' }, entries: { type: 'string' }, holds: { type: 'string' } },
      accounts: { type: 'string' },
    },
  });
  const names = chosen(positionals);
  const numberOf = (said?: string) => (said === undefined ? undefined : Number(said));
  const size = {
    ...{ entries: numberOf(values.entries), holds: numberOf(values.holds) },
    accounts: numberOf(values.accounts),
  };
  // Progress goes to stderr: stdout has the results alone.
  const log: Log = (line) => process.stderr.write(`${line}\n`);
  const reports: object[] = [];
  for (const name of names) {
    const { report, table } = await BENCHMARKS[name](log, size);
    reports.push(report);
    if (!values.json) process.stdout.write(`\n${table}\n\n`);
  }
  const measured = { at: new Date().toISOString(), machine: machine(), reports };
  if (values.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
}

main().then(
  // Connections that are still open must not keep the process running.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
