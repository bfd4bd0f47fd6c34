import type { DueCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

export type Holds = ReturnType<typeof holds>;

/** Holds of reservations and waits, which reconciliation extends or ends. */
export function holds(calls: LedgerCalls) {
  return {
    /** For a pass: the ledger's clock, and how many reservations and waits are open. */
    scope: () => calls.call('reconciliation_scope', {}),

    /** A page of the reservations and waits whose hold ran out by `dueBy`, in a stable order. */
    due: (dueBy: string, after: DueCursor | null, limit: number) =>
      calls.page('due_reservations', {
        afterExpiresAt: after?.expiresAt,
        afterAccountId: after?.accountId,
        afterRequestId: after?.requestId,
        dueBy,
        limit,
      }),

    /** The request's workflow runs: its hold ends `holdMs` from now. */
    extend: (accountId: string, requestId: string, holdMs: number) =>
      calls.run('extend_hold', { accountId, requestId, holdMs }),

    /**
     * Notes that this pass did not find the request's workflow. Answers in how many passes in a row
     * that was so, this one included; null once the reservation has ended.
     */
    noteMissing: (accountId: string, requestId: string, passId: string) =>
      calls.call('note_missing', { accountId, requestId, passId }),
  };
}
