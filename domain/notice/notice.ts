import type { Threshold } from '../account/settings';

/** Something that an account's owner should hear of. Published JSON: the body of a webhook's delivery. */
export type Notice = NoticeHead & NoticeNews;

export interface NoticeHead {
  accountId: string;
  /** 1, 2, 3 … in the account, in the order in which they are delivered. */
  noticeId: number;
  /** ISO 8601, by the ledger's clock. */
  at: string;
}

/** `left` is what is available or reserved, in credits; all times are ISO 8601. */
export type NoticeNews =
  /** What is left has fallen below a threshold; said again only after a grant has raised it. */
  | { type: 'balance-low'; data: { left: number; available: number; threshold: Threshold; thresholdCredits: number } }
  /** Nothing is left, or a generation needed more than was available. `requestId` and `required` name the one that did. */
  | { type: 'ran-dry'; data: { left: number; available: number; requestId?: string; required?: number } }
  /** Unused credits end in 7 days or in 1. `renewBy` is null where no renewal would save them: a promotion's. */
  | { type: 'credits-expiring'; data: { days: 7 | 1; credits: number; expiresAt: string; renewBy: string | null } }
  /** `retryAt` is null where it has stopped, or waits for the next month. */
  | { type: 'top-up-failed'; data: TopUpFailure };

export interface TopUpFailure {
  packId: string;
  /** Absent where nothing was tried: the monthly cap leaves no room, or the pack costs more or is not sold any more. */
  purchaseId?: string;
  priceCents: number;
  currency: string;
  /**
   * `monthly-cap`, `pack-not-sold`, `price-changed`, the payment provider's reason, or why the money went back
   * (`subscription-ended`).
   */
  reason: string;
  retryAt: string | null;
  /** No further attempt is made until somebody sets the top-up again. */
  stopped: boolean;
}

export type NoticeType = NoticeNews['type'];

/** A notice and what became of it. Published JSON. */
export type NoticeRecord = Notice & {
  status: 'pending' | 'delivered' | 'failed';
  /** ISO 8601; null while it is pending. */
  settledAt: string | null;
  /** Why it could not be delivered; null otherwise. */
  reason: string | null;
};
