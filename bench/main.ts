import { Argument, Command, InvalidArgumentError } from 'commander';
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
const USUAL = Object.keys(BENCHMARKS).filter((name) => !BY_NAME_ALONE.includes(name));

const HELP = `
Each measures beside a floor, in alternating rounds of the same run. Without a name all are run but for those that take
long or some GB: ${BY_NAME_ALONE.join(', ')}.

Examples:
  npm run bench -- ledger
  npm run -s bench -- locked --json
  npm run bench -- reconciliation --holds 100000
`;

function asked(): Size & { names: Name[]; json?: true } {
  const suites = new Argument('[suites...]', 'what to measure').choices(Object.keys(BENCHMARKS));
  const command = new Command('npm run bench --')
    .description(
      'Measures Holdfast beside a floor; docs/explanation/performance.md has the results.',
    )
    .addArgument(suites.default(USUAL, 'those that take a few minutes'))
    .option('--json', 'the figures for machines')
    .option('--entries <n>', 'upgrade: how many entries the older ledger has', wholeNumber)
    .option('--holds <n>', 'reconciliation: how many reservations are due', wholeNumber)
    .option('--accounts <n>', 'import: how many accounts the file has', wholeNumber)
    .addHelpText('after', HELP)
    .parse();
  return { ...command.opts<Size & { json?: true }>(), names: command.processedArgs[0] as Name[] };
}

function wholeNumber(said: string): number {
  const number = Number(said);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It takes a whole number from 1 on.');
}

async function main(): Promise<void> {
  const { names, json, ...size } = asked();
  // Progress goes to stderr: stdout has the results alone.
  const log: Log = (line) => process.stderr.write(`${line}\n`);
  const reports: object[] = [];
  for (const name of names) {
    const { report, table } = await BENCHMARKS[name](log, size);
    reports.push(report);
    if (!json) process.stdout.write(`\n${table}\n\n`);
  }
  const measured = { at: new Date().toISOString(), machine: machine(), reports };
  if (json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
}

main().then(
  // Connections that are still open must not keep the process running.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
