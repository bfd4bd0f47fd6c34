/** A place in a source, as istanbul says it; without a line for an `else` that isn't written. */
interface Place {
  start: { line?: number };
}

/** What istanbul's instrumented code counts in one file. */
export interface FileCounters {
  branchMap: Record<string, { type: string; locations: Place[]; loc: Place }>;
  b: Record<string, number[]>;
  statementMap: Record<string, Place>;
  s: Record<string, number>;
}

/** By the file's path. */
export type Counters = Record<string, FileCounters>;

/** Where the workflows can go, in one file. */
export interface Instrumented {
  counters: FileCounters;
  lines: string[];
}

/** The branches and statements that have run, each as `file#b3.0` or `file#s2`. */
export function takenIn(counters: Counters): string[] {
  return Object.entries(counters).flatMap(([file, { b, s }]) => [
    ...Object.entries(b).flatMap(([id, counts]) =>
      counts.flatMap((count, index) => (count > 0 ? [`${file}#b${id}.${index}`] : [])),
    ),
    ...Object.entries(s).flatMap(([id, count]) => (count > 0 ? [`${file}#s${id}`] : [])),
  ]);
}

/** The branches of a file that have never run, each as its line, its kind and its number. */
export function untakenBranches(
  path: string,
  { counters, lines }: Instrumented,
  taken: ReadonlySet<string>,
): string[] {
  return Object.entries(counters.branchMap).flatMap(([id, { type, locations, loc }]) =>
    locations.flatMap(({ start }, index) => {
      const line = lines[(start.line ?? loc.start.line ?? 0) - 1]?.trim();
      return taken.has(`${path}#b${id}.${index}`) ? [] : [`${line} [${type} ${index}]`];
    }),
  );
}

/** The lines of a file's statements that match and have never run. */
export function untakenLines(
  path: string,
  { counters, lines }: Instrumented,
  taken: ReadonlySet<string>,
  matching: RegExp,
): string[] {
  return Object.entries(counters.statementMap).flatMap(([id, { start }]) => {
    const line = lines[(start.line ?? 0) - 1]?.trim() ?? '';
    return matching.test(line) && !taken.has(`${path}#s${id}`) ? [line] : [];
  });
}
