import type { InOwnersStead } from '../../contract/act';
import type { Command } from '../../contract/command';
import type { OperatorLimitsRequest } from '../../contract/operator-limits';
import type {
  AdmitRequest,
  LimitsRequest,
  LowBalanceRequest,
  SettingsChange,
  StopRequest,
  TopUpRequest,
} from '../../contract/settings';
import { type OrderedByTemporal, timesOf } from '../command-times';
import type { LedgerCalls } from '../connection/calls';

export type Settings = ReturnType<typeof settings>;

type PlainChange = Exclude<SettingsChange, { setting: 'top-up' }>;

/** How an owner's setting was ordered: with an end and an order, and in the owner's stead. */
export interface Ordered {
  command?: Command;
  act?: InOwnersStead;
}

/** Each change by its name, but the top-up, whose payment method's owner is asked for first. */
const changeBy =
  (operations: ReturnType<typeof eachSetting>) =>
  (change: PlainChange, ordered: Ordered & OrderedByTemporal) => {
    switch (change.setting) {
      case 'limits': {
        const { setting: _, ...limits } = change;
        return operations.setLimits(limits, ordered);
      }
      case 'low-balance':
        return operations.setLowBalance(change, ordered);
      case 'stop':
        return operations.stop(change, ordered);
      case 'admit':
        return operations.admit(change, ordered);
    }
  };

/**
 * What an account's owner or an operator sets. The first three are keyed, and answer with all of
 * the account's settings as they then stand. A `command` is refused after its end (COMMAND_EXPIRED)
 * or after a later one for the same setting (SUPERSEDED); a call without one counts as the latest.
 * With `act` the owner's settings are set in the owner's stead, which is kept.
 */
export function settings(calls: LedgerCalls) {
  const operations = eachSetting(calls);
  return { ...operations, change: changeBy(operations) };
}

function eachSetting(calls: LedgerCalls) {
  const timed = async (command?: Command) => ({ times: await timesOf(calls.clock, command) });
  return {
    /** Sets the given limits; null takes one away. Refusal: IDEMPOTENCY_CONFLICT. */
    setLimits: async (
      { accountId, key, ...body }: LimitsRequest,
      { act, command }: Ordered = {},
    ) => {
      const given = { accountId, key, body, ...(await timed(command)) };
      return act
        ? calls.operate('set_for_owner', { ...given, setting: 'limits', act })
        : calls.operate('set_limits', given);
    },

    /** Replaces the thresholds of the low-balance notice. Refusal: IDEMPOTENCY_CONFLICT. */
    setLowBalance: async (
      { accountId, key, lowBalance: body }: LowBalanceRequest,
      { act, command }: Ordered = {},
    ) => {
      const given = { accountId, key, body, ...(await timed(command)) };
      return act
        ? calls.operate('set_for_owner', { ...given, setting: 'low-balance', act })
        : calls.operate('set_low_balance', given);
    },

    /**
     * Sets the automatic top-up; null turns it off. `isOwned`: whether its payment method is the
     * account's, by the payment provider's word; absent if it was not asked. Refusals:
     * IDEMPOTENCY_CONFLICT, UNKNOWN_PACK, TOP_UP_CAP_TOO_LOW, TOP_UP_THRESHOLD_TOO_HIGH,
     * PAYMENT_METHOD_NOT_OWNED, PAYMENT_METHOD_REFUSED.
     */
    setTopUp: async (
      { accountId, key, topUp: body }: TopUpRequest,
      isOwned?: boolean,
      { act, command }: Ordered = {},
    ) => {
      const given = { accountId, key, body, isOwned, ...(await timed(command)) };
      return act
        ? calls.operate('set_for_owner', { ...given, setting: 'top-up', act })
        : calls.operate('set_top_up', given);
    },

    /**
     * Stops admissions from now on, of all accounts or kinds where none is given; running
     * generations go on. `claimedIdentity`: of a stop that came by Temporal, who started the
     * workflow, as that client says. Refusal: UNKNOWN_KIND.
     */
    stop: async (
      { accountId, kind, reason, by }: StopRequest,
      { command, claimedIdentity }: OrderedByTemporal = {},
    ) => {
      const given = { accountId, kind, reason, by, claimedIdentity };
      return calls.operate('stop_admissions', { ...given, ...(await timed(command)) });
    },

    /**
     * Ends exactly that stop; `admitted` is false if there was none. What it was is kept, with this
     * reason and name.
     */
    admit: async (
      { accountId, kind, reason, by }: Omit<AdmitRequest, 'key'>,
      { command, claimedIdentity }: OrderedByTemporal = {},
    ) => {
      const given = { accountId, kind, reason, by, claimedIdentity };
      return calls.operate('admit_again', { ...given, ...(await timed(command)) });
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
