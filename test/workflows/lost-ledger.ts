import type { LedgerReader } from '../../contract/ledger-reader';

const IDENTITY = ['ledgerId', 'recordedTemporalIdentity', 'temporalIdentity'];

/**
 * A ledger that a client has reached before, so that it knows whose namespace it has, and that has
 * been lost since: all else is asked of `now`.
 */
export function lostLedger(before: LedgerReader, now: Partial<LedgerReader>): LedgerReader {
  return new Proxy(before, {
    get(_, name) {
      const ledger = IDENTITY.includes(String(name)) ? before : now;
      const member = Reflect.get(ledger, name);
      return typeof member === 'function' ? member.bind(ledger) : member;
    },
  });
}
