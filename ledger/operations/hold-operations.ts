import type { DueCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

/** A request whose workflow is looked up. */
interface HoldKey {
  accountId: string;
  requestId: string;
}

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

    /** The same for all of them at once, but for those that are locked. Answers how many. */
    extendAll: (keys: HoldKey[], holdMs: number) =>
      calls.call('extend_holds', {
        accountIds: keys.map(({ accountId }) => accountId),
        requestIds: keys.map(({ requestId }) => requestId),
        holdMs,
      }),

    /**
     * Takes the next holds that ran out by `dueBy`, and that this pass has not taken yet. Those that were noted as unsettled come last.
     */
    take: (dueBy: string, passId: string, limit: number) =>
      calls.page('take_due_holds', { dueBy, passId, limit }),

    /** What became of the orphan's job could not be found out; nothing else changes. */
    noteUnsettled: (accountId: string, requestId: string) =>
      calls.run('note_unsettled', { accountId, requestId }),

    /**
     * Notes that this pass did not find the request's workflow. Answers in how many passes in a row
     * that was so, this one included; null once the reservation has ended.
     */
    noteMissing: (accountId: string, requestId: string, passId: string) =>
      calls.call('note_missing', { accountId, requestId, passId }),
  };
}
