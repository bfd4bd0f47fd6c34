import type { Balance } from './balance';
import type { EffectiveCatalog } from './catalog';
import type { RequestRecord } from './generation';
import type { History, HistoryPage } from './history';
import type { NoticeRecord } from './notice';
import type { PurchaseRecord } from './purchase';
import type { AccountSettings } from './settings';
import type { Subscription } from './subscription';
import type { UsageSlice } from './usage';
import type { WaitingPlace, WaitingQueue } from './waiting';

/** What the client may read, however it is reached: the ledger implements it, later HTTP too. All times are ISO 8601. */
export interface LedgerReader {
  /** An unknown account has a balance of zero. `asOf` asks how it stood then. */
  balance(accountId: string, asOf?: string): Promise<Balance>;
  history(accountId: string, page?: HistoryPage): Promise<History>;
  /** What was charged since then, per kind and quarter of an hour. */
  usage(accountId: string, since: string): Promise<UsageSlice[]>;
  /** Null where the ledger never saw the request (a rejected one is not stored). */
  request(accountId: string, requestId: string): Promise<RequestRecord | null>;
  /** What holds credits, oldest first, then what waits for some, in the order in which it is served; 200 at most. */
  openRequests(accountId: string): Promise<RequestRecord[]>;
  /** As it stands by the ledger's clock; without an id, the account's newest. Null if there is none. */
  subscription(accountId: string, subscriptionId?: string): Promise<Subscription | null>;
  /** Null where the ledger never saw the purchase (a refused one is not stored). */
  purchase(accountId: string, purchaseId: string): Promise<PurchaseRecord | null>;
  /** Who waits for credits, in the order in which they are served. */
  waitingQueue(accountId: string): Promise<WaitingQueue>;
  /** One line of that queue, however long it is; without a request, what all that wait need together. */
  waitingPlace(accountId: string, requestId: string | null): Promise<WaitingPlace>;
  accountSettings(accountId: string): Promise<AccountSettings>;
  /** The latest 100, newest first. */
  accountNotices(accountId: string): Promise<NoticeRecord[]>;
  effectiveCatalog(): Promise<EffectiveCatalog>;
}
