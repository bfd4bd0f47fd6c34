import type {
  LimitsRequest,
  LowBalanceRequest,
  StopRequest,
  StopScope,
  TopUpRequest,
} from '../../contract/settings';
import type { LedgerCalls } from '../connection/calls';

export type Settings = ReturnType<typeof settings>;

/**
 * What an account's owner or an operator sets. The first three are keyed, and answer with all of
 * the account's settings as they then stand.
 */
export function settings(calls: LedgerCalls) {
  return {
    /** Sets the given limits; null takes one away. Refusal: IDEMPOTENCY_CONFLICT. */
    setLimits: ({ accountId, key, ...body }: LimitsRequest) =>
      calls.operate('set_limits', { accountId, key, body }),

    /** Replaces the thresholds of the low-balance notice. Refusal: IDEMPOTENCY_CONFLICT. */
    setLowBalance: ({ accountId, key, lowBalance }: LowBalanceRequest) =>
      calls.operate('set_low_balance', { accountId, key, body: lowBalance }),

    /**
     * Sets the automatic top-up; null turns it off. Refusals: IDEMPOTENCY_CONFLICT, UNKNOWN_PACK,
     * TOP_UP_CAP_TOO_LOW.
     */
    setTopUp: ({ accountId, key, topUp }: TopUpRequest) =>
      calls.operate('set_top_up', { accountId, key, body: topUp }),

    /**
     * Stops admissions from now on, of all accounts or kinds where none is given; running
     * generations go on. Refusal: UNKNOWN_KIND.
     */
    stop: ({ accountId, kind, reason, by }: StopRequest) =>
      calls.operate('stop_admissions', { accountId, kind, reason, by }),

    /** Ends exactly that stop; `admitted` is false if there was none. */
    admit: ({ accountId, kind }: StopScope) => calls.operate('admit_again', { accountId, kind }),
  };
}
