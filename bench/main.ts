import { parseArgs } from 'node:util';
import { benchLedger } from './ledger';
import { machine, type Report, tableOf } from './report';
import { benchWorkflows } from './workflows';

const BENCHMARKS = { ledger: benchLedger, workflows: benchWorkflows };
type Name = keyof typeof BENCHMARKS;
const USAGE = `Usage: npm run bench [-- ${Object.keys(BENCHMARKS).join('|')}] [--json]`;

function chosen(names: string[]): Name[] {
  if (names.length === 0) return Object.keys(BENCHMARKS) as Name[];
  const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown) throw new Error(`There is no benchmark ${unknown}. ${USAGE}`);
  return names as Name[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const names = chosen(positionals);
  // Progress goes to stderr: stdout has the results alone.
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const reports: Report[] = [];
  for (const name of names) {
    const report = await BENCHMARKS[name](log);
    reports.push(report);
    if (!values.json) process.stdout.write(`\n${tableOf(report)}\n\n`);
  }
  const measured = { at: new Date().toISOString(), machine: machine(), reports };
  if (values.json) process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
}

main().then(
  // Whatever the servers' clients left open has no say in when this ends.
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
