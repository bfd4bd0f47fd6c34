import type { Command } from '../../contract/command';
import type { OperatorLimitsRequest } from '../../contract/operator-limits';
import type {
  AdmitRequest,
  LimitsRequest,
  LowBalanceRequest,
  StopRequest,
  TopUpRequest,
} from '../../contract/settings';
import { timesOf } from '../command-times';
import type { LedgerCalls } from '../connection/calls';

export type Settings = ReturnType<typeof settings>;

/**
 * What an account's owner or an operator sets. The first three are keyed, and answer with all of
 * the account's settings as they then stand. A `command` is refused after its end (COMMAND_EXPIRED)
 * or after a later one for the same setting (SUPERSEDED); a call without one counts as the latest.
 */
export function settings(calls: LedgerCalls) {
  const timed = async (command?: Command) => ({ times: await timesOf(calls.clock, command) });
  return {
    /** Sets the given limits; null takes one away. Refusal: IDEMPOTENCY_CONFLICT. */
    setLimits: async ({ accountId, key, ...body }: LimitsRequest, command?: Command) =>
      calls.operate('set_limits', { accountId, key, body, ...(await timed(command)) }),

    /** Replaces the thresholds of the low-balance notice. Refusal: IDEMPOTENCY_CONFLICT. */
    setLowBalance: async ({ accountId, key, lowBalance }: LowBalanceRequest, command?: Command) => {
      const given = { accountId, key, body: lowBalance, ...(await timed(command)) };
      return calls.operate('set_low_balance', given);
    },

    /**
     * Sets the automatic top-up; null turns it off. `isOwned`: whether its payment method is the
     * account's, by the payment provider's word; absent if it was not asked. Refusals:
     * IDEMPOTENCY_CONFLICT, UNKNOWN_PACK, TOP_UP_CAP_TOO_LOW, TOP_UP_THRESHOLD_TOO_HIGH,
     * PAYMENT_METHOD_NOT_OWNED, PAYMENT_METHOD_REFUSED.
     */
    setTopUp: async (
      { accountId, key, topUp }: TopUpRequest,
      isOwned?: boolean,
      command?: Command,
    ) => {
      const given = { accountId, key, body: topUp, isOwned, ...(await timed(command)) };
      return calls.operate('set_top_up', given);
    },

    /**
     * Stops admissions from now on, of all accounts or kinds where none is given; running
     * generations go on. Refusal: UNKNOWN_KIND.
     */
    stop: async ({ accountId, kind, reason, by }: StopRequest, command?: Command) => {
      const given = { accountId, kind, reason, by, ...(await timed(command)) };
      return calls.operate('stop_admissions', given);
    },

    /**
     * Ends exactly that stop; `admitted` is false if there was none. What it was is kept, with this
     * reason and name.
     */
    admit: async (
      { accountId, kind, reason, by }: Omit<AdmitRequest, 'key'>,
      command?: Command,
    ) => {
      const given = { accountId, kind, reason, by, ...(await timed(command)) };
      return calls.operate('admit_again', given);
    },

    /**
     * Sets an operator's limits of an account, or, with null, of all accounts without limits of
     * their own. A limit that is left out stays, null removes one; null as `limits` removes them
     * all. Returns what is set then.
     */
    setOperatorLimits: ({ accountId, limits, reason, by }: OperatorLimitsRequest) =>
      calls.operate('set_operator_limits', { accountId, body: limits, reason, by }),

    /**
     * The operator's limits that hold for an account, its own or those of all accounts; null if
     * there are none.
     */
    operatorLimits: (accountId: string | null) => calls.call('operator_limits', { accountId }),
  };
}
