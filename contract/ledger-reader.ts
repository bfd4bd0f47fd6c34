import type { Balance } from './balance';
import type { EffectiveCatalog } from './catalog';
import type { RequestRecord } from './generation';
import type { History, HistoryPage } from './history';
import type { NoticeRecord } from './notice';
import type { Outcome } from './outcome';
import type { PurchaseRecord } from './purchase';
import type { AccountSettings } from './settings';
import type { Subscription } from './subscription';
import type { UsageSlice } from './usage';
import type { WaitingPlace, WaitingQueue } from './waiting';

/** The ledger's part of a cancellation. */
interface CancelRequests {
  /**
   * Notes that a running generation is about to be cancelled. The answer is its record, null if the
   * ledger has none. Refusal: CANCEL_LIMIT_REACHED with `retryAt`, if it would be free and the
   * account has cancelled `hourlyMax` such generations within the last hour.
   */
  request(
    accountId: string,
    requestId: string,
    hourlyMax: number,
  ): Promise<Outcome<RequestRecord | null>>;
}

/**
 * The reads of the client, which the ledger implements. Times are ISO 8601, credits whole numbers.
 *
 * @throws HoldfastError LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED from every method
 */
export interface LedgerReader {
  /** Now, or as of the instant `asOf`. An unknown account has a balance of zero. */
  balance(accountId: string, asOf?: string): Promise<Balance>;
  /** A page of the journal, newest first; without `page`, the newest 50 entries. */
  history(accountId: string, page?: HistoryPage): Promise<History>;
  /** The charges since an instant, per kind and quarter of an hour. */
  usage(accountId: string, since: string): Promise<UsageSlice[]>;
  /** Null if the ledger never saw the request; a rejected one is not stored. */
  request(accountId: string, requestId: string): Promise<RequestRecord | null>;
  /**
   * Requests that hold credits, oldest first, then queued ones in the order of the queue; 200 at
   * most.
   */
  openRequests(accountId: string): Promise<RequestRecord[]>;
  /**
   * A subscription by the ledger's clock; without an id, the account's newest. Null if there is
   * none.
   */
  subscription(accountId: string, subscriptionId?: string): Promise<Subscription | null>;
  /** Null if the ledger never saw the purchase; a refused one is not stored. */
  purchase(accountId: string, purchaseId: string): Promise<PurchaseRecord | null>;
  /** The queued requests, in the order in which they are served. */
  waitingQueue(accountId: string): Promise<WaitingQueue>;
  /**
   * The place of one request in the queue; without a request, only what all queued ones need
   * together.
   */
  waitingPlace(accountId: string, requestId: string | null): Promise<WaitingPlace>;
  accountSettings(accountId: string): Promise<AccountSettings>;
  /** The latest 100 notices, newest first. */
  accountNotices(accountId: string): Promise<NoticeRecord[]>;
  /** Without it a client cancels as often as it is asked to. */
  readonly cancellations?: CancelRequests;
  /** The catalog version in force by the ledger's clock. */
  effectiveCatalog(): Promise<EffectiveCatalog>;
}
