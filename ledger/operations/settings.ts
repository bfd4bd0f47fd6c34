import type { Outcome } from '../../contract/outcome';
import type {
  AccountSettings,
  Limits,
  LimitsRequest,
  LowBalanceRequest,
  Stop,
  StopRequest,
  StopScope,
  TopUpRequest,
} from '../../contract/settings';
import type { LedgerCalls } from '../connection/calls';

/** What an account's owner or an operator sets. Each answers with all the account's settings as they stand then. */
export class Settings {
  readonly #calls: Pick<LedgerCalls, 'operate'>;

  constructor(calls: Pick<LedgerCalls, 'operate'>) {
    this.#calls = calls;
  }

  /** Refusal: IDEMPOTENCY_CONFLICT. */
  setLimits({ accountId, key, ...limits }: LimitsRequest): Promise<Outcome<AccountSettings>> {
    return this.#calls.operate('set_limits', [accountId, key, JSON.stringify(limits satisfies Partial<Limits>)]);
  }

  /** Refusal: IDEMPOTENCY_CONFLICT. */
  setLowBalance({ accountId, key, lowBalance }: LowBalanceRequest): Promise<Outcome<AccountSettings>> {
    return this.#calls.operate('set_low_balance', [accountId, key, JSON.stringify(lowBalance)]);
  }

  /** Refusals: IDEMPOTENCY_CONFLICT, UNKNOWN_PACK, TOP_UP_CAP_TOO_LOW. */
  setTopUp({ accountId, key, topUp }: TopUpRequest): Promise<Outcome<AccountSettings>> {
    return this.#calls.operate('set_top_up', [accountId, key, JSON.stringify(topUp)]);
  }

  /** Stops admissions from now on; what runs goes on. Refusal: UNKNOWN_KIND. */
  stop({ accountId, kind, reason, by }: StopRequest): Promise<Outcome<Stop>> {
    return this.#calls.operate('stop_admissions', [accountId, kind, reason, by]);
  }

  /** Lets them go on; `admitted` is false where nothing had stopped exactly these. */
  admit({ accountId, kind }: StopScope): Promise<Outcome<{ admitted: boolean }>> {
    return this.#calls.operate('admit_again', [accountId, kind]);
  }
}
