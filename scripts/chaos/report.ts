import type { Tally } from './tally';

/** Everything that a run has counted and found. Printed with `--json`. */
export interface Report {
  seed: number;
  minutes: number;
  /** How long the load went on. */
  seconds: number;
  acknowledged: Record<string, number>;
  /** By command, the longest time until a definite answer. */
  slowestSeconds: Record<string, number>;
  acknowledgedTotal: number;
  generations: number;
  journalEntries: number;
  accountsAudited: number;
  faults: Record<string, number>;
  faultsNotDone: Record<string, string>;
  unanswered: Record<string, number>;
  refused: Record<string, number>;
  duplicates: Tally['duplicates'];
  /** How often a process has ended without being killed. */
  endedByItself: Record<string, number>;
  /** The longest time in which no command of a product's got an answer, and the faults then. */
  longestUnserved: { seconds: number; during: string[] };
  /** From a fault's end to the next answer to a product; by fault, the longest. */
  recoverySeconds: { median: number; longest: number; byFault: Record<string, number> };
  settledSeconds: number;
  passesConfirmed: number;
  deliveredUnpaid: string[];
  differences: string[];
}

export const secondsOf = (ms: number) => Math.round(ms / 100) / 10;

export function recoveryOf({ recoveriesMs }: Tally): Report['recoverySeconds'] {
  const sorted = [...recoveriesMs].sort((one, other) => one.ms - other.ms);
  const median = sorted[Math.floor(sorted.length / 2)];
  return {
    median: secondsOf(median?.ms ?? 0),
    longest: secondsOf(sorted.at(-1)?.ms ?? 0),
    // Of each fault the last one counts, which is the longest.
    byFault: Object.fromEntries(sorted.map(({ fault, ms }) => [fault, secondsOf(ms)])),
  };
}

export function secondsOfAll(ms: Map<string, number>): Record<string, number> {
  return sorted(new Map([...ms].map(([name, each]) => [name, secondsOf(each)])));
}

export function sorted<T>(counts: Map<string, T>): Record<string, T> {
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function lines(title: string, counts: Record<string, unknown>): string[] {
  const named = Object.entries(counts);
  if (named.length === 0) return [];
  return [`${title}:`, ...named.map(([name, value]) => `  ${value}  ${name}`)];
}

/** The report for people. */
export function inWords(report: Report): string {
  const { recoverySeconds: recovery, longestUnserved: unserved, duplicates } = report;
  const found = report.differences.length;
  return [
    ...lines('Operations acknowledged', report.acknowledged),
    ...lines('Seconds until a definite answer, the longest', report.slowestSeconds),
    ...lines('Faults', report.faults),
    ...lines('Seconds until a product was served again, the longest', recovery.byFault),
    ...lines('Faults that this machine can’t have', report.faultsNotDone),
    ...lines('Calls without an answer, made again', report.unanswered),
    ...lines('Refusals', report.refused),
    ...lines('Ended without being killed', report.endedByItself),
    ...(report.deliveredUnpaid.length > 0 ? ['Delivered and not paid for:'] : []),
    ...report.deliveredUnpaid.map((line) => `  ${line}`),
    '',
    `${report.acknowledgedTotal} operations acknowledged in ${report.seconds} s, ${report.generations} generations among them; ${report.journalEntries} journal entries audited`,
    `${duplicates.replayed} repetitions got the first answer, ${duplicates.refused} other requests under a known key were refused`,
    `Longest time in which no product was served: ${unserved.seconds} s (${unserved.during.join(', ')})`,
    `Served again after a fault: median ${recovery.median} s, longest ${recovery.longest} s`,
    `All at rest ${report.settledSeconds} s after the last fault, ${report.passesConfirmed} passes confirmed`,
    ...(found > 0
      ? [`${found} differences:`, ...report.differences.map((line) => `  ${line}`)]
      : []),
    found === 0
      ? `No difference. Seed ${report.seed}`
      : `FAILED: ${found} differences, seed ${report.seed}`,
  ].join('\n');
}
