import type { InOwnersStead } from '../../contract/act';
import type { OperatorLimitsRequest } from '../../contract/operator-limits';
import type {
  AdmitRequest,
  LimitsRequest,
  LowBalanceRequest,
  StopRequest,
  TopUpRequest,
} from '../../contract/settings';
import type { LedgerCalls } from '../connection/calls';

export type Settings = ReturnType<typeof settings>;

/**
 * What an account's owner or an operator sets. The first three are keyed, and answer with all of
 * the account's settings as they then stand; with `act` the owner's settings are set in the owner's
 * stead, which is kept.
 */
export function settings(calls: LedgerCalls) {
  return {
    /** Sets the given limits; null takes one away. Refusal: IDEMPOTENCY_CONFLICT. */
    setLimits: ({ accountId, key, ...body }: LimitsRequest, act?: InOwnersStead) =>
      act
        ? calls.operate('set_for_owner', { accountId, setting: 'limits', key, body, act })
        : calls.operate('set_limits', { accountId, key, body }),

    /** Replaces the thresholds of the low-balance notice. Refusal: IDEMPOTENCY_CONFLICT. */
    setLowBalance: (
      { accountId, key, lowBalance: body }: LowBalanceRequest,
      act?: InOwnersStead,
    ) =>
      act
        ? calls.operate('set_for_owner', { accountId, setting: 'low-balance', key, body, act })
        : calls.operate('set_low_balance', { accountId, key, body }),

    /**
     * Sets the automatic top-up; null turns it off. `isOwned`: whether its payment method is the
     * account's, by the payment provider's word; absent if it was not asked. Refusals:
     * IDEMPOTENCY_CONFLICT, UNKNOWN_PACK, TOP_UP_CAP_TOO_LOW, TOP_UP_THRESHOLD_TOO_HIGH,
     * PAYMENT_METHOD_NOT_OWNED, PAYMENT_METHOD_REFUSED.
     */
    setTopUp: (
      { accountId, key, topUp: body }: TopUpRequest,
      isOwned?: boolean,
      act?: InOwnersStead,
    ) =>
      act
        ? calls.operate('set_for_owner', { accountId, setting: 'top-up', key, body, isOwned, act })
        : calls.operate('set_top_up', { accountId, key, body, isOwned }),

    /**
     * Stops admissions from now on, of all accounts or kinds where none is given; running
     * generations go on. `claimedIdentity`: of a stop that came by Temporal, who started the
     * workflow, as that client says. Refusal: UNKNOWN_KIND.
     */
    stop: ({ accountId, kind, reason, by }: StopRequest, claimedIdentity?: string) =>
      calls.operate('stop_admissions', { accountId, kind, reason, by, claimedIdentity }),

    /**
     * Ends exactly that stop; `admitted` is false if there was none. What it was is kept, with this
     * reason and name.
     */
    admit: ({ accountId, kind, reason, by }: Omit<AdmitRequest, 'key'>, claimedIdentity?: string) =>
      calls.operate('admit_again', { accountId, kind, reason, by, claimedIdentity }),

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
