import { Client } from 'pg';
import { percentile } from './rounds';

const SAMPLE_MS = 20;

/** Modes that hold up readers or writers. */
const HELD = `
  SELECT l.pid::text || ' ' || c.relname || ' ' || l.mode AS lock
  FROM pg_locks AS l
  JOIN pg_class AS c ON c.oid = l.relation
  WHERE l.granted
    AND c.relnamespace = 'holdfast'::regnamespace
    AND c.relkind IN ('r', 'v')
    AND l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')`;
const WAITED = `
  SELECT max(extract(epoch FROM clock_timestamp() - waitstart)) * 1000 AS ms
  FROM pg_locks
  WHERE NOT granted AND waitstart IS NOT NULL`;

export interface Locks {
  /** As `table mode`, with the longest time that the lock was seen in a row of samples. */
  longestHeld: { lock: string; ms: number };
  longestWaitMs: number;
}

/** Looks at the locks of a database every 20 ms until it is stopped. */
export async function watchLocks(ownerUrl: string): Promise<() => Promise<Locks>> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const since = new Map<string, number>();
  const locks: Locks = { longestHeld: { lock: 'none', ms: 0 }, longestWaitMs: 0 };
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const atMs = performance.now();
      const held = (await client.query<{ lock: string }>(HELD)).rows.map(({ lock }) => lock);
      for (const lock of since.keys()) if (!held.includes(lock)) since.delete(lock);
      for (const lock of held) {
        const ms = atMs - (since.get(lock) ?? atMs);
        if (!since.has(lock)) since.set(lock, atMs);
        if (ms > locks.longestHeld.ms)
          locks.longestHeld = { lock: lock.slice(lock.indexOf(' ') + 1), ms };
      }
      const waited = Number((await client.query<{ ms: string | null }>(WAITED)).rows[0]?.ms ?? 0);
      locks.longestWaitMs = Math.max(locks.longestWaitMs, waited);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    await client.end();
    return locks;
  };
}

export interface Latencies {
  calls: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export function latenciesOf(ms: number[]): Latencies {
  return {
    calls: ms.length,
    p50Ms: percentile(ms, 0.5),
    p99Ms: percentile(ms, 0.99),
    maxMs: percentile(ms, 1),
  };
}
