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
 * What an account's owner or an operator sets. The first three answer with all the account's settings as they stand then.
 */
export function settings(calls: LedgerCalls) {
  return {
    /** Refusal: IDEMPOTENCY_CONFLICT. */
    setLimits: ({ accountId, key, ...body }: LimitsRequest) =>
      calls.operate('set_limits', { accountId, key, body }),

    /** Refusal: IDEMPOTENCY_CONFLICT. */
    setLowBalance: ({ accountId, key, lowBalance }: LowBalanceRequest) =>
      calls.operate('set_low_balance', { accountId, key, body: lowBalance }),

    /** Refusals: IDEMPOTENCY_CONFLICT, UNKNOWN_PACK, TOP_UP_CAP_TOO_LOW. */
    setTopUp: ({ accountId, key, topUp }: TopUpRequest) =>
      calls.operate('set_top_up', { accountId, key, body: topUp }),

    /** Stops admissions from now on; what runs goes on. Refusal: UNKNOWN_KIND. */
    stop: ({ accountId, kind, reason, by }: StopRequest) =>
      calls.operate('stop_admissions', { accountId, kind, reason, by }),

    /** Lets them go on; `admitted` is false where nothing had stopped exactly these. */
    admit: ({ accountId, kind }: StopScope) => calls.operate('admit_again', { accountId, kind }),
  };
}
