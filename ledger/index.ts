import type { AuditReport } from '../contract/audit';
import type { Balance } from '../contract/balance';
import type { CatalogVersion, EffectiveCatalog } from '../contract/catalog';
import { HoldfastError } from '../contract/errors';
import type { RequestBody, RequestRecord } from '../contract/generation';
import type { CreatedGrant, DeductBody, Deduction, GrantBody } from '../contract/grant';
import type { History, HistoryPage } from '../contract/history';
import type { NoticeRecord } from '../contract/notice';
import type { Outcome } from '../contract/outcome';
import type { PurchaseRecord } from '../contract/purchase';
import type { AccountSettings } from '../contract/settings';
import type { Subscription } from '../contract/subscription';
import type { TemporalIdentity } from '../contract/temporal-identity';
import type { UsageSlice } from '../contract/usage';
import type { WaitingPlace, WaitingQueue, WaitLimit } from '../contract/waiting';
import type { LedgerReader } from '../domain/account/ledger-reader';
import { refusalOf } from './connection/answers';
import { Connection, type LedgerOptions } from './connection/connection';
import { createHistoryReader, type HistoryReader } from './history';
import { ByHand } from './operations/by-hand';
import { Notices } from './operations/notices';
import { Outbox } from './operations/outbox';
import { Purchases } from './operations/purchases';
import { Settings } from './operations/settings';
import { Subscriptions } from './operations/subscriptions';
import { TopUps } from './operations/top-ups';
import { Upkeep } from './operations/upkeep';
import type { DueCursor, DueReservation } from './types';

export type { Deliver, OutboxMessage } from '../contract/outbox';
export type { Outcome } from '../contract/outcome';
export type { TopUpStep } from '../contract/top-up';
export type { LedgerOptions } from './connection/connection';
export type { ByHand } from './operations/by-hand';
export type { Notices } from './operations/notices';
export type { Purchases } from './operations/purchases';
export type { Settings } from './operations/settings';
export type { Subscriptions } from './operations/subscriptions';
export type { TopUps } from './operations/top-ups';
export type * from './operations/upkeep';
export type * from './types';

const OPEN_REQUESTS_MAX = 200;

export function createLedger(options: LedgerOptions): Ledger {
  return new Ledger(options);
}

/**
 * One method per SQL function, one round trip each. Expected refusals are values; what the methods throw is a
 * HoldfastError LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED or INTERNAL. Nothing is repeated in here: callers retry with the same key.
 */
export class Ledger implements LedgerReader {
  readonly #connection: Connection;
  readonly #history: HistoryReader;
  readonly subscriptions: Subscriptions;
  readonly purchases: Purchases;
  readonly settings: Settings;
  readonly topUps: TopUps;
  readonly notices: Notices;
  readonly outbox: Outbox;
  readonly upkeep: Upkeep;
  readonly byHand: ByHand;

  constructor(options: LedgerOptions) {
    this.#connection = new Connection(options);
    this.#history = createHistoryReader(options.databaseUrl);
    const calls = this.#connection;
    this.subscriptions = new Subscriptions(calls);
    this.purchases = new Purchases(calls);
    this.settings = new Settings(calls);
    this.topUps = new TopUps(calls);
    this.notices = new Notices(calls);
    this.outbox = new Outbox(calls);
    this.upkeep = new Upkeep(calls);
    this.byHand = new ByHand(calls);
  }

  /** Adds credits, once per key. Refusals: IDEMPOTENCY_CONFLICT, INVALID_ARGUMENT, EXPIRY_REQUIRED, EXPIRY_IN_PAST, SUBSCRIPTION_REQUIRED, BALANCE_LIMIT_EXCEEDED. */
  grant(accountId: string, key: string, body: GrantBody): Promise<Outcome<CreatedGrant>> {
    return this.#connection.operate('grant_credits', [accountId, key, JSON.stringify(body)]);
  }

  /** Takes credits away in burn order, once per key. Refusals: IDEMPOTENCY_CONFLICT, INSUFFICIENT_CREDITS. */
  deduct(accountId: string, key: string, body: DeductBody): Promise<Outcome<Deduction>> {
    return this.#connection.operate('deduct_credits', [accountId, key, JSON.stringify(body)]);
  }

