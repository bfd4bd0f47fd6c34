/** What an account's owner or an operator sets. Published JSON. All times are ISO 8601. */
export interface AccountSettings {
  accountId: string;
  limits: Limits;
  /** When to tell of a low balance. */
  lowBalance: Threshold[];
  topUp: TopUp | null;
  /** The switches that stop this account's admissions, those of all accounts included. */
  stops: Stop[];
}

/** Null: no limit. */
export interface Limits {
  /** Credits of the generations begun on one day (UTC), less what they gave back. */
  dailyCreditsMax: number | null;
  /** The price of one generation. */
  generationCreditsMax: number | null;
  concurrentGenerationsMax: number | null;
}

/** What is left, reserved credits included, falls below so many credits, or below that share of the current cycle's grant. */
export type Threshold = { credits: number } | { percentOfCycle: number };

/** Buys a pack by itself when fewer than `belowCredits` are available. */
export interface TopUpRule {
  packId: string;
  belowCredits: number;
  /** What it may spend in one calendar month (UTC), pending payments included, in minor units of the pack's currency. */
  monthlyCapCents: number;
  /** The payment provider's own name for what pays; without it, the account's default there. */
  paymentMethod?: string;
}

export interface TopUp extends TopUpRule {
  spentThisMonthCents: number;
  /** Declines in a row; a success begins anew. */
  failures: number;
  /** Not charged before, after a decline; null where nothing has been declined. */
  retryAt: string | null;
  /**
   * Why it has stopped until somebody sets it again: the payment provider's reason, or `price-changed`, where the pack costs
   * more than when it was set. Null where it goes on.
   */
  stoppedWhy: string | null;
}

/** A switch that stops admissions: of one account or of all (null), of one kind or of all (null). */
export interface Stop {
  accountId: string | null;
  kind: string | null;
  /** Callers see it. */
  reason: string;
  by: string;
  since: string;
}

export interface KeyedSetting {
  accountId: string;
  /** The idempotency key: unique among the account's settings of this type, for ever. */
  key: string;
}

/** What is left out stays as it is; null takes a limit away. */
export interface LimitsRequest extends KeyedSetting, Partial<Limits> {}

/** Takes the place of all earlier thresholds; none of them: no notice of a low balance. */
export interface LowBalanceRequest extends KeyedSetting {
  lowBalance: Threshold[];
}

/** Null turns it off. Setting it again, also as it was, lets one that has stopped go on. */
export interface TopUpRequest extends KeyedSetting {
  topUp: TopUpRule | null;
}

/** Which admissions a switch is about: null means all accounts, or all kinds. */
export interface StopScope {
  accountId: string | null;
  kind: string | null;
}

export interface StopRequest extends StopScope {
  reason: string;
  by: string;
}

/** One change of settings. Published JSON: the argument of `settingsWorkflow`. */
export type SettingsChange =
  | ({ setting: 'limits' } & LimitsRequest)
  | ({ setting: 'low-balance' } & LowBalanceRequest)
  | ({ setting: 'top-up' } & TopUpRequest)
  | ({ setting: 'stop'; key: string } & StopRequest)
  | ({ setting: 'admit'; key: string } & StopScope);
