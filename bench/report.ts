import { cpus } from 'node:os';
import type { InSession } from './in-session';
import type { Comparison, Spread } from './rounds';

export interface Row extends Comparison {
  name: string;
  /**
   * The name of the work that the ratio compares with, which is measured in turn with the row's
   * own.
   */
  floorName: string;
  /** The time until the caller knows that its generation is admitted. */
  admissionMs?: { p50: number; p99: number };
}

export interface Report {
  benchmark: 'ledger' | 'workflows';
  unit: string;
  rounds: number;
  postgres: Record<string, string>;
  rows: Row[];
  inSession?: InSession;
}

export function machine(): { cores: number; node: string } {
  return { cores: cpus().length, node: process.versions.node };
}

/** The report as a Markdown table, which can go into a document as it is. */
export function tableOf({ benchmark, unit, rounds, postgres, rows, inSession }: Report): string {
  const { cores, node } = machine();
  const hasAdmission = rows.some(({ admissionMs }) => admissionMs);
  const hasCpu = rows.some(({ cpuRatio }) => cpuRatio);
  const header = ['what', 'clients', unit, 'beside', unit, 'ratio', 'p50 / p99'];
  if (hasCpu) header.push('CPU µs', 'beside', 'CPU ratio');
  if (hasAdmission) header.push('admission p50 / p99');
  const cells = rows.map((row) => [
    row.name,
    String(row.clients),
    spread(row.subject.perSecond, 0),
    row.floorName,
    spread(row.floor.perSecond, 0),
    spread(row.ratio, 2),
    pair(row.subject.p50Ms, row.subject.p99Ms),
    ...(hasCpu ? cpuCells(row) : []),
    ...(row.admissionMs ? [pair(row.admissionMs.p50, row.admissionMs.p99)] : []),
  ]);
  const lines = [header, header.map(() => '---'), ...cells].map(
    (line) => `| ${line.join(' | ')} |`,
  );
  const conditions = `Median (min–max) of ${rounds} alternating rounds; ${cores} cores, Node ${node}, PostgreSQL ${postgres.server_version}.`;
  return [`## ${benchmark}`, '', conditions, durability(postgres), '', ...lines]
    .concat(inSession ? ['', inSessionOf(inSession)] : [])
    .join('\n');
}

function inSessionOf({ reserveUs, commitUs, plainUs }: InSession): string {
  const [reserve, commit, plain] = [reserveUs, commitUs, plainUs].map((us) => us.toFixed(0));
  return `In the server alone: reserve ${reserve} µs, commit ${commit} µs, the floor's two statements ${plain} µs.`;
}

function cpuCells({ subject, floor, cpuRatio }: Row): string[] {
  if (!cpuRatio || !subject.cpuUs || !floor.cpuUs) return ['', '', ''];
  return [spread(subject.cpuUs, 0), spread(floor.cpuUs, 0), spread(cpuRatio, 2)];
}

/** A sentence on durability: figures without fsync say nothing about a server with fsync. */
function durability({ fsync, synchronous_commit: synchronous }: Record<string, string>): string {
  if (fsync === 'off') {
    return 'The throw-away Postgres runs with fsync and synchronous_commit off: the ratios compare, the rates promise nothing.';
  }
  return `Postgres runs with fsync ${fsync}, synchronous_commit ${synchronous}.`;
}

function spread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function pair(p50Ms: number, p99Ms: number): string {
  return `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)} ms`;
}