  /**
   * Sets credits aside for one request; with `wait`, one that finds too few takes a place in the account's queue. A known
   * request returns its record, however it has been resolved since. Refusals: IDEMPOTENCY_CONFLICT, STALE_CATALOG,
   * PRICE_CHANGED, WAIT_DEADLINE_IN_PAST, ADMISSION_STOPPED, GENERATION_LIMIT_EXCEEDED, DAILY_LIMIT_REACHED,
   * CONCURRENCY_LIMIT_REACHED, INSUFFICIENT_CREDITS.
   */
  reserve(
    accountId: string,
    requestId: string,
    body: RequestBody,
    quoted: { credits: number; catalogVersion: string },
    holdMs: number,
    wait: WaitLimit | null = null,
  ): Promise<Outcome<RequestRecord>> {
    const { credits, catalogVersion } = quoted;
    const values = [accountId, requestId, JSON.stringify(body), credits, Number(catalogVersion), holdMs];
    return this.#connection.operate('reserve_credits', [...values, wait && JSON.stringify(wait)]);
  }

  /**
   * Sets credits aside for a request that waits, if it is served next, the limits allow it and they suffice; else it waits
   * on. Ends it where the price is above the one it was admitted at (the record's reason is PRICE_CHANGED) or its
   * deadline has come (WAIT_TIMED_OUT). One that waits no longer returns its record. Refusals: RESERVATION_NOT_FOUND,
   * STALE_CATALOG.
   */
  resume(
    accountId: string,
    requestId: string,
    quoted: { credits: number; catalogVersion: string },
    holdMs: number,
  ): Promise<Outcome<RequestRecord>> {
    const { credits, catalogVersion } = quoted;
    return this.#connection.operate('resume_request', [accountId, requestId, credits, Number(catalogVersion), holdMs]);
  }

