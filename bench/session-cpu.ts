import { readFileSync } from 'node:fs';
import type { BenchDatabase } from './database';

/** The CPU time of each session of a database, in nanoseconds, by the id of its process. */
export type SessionCpu = ReadonlyMap<number, number>;

/** Reads what a database's sessions have used so far. */
export type ReadCpu = () => Promise<SessionCpu>;

export async function sessionCpu(database: BenchDatabase): Promise<SessionCpu> {
  return cpuOf(await database.sessions());
}

/** Linux says it in nanoseconds; elsewhere, or of a server on another machine, there is none. */
export function cpuOf(pids: readonly number[]): SessionCpu {
  const cpu = new Map<number, number>();
  for (const pid of pids) {
    const [usedNs] = readSchedule(pid).split(' ');
    if (usedNs) cpu.set(pid, Number(usedNs));
  }
  return cpu;
}

function readSchedule(pid: number): string {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8');
    return name.startsWith('postgres') ? readFileSync(`/proc/${pid}/schedstat`, 'utf8') : '';
  } catch {
    return '';
  }
}

/** What the sessions have used between the two, in microseconds; undefined if nothing is known. */
export function cpuBetween(before: SessionCpu, after: SessionCpu): number | undefined {
  if (after.size === 0) return undefined;
  let usedNs = 0;
  for (const [pid, ns] of after) usedNs += ns - (before.get(pid) ?? 0);
  return usedNs / 1_000;
}
