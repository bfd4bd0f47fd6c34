import type { Balance } from './balance';
import type { EffectiveCatalog } from './catalog';
import type { Refusal } from './errors';
import type { RequestBody, RequestRecord } from './generation';
import type { History, HistoryPage } from './history';
import type { NoticeRecord } from './notice';
import type { Outcome } from './outcome';
import type { PurchaseRecord } from './purchase';
import type { RefundOrder } from './refund-order';
import type { AccountSettings } from './settings';
import type { Subscription } from './subscription';
import type { TemporalIdentity } from './temporal-identity';
import type { UsageSlice } from './usage';
import type { WaitingPage, WaitingPlace, WaitingQueue, WaitLimit } from './waiting';

/** A request whose admission is asked about; without a quote, only whether it is known. */
export interface AdmissionAsked {
  accountId: string;
  requestId: string;
  body: RequestBody;
  quote?: { credits: number; catalogVersion: string };
  wait: WaitLimit | null;
}

/**
 * What a request would be answered before its credits are looked at. `known`: the ledger has an
 * answer, or another request under its id. `refusal` is null if nothing is in its way. `isShort`:
 * it doesn't wait, and its account has too few credits by the look of it.
 */
export interface AdmissionOutlook {
  known: boolean;
  refusal: Refusal | null;
  isShort: boolean;
}

/** The ledger's part of a cancellation. */
interface CancelRequests {
  /**
   * Notes that a running generation is about to be cancelled. The answer is its record, null if the
   * ledger has none. Refusal: CANCEL_LIMIT_REACHED with `retryAt` and
   * `retryAfterSeconds`, if it would be free and the account has cancelled `hourlyMax` such
   * generations within the last hour.
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
  /** Judges by the same rules as a reservation, and changes nothing. */
  admissionOutlook(asked: AdmissionAsked): Promise<AdmissionOutlook>;
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
  /** A refund that an operator has ordered; null if there is none. */
  refundOrder(accountId: string, orderId: string): Promise<RefundOrder | null>;
  /** A page of the queued requests, in the order in which they are served; 100 by default. */
  waitingQueue(accountId: string, page?: WaitingPage): Promise<WaitingQueue>;
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
  /** The ledger's own id, which never changes. */
  ledgerId(): Promise<string>;
  /** Which Temporal the ledger belongs to; null before a process has recorded it. */
  recordedTemporalIdentity(): Promise<TemporalIdentity | null>;
  /** Records on first use which Temporal the ledger belongs to; answers with what is recorded. */
  temporalIdentity(seen: TemporalIdentity): Promise<TemporalIdentity>;
}
