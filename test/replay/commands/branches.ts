/** A place in a source, as istanbul says it. */
interface Place {
  start: { line: number; column: number };
}

/** What istanbul's instrumented code counts in one file. */
export interface FileCounters {
  branchMap: Record<string, { type: string; locations: Place[]; loc: Place }>;
  b: Record<string, number[]>;
  fnMap: Record<string, { name: string; loc: Place }>;
  f: Record<string, number>;
}

/** By file. */
export type Counters = Record<string, FileCounters>;

/** The branches and functions that have run: `file#b3.0` or `file#f2`. */
export function takenIn(counters: Counters): string[] {
  return Object.entries(counters).flatMap(([file, { b, f }]) => [
    ...Object.entries(b).flatMap(([id, counts]) =>
      counts.flatMap((count, index) => (count > 0 ? [`${file}#b${id}.${index}`] : [])),
    ),
    ...Object.entries(f).flatMap(([id, count]) => (count > 0 ? [`${file}#f${id}`] : [])),
  ]);
}
