import { Pool } from 'pg';
import type { Ledger } from '../ledger/ledger';

const SET_CLOCK = `INSERT INTO holdfast.test_clock (set_to) VALUES ($1)
  ON CONFLICT (only_one) DO UPDATE SET set_to = greatest(test_clock.set_to, excluded.set_to)`;

type Call = (...values: unknown[]) => Promise<unknown>;

function beforeEachCall<Target extends object>(
  target: Target,
  prepare: () => Promise<void>,
): Target {
  return new Proxy(target, {
    get(_, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member === 'object' && member !== null) return beforeEachCall(member, prepare);
      if (typeof member !== 'function') return member;
      return async (...values: unknown[]) => {
        await prepare();
        return (member as Call).apply(target, values);
      };
    },
  });
}

/**
 * A ledger that goes by the environment's time. Its test clock is set before each call, and never
 * back, in any order of simultaneous calls. Closing it closes the ledger.
 */
export function withLedgerClock(
  environment: { currentTimeMs(): Promise<number> },
  ledger: Ledger,
  testClockUrl: string,
): Ledger {
  const clock = new Pool({ connectionString: testClockUrl, max: 1 });
  // The pool ends before its connection does, and dropping the database may end that first.
  clock.on('error', () => {});
  const clocked = beforeEachCall(ledger, async () => {
    const now = new Date(await environment.currentTimeMs());
    await clock.query(SET_CLOCK, [now.toISOString()]);
  });
  const close = async () => {
    await Promise.all([ledger.close(), clock.end()]);
  };
  return new Proxy(clocked, {
    get: (target, property) => (property === 'close' ? close : Reflect.get(target, property)),
  });
}
