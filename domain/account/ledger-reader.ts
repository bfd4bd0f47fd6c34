import type { RequestBody } from '../generation/request';
import type { WaitingPlace, WaitingQueue, WaitRecord } from '../generation/waiting';
import type { NoticeRecord } from '../notice/notice';
import type { EffectiveCatalog } from '../pricing/catalog';
import type { PurchaseRecord } from '../purchase/purchase';
import type { Subscription } from '../subscription/subscription';
import type { AccountSettings } from './settings';
import type { UsageSlice } from './usage';

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

export type GrantSource = 'plan' | 'pack' | 'promotion' | 'adjustment';

/** What a grant was for. */
export interface GrantOrigin {
  source: GrantSource;
  /** Of a pack. */
  packId?: string;
  purchaseId?: string;
  /** Of a plan: the one that was paid for, and the billing cycle, whose end belongs to the next one. */
  planId?: string;
  cycle?: number;
  cycleStart?: string;
  cycleEnd?: string;
}

/** granted = available + pendingExpiry + reserved + spent + expired + deducted */
export interface Balance {
  accountId: string;
  /** The ledger's time as of which all this was judged; null where it has no such account. */
  at: string | null;
  available: number;
  pendingExpiry: number;
  reserved: number;
  spent: number;
  expired: number;
  deducted: number;
  granted: number;
  /** When the credits that belong to the current term end; null without a subscription. */
  validUntil: string | null;
  /** Those with something left, in burn order. */
  grants: GrantBalance[];
}

export interface GrantBalance extends GrantOrigin {
  grantId: string;
  credits: number;
  remaining: number;
  expiresAt: string | null;
}

export interface HistoryPage {
  /** 50 by default, 1,000 at most. */
  limit?: number;
  /** Only entries with a lower version. */
  before?: number;
  /** Only what generations of this kind did to the credits. */
  kind?: string;
  /** ISO 8601: only entries of then or later. */
  since?: string;
}

/** Newest first. */
export interface History {
  entries: HistoryEntry[];
  /** What to ask for as `before` for the page after this one; null after the last. */
  next: number | null;
}

export type EntryType = 'grant' | 'reserve' | 'commit' | 'release' | 'expire' | 'deduct';

/** One line of the journal. `available…` figures are available + pendingExpiry (DESIGN.md §3, Balance). */
export interface HistoryEntry extends Partial<GrantOrigin> {
  version: number;
  at: string;
  type: EntryType;
  availableDelta: number;
  reservedDelta: number;
  availableAfter: number;
  reservedAfter: number;
  requestId?: string;
  /** Of the request. */
  kind?: string;
  grantId?: string;
  reason?: string;
  /** Who granted or deducted. */
  by?: string;
  metadata?: Record<string, string>;
}

export interface AllocationRecord {
  grantId: string;
  source: GrantSource;
  credits: number;
  charged: number;
}

/** The ledger's side of one generation. */
export interface RequestRecord {
  accountId: string;
  requestId: string;
  /** waiting: it holds nothing yet. released: also one that waited in vain; `reason` says why. */
  status: 'waiting' | 'open' | 'committed' | 'released';
  /** What the caller said; null for a tombstone: a release that came for a request which never reserved. */
  body: RequestBody | null;
  kind: string | null;
  seconds: number | null;
  audio: boolean;
  catalogVersion: string | null;
  reserved: number;
  charged: number;
  reason: string | null;
  outputUrl: string | null;
  reservedAt: string | null;
  resolvedAt: string | null;
  /** From when reconciliation asks Temporal whether the workflow still lives; null once resolved. */
  expiresAt: string | null;
  allocations: AllocationRecord[];
  /** Null where it never had to wait for credits. */
  wait: WaitRecord | null;
  metadata: Record<string, string>;
}

export interface Violation {
  /** The invariant's name, e.g. `journal-replays`. */
  invariant: string;
  accountId: string;
  detail: unknown;
}

export interface AuditReport {
  accounts: number;
  entries: number;
  violations: Violation[];
}
