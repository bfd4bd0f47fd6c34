import type { GrantBody, WorkflowGrantLimits } from '../../contract/grant';
import { type OrderedByTemporal, timesOf } from '../command-times';
import type { LedgerCalls } from '../connection/calls';

export type Grants = ReturnType<typeof grants>;

/** Grants that workflows ask for. An operator's grant is `Ledger.grant`. */
export function grants(calls: LedgerCalls) {
  return {
    /**
     * Adds the credits of a promotion or an adjustment within the limits, once per key, which
     * `Ledger.grant` shares. A repetition gets the first answer, also without limits.
     * `claimedIdentity`: who started the workflow, as that client says. Refusals:
     * GRANTS_NOT_CONFIGURED (no limits), GRANT_LIMIT_EXCEEDED, COMMAND_EXPIRED,
     * DAILY_GRANTS_REACHED, and those of `Ledger.grant`.
     */
    async byWorkflow(
      accountId: string,
      key: string,
      body: GrantBody,
      limits: WorkflowGrantLimits | undefined,
      { command, claimedIdentity }: OrderedByTemporal = {},
    ) {
      const { notAfter } = (await timesOf(calls.clock, command)) ?? {};
      const given = { accountId, key, body, ...limits, notAfter, claimedIdentity };
      return calls.operate('grant_by_workflow', given);
    },
  };
}
