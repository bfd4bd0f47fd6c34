import { z } from 'zod';
import { HoldfastError } from './errors';

/** Identifies a ledger: made once with its database, and the same in a copy of it. */
export const ledgerId = z.uuid();

/** What a namespace records of its ledger: the input of `ledgerWorkflow`. Published JSON. */
export const ledgerRecord = z.strictObject({ ledgerId });

export type LedgerRecord = z.output<typeof ledgerRecord>;

/**
 * Refuses a namespace that records another ledger: an account of the same name there is another
 * owner's, and that ledger's workers would reserve its credits and charge its payment provider.
 *
 * @throws HoldfastError LEDGER_MISMATCH
 */
export function expectSameLedger(recorded: string, own: string, namespace: string): void {
  if (recorded === own) return;
  const message = `${ledgerMismatchInWords(recorded, own, namespace)} Nothing was done. See docs/how-to/runbook.md.`;
  throw new HoldfastError('LEDGER_MISMATCH', message, { namespace, recorded, own });
}

export function ledgerMismatchInWords(recorded: string, own: string, namespace: string): string {
  return `Namespace ${namespace} belongs to ledger ${recorded}, and this is ledger ${own}.`;
}
