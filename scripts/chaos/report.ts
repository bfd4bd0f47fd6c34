import type { Tally } from './tally';

/** Everything that a run has counted and found. Printed with `--json`. */
export interface Report {
  seed: number;
  minutes: number;
  /** How long the load went on. */
  seconds: number;
  acknowledged: Record<string, number>;
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
  recoverySeconds: { median: number; longest: number; longestAfter: string };
  settledSeconds: number;
  passesConfirmed: number;
  deliveredUnpaid: string[];
  differences: string[];
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;

export function recoveryOf({ recoveriesMs }: Tally): Report['recoverySeconds'] {
  const sorted = [...recoveriesMs].sort((one, other) => one.ms - other.ms);
  const median = sorted[Math.floor(sorted.length / 2)];
  const longest = sorted.at(-1);
  return {
    median: round((median?.ms ?? 0) / 1000),
    longest: round((longest?.ms ?? 0) / 1000),
    longestAfter: longest?.fault ?? '',
  };
}

export const secondsOf = (ms: number) => round(ms / 1000);

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
    ...lines('Faults', report.faults),
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
    `Served again after a fault: median ${recovery.median} s, longest ${recovery.longest} s (${recovery.longestAfter})`,
    `All at rest ${report.settledSeconds} s after the last fault, ${report.passesConfirmed} passes confirmed`,
    ...(found > 0
      ? [`${found} differences:`, ...report.differences.map((line) => `  ${line}`)]
      : []),
    found === 0
      ? `No difference. Seed ${report.seed}`
      : `FAILED: ${found} differences, seed ${report.seed}`,
  ].join('\n');
}