  /** The record of a request that was seen before with this body; null if it never was. Refusal: IDEMPOTENCY_CONFLICT. */
  known(accountId: string, requestId: string, body: RequestBody): Promise<Outcome<RequestRecord | null>> {
    return this.#connection.operate('reserve_credits', [
      accountId,
      requestId,
      JSON.stringify(body),
      null,
      null,
      null,
      null,
    ]);
  }

  /** Takes `credits`, at most what was reserved, and hands back the rest. Refusals: RESERVATION_NOT_FOUND, RESERVATION_RESOLVED, COMMIT_EXCEEDS_RESERVATION. */
  commit(accountId: string, requestId: string, credits: number, outputUrl: string): Promise<Outcome<RequestRecord>> {
    return this.#connection.operate('commit_reservation', [accountId, requestId, credits, outputUrl]);
  }

  /** Hands back everything, or ends a wait; an unknown request gets a tombstone. Refusal: RESERVATION_RESOLVED (it was committed). */
  release(accountId: string, requestId: string, reason: string): Promise<Outcome<RequestRecord>> {
    return this.#connection.operate('release_reservation', [accountId, requestId, reason]);
  }

  /** Books what has ended and is not booked yet. Safe to repeat. */
  expire(accountId: string): Promise<Outcome<{ accountId: string; expired: number; entries: number }>> {
    return this.#connection.operate('expire_grants', [accountId]);
  }

  async balance(accountId: string, asOf?: string): Promise<Balance> {
    const balance = await this.#connection.call<Balance | null>('balance', [accountId, asOf ?? null]);
    return balance ?? emptyBalance(accountId);
  }

  history(accountId: string, page?: HistoryPage): Promise<History> {
    return this.#history.read(accountId, page);
  }

  usage(accountId: string, since: string): Promise<UsageSlice[]> {
    return this.#history.usage(accountId, since);
  }

  request(accountId: string, requestId: string): Promise<RequestRecord | null> {
    return this.#connection.call('request', [accountId, requestId]);
  }

  openRequests(accountId: string): Promise<RequestRecord[]> {
    return this.#connection.call('open_requests', [accountId, OPEN_REQUESTS_MAX]);
  }

  /**
   * One text per account, other than before whenever its balance or its requests are, but for grants whose own end has
   * come; unknown accounts have none. One round trip, however many are asked for.
   */
  accountStamps(accountIds: string[]): Promise<Partial<Record<string, string>>> {
    return this.#connection.call('account_stamps', [accountIds]);
  }

  subscription(accountId: string, subscriptionId?: string): Promise<Subscription | null> {
    return this.#connection.call('subscription', [accountId, subscriptionId ?? null]);
  }

  purchase(accountId: string, purchaseId: string): Promise<PurchaseRecord | null> {
    return this.#connection.call('purchase', [accountId, purchaseId]);
  }

  async waitingQueue(accountId: string): Promise<WaitingQueue> {
    return withMessage(await this.#connection.call<WaitingQueue>('waiting_queue', [accountId]));
  }

  async waitingPlace(accountId: string, requestId: string | null): Promise<WaitingPlace> {
    return withMessage(await this.#connection.call<WaitingPlace>('waiting_place', [accountId, requestId]));
  }

  accountSettings(accountId: string): Promise<AccountSettings> {
    return this.#connection.call('account_settings', [accountId]);
  }

  accountNotices(accountId: string): Promise<NoticeRecord[]> {
    return this.#connection.call('account_notices', [accountId]);
  }

  async effectiveCatalog(): Promise<EffectiveCatalog> {
    const effective = await this.#connection.call<EffectiveCatalog | null>('effective_catalog', []);
    if (!effective)
      throw new HoldfastError('LEDGER_NOT_MIGRATED', 'No catalog version is effective; run `holdfast migrate`.');
    return effective;
  }

  /** One version as it stands in the ledger, whether in force or not. */
  async catalogVersion(catalogVersion: string): Promise<EffectiveCatalog> {
    const catalog = await this.#connection.call<CatalogVersion | null>('catalog_version', [Number(catalogVersion)]);
    if (!catalog) throw new HoldfastError('INTERNAL', `The ledger has no catalog version ${catalogVersion}.`);
    return { catalogVersion, catalog, validUntil: null };
  }

  /** Re-derives every invariant from the journal, in one snapshot. */
  audit(): Promise<AuditReport> {
    return this.#connection.call('audit', []);
  }

  /** The pass's clock and how many reservations are open. */
  reconciliationScope(): Promise<{ now: string; open: number }> {
    return this.#connection.call('reconciliation_scope', []);
  }

  /** A page of the open reservations whose hold was due by then, in a stable order. */
  async dueReservations(dueBy: string, after: DueCursor | null, limit: number): Promise<DueReservation[]> {
    const rows = await this.#connection.rows<{
      account_id: string;
      request_id: string;
      expires_at: Date;
      credits: number;
    }>('due_reservations', [
      after?.expiresAt ?? null,
      after?.accountId ?? null,
      after?.requestId ?? null,
      dueBy,
      limit,
    ]);
    return rows.map((row) => ({
      accountId: row.account_id,
      requestId: row.request_id,
      expiresAt: row.expires_at.toISOString(),
      credits: row.credits,
    }));
  }

  async extendHold(accountId: string, requestId: string, holdMs: number): Promise<void> {
    await this.#connection.call('extend_hold', [accountId, requestId, holdMs]);
  }

  /** In how many passes in a row the workflow was not found, this one included; null once the reservation has ended. */
  noteMissing(accountId: string, requestId: string, passId: string): Promise<number | null> {
    return this.#connection.call('note_missing', [accountId, requestId, passId]);
  }

  /** Records the identity on first use; returns the recorded one. */
  temporalIdentity(seen: TemporalIdentity): Promise<TemporalIdentity> {
    return this.#connection.call('temporal_identity', [seen.clusterId, seen.namespaceId, seen.namespace]);
  }

  /** The recorded identity, without recording one; null before a worker's first start. */
  recordedTemporalIdentity(): Promise<TemporalIdentity | null> {
    return this.#connection.call('recorded_temporal_identity', []);
  }

  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), this.#history.close()]);
  }
}

/** What keeps the queue comes as the functions' refusals do, without its message. */
function withMessage<Queue extends Pick<WaitingQueue, 'heldUp'>>(queue: Queue): Queue {
  const { heldUp } = queue;
  return heldUp ? { ...queue, heldUp: refusalOf({ ...heldUp, details: heldUp.details ?? {} }) } : queue;
}

function emptyBalance(accountId: string): Balance {
  const nothing = { available: 0, pendingExpiry: 0, reserved: 0, spent: 0, expired: 0, deducted: 0, granted: 0 };
  return { accountId, at: null, ...nothing, validUntil: null, grants: [] };
}
