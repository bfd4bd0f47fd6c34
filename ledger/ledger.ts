import type { EffectiveCatalog } from '../contract/catalog';
import type { RequestBody } from '../contract/generation';
import type { DeductBody, GrantBody } from '../contract/grant';
import type { History, HistoryPage } from '../contract/history';
import type { AdmissionAsked, LedgerReader } from '../contract/ledger-reader';
import type { TemporalIdentity } from '../contract/temporal-identity';
import type { UsageSlice } from '../contract/usage';
import type { BoundedWait, WaitingPage, WaitingPlace, WaitingQueue } from '../contract/waiting';
import { type AuditAsked, type Audited, Audits } from './audits';
import { refusalOf, withMessage } from './connection/answers';
import { Connection, type LedgerOptions } from './connection/connection';
import { createHistoryReader, type HistoryReader } from './history-reader';
import { type Accounts, accounts } from './operations/account-operations';
import { type ActOperations, acts } from './operations/act-operations';
import { type Billing, billing } from './operations/billing-operations';
import { type Cancellations, cancellations } from './operations/cancellation-operations';
import { type Catalogs, catalogs } from './operations/catalog-operations';
import { type Checkpoints, checkpoints } from './operations/checkpoint-operations';
import { type Grants, grants } from './operations/grant-operations';
import { type Holds, holds } from './operations/hold-operations';
import { type Imports, imports } from './operations/import-operations';
import { type Interventions, interventions } from './operations/intervention-operations';
import { type Notices, notices } from './operations/notice-operations';
import { type Outbox, outbox } from './operations/outbox-operations';
import { type Purchases, purchases } from './operations/purchase-operations';
import { type Refunds, refunds } from './operations/refund-operations';
import { type Reports, reports } from './operations/report-operations';
import { type Restores, restores } from './operations/restore-operations';
import { type Settings, settings } from './operations/settings-operations';
import { type Subscriptions, subscriptions } from './operations/subscription-operations';
import { type TopUps, topUps } from './operations/top-up-operations';
import { type Upkeep, upkeep } from './operations/upkeep-operations';
import { type Quoted, quoteOf } from './quoted';

export type { Deliver, OutboxMessage } from '../contract/outbox';
export type { Outcome } from '../contract/outcome';
export type { TopUpStep } from '../contract/top-up';
export type * from '../contract/upkeep';
export type { AuditAsked, Audited, AuditProgress } from './audits';
export type { LedgerOptions } from './connection/connection';
export type { Billing } from './operations/billing-operations';
export type { Checkpoints } from './operations/checkpoint-operations';
export type { Grants } from './operations/grant-operations';
export type { Holds } from './operations/hold-operations';
export type { Imports } from './operations/import-operations';
export type { Interventions } from './operations/intervention-operations';
export type { Notices } from './operations/notice-operations';
export type { Purchases } from './operations/purchase-operations';
export type { Reports } from './operations/report-operations';
export type { Restores } from './operations/restore-operations';
export type { Ordered, Settings } from './operations/settings-operations';
export type { Subscriptions } from './operations/subscription-operations';
export type { TopUps } from './operations/top-up-operations';
export type { Upkeep } from './operations/upkeep-operations';

const OPEN_REQUESTS_MAX = 200;

/** Opens no connection before the first call. The caller closes it. */
export function createLedger(options: LedgerOptions): Ledger {
  return new Ledger(options);
}

/**
 * One method per SQL function, one round trip each. Credits are whole numbers, money is in minor
 * units, times are ISO 8601 in UTC, durations are whole milliseconds. LedgerReader has the contracts
 * of the methods without one here.
 *
 * Expected refusals are values (`Outcome`). Every method may throw a HoldfastError:
 * LEDGER_UNAVAILABLE or LEDGER_NOT_MIGRATED, after which callers retry with the same key; or
 * LEDGER_ACCESS_DENIED, VALUE_NOT_STORABLE, LEDGER_RULE_BROKEN or INTERNAL, which no retry mends.
 * The ledger repeats only a call that broke a rule, once, and makes alone what failed in a batch.
 */
export class Ledger implements LedgerReader {
  readonly #connection: Connection;
  readonly #history: HistoryReader;
  readonly #audits: Audits;
  readonly #catalogs: Catalogs;
  readonly accounts: Accounts;
  readonly acts: ActOperations;
  readonly billing: Billing;
  readonly cancellations: Cancellations;
  readonly checkpoints: Checkpoints;
  readonly grants: Grants;
  readonly holds: Holds;
  readonly imports: Imports;
  readonly subscriptions: Subscriptions;
  readonly purchases: Purchases;
  readonly refunds: Refunds;
  readonly reports: Reports;
  readonly restores: Restores;
  readonly settings: Settings;
  readonly topUps: TopUps;
  readonly notices: Notices;
  readonly outbox: Outbox;
  readonly upkeep: Upkeep;
  readonly interventions: Interventions;

  constructor(options: LedgerOptions) {
    this.#connection = new Connection(options);
    this.#history = createHistoryReader(options.databaseUrl);
    this.#audits = new Audits(options);
    this.#catalogs = catalogs(this.#connection);
    this.accounts = accounts(this.#connection);
    this.acts = acts(this.#connection);
    this.billing = billing(this.#connection);
    this.cancellations = cancellations(this.#connection);
    this.checkpoints = checkpoints(this.#connection);
    this.grants = grants(this.#connection);
    this.holds = holds(this.#connection);
    this.imports = imports(this.#connection);
    this.subscriptions = subscriptions(this.#connection);
    this.purchases = purchases(this.#connection, this.#connection.clock);
    this.refunds = refunds(this.#connection);
    this.reports = reports(this.#connection);
    this.restores = restores(this.#connection);
    this.settings = settings(this.#connection);
    this.topUps = topUps(this.#connection);
    this.notices = notices(this.#connection);
    this.outbox = outbox(this.#connection);
    this.upkeep = upkeep(this.#connection);
    this.interventions = interventions(this.#connection);
  }

  /**
   * Adds the credits of a promotion or an adjustment, once per key. Refusals: IDEMPOTENCY_CONFLICT,
   * INVALID_ARGUMENT, EXPIRY_REQUIRED, SUBSCRIPTION_REQUIRED, EXPIRY_IN_PAST,
   * BALANCE_LIMIT_EXCEEDED.
   */
  grant(accountId: string, key: string, body: GrantBody) {
    return this.#connection.operate('grant_credits', { accountId, key, body });
  }

  /**
   * Takes credits away in burn order, once per key. Refusals: IDEMPOTENCY_CONFLICT,
   * INSUFFICIENT_CREDITS.
   */
  deduct(accountId: string, key: string, body: DeductBody) {
    return this.#connection.operate('deduct_credits', { accountId, key, body });
  }

  /**
   * Sets credits aside for one request; with `wait`, a request that finds too few takes a place in
   * the account's queue. A known request returns its record, however it has been resolved since.
   * Refusals: IDEMPOTENCY_CONFLICT, INPUT_KEY_UNKNOWN (the body's input is kept by the key that the
   * details name, null for none), STALE_CATALOG, PRICE_CHANGED, WAIT_DEADLINE_IN_PAST,
   * ADMISSION_STOPPED, GENERATION_LIMIT_EXCEEDED, DAILY_LIMIT_REACHED, CONCURRENCY_LIMIT_REACHED,
   * INSUFFICIENT_CREDITS, QUEUE_FULL, QUEUE_BYTES_EXCEEDED, ADMISSION_TIMED_OUT.
   *
   * @param holdMs after this time reconciliation asks whether the request's workflow still runs
   * @param withinMs after this time a new request is not admitted any more; without it, it always is
   */
  async reserve(
    accountId: string,
    requestId: string,
    body: RequestBody,
    quoted: Quoted,
    holdMs: number,
    wait?: BoundedWait | null,
    withinMs?: number,
  ) {
    const { clock } = this.#connection;
    const notAfter = withinMs === undefined ? undefined : await clock.notAfter(withinMs);
    const given = { accountId, requestId, body, ...quoteOf(quoted), holdMs, wait, notAfter };
    return this.#connection.operate('reserve_credits', given);
  }

  /**
   * Refuses a request that doesn't wait as `reserve` does, and counts and tells the refusal. A
   * request that would have its credits gets none, and null; one that is known, its record.
   */
  refuse(accountId: string, requestId: string, body: RequestBody, quoted: Quoted) {
    const given = { accountId, requestId, body, ...quoteOf(quoted) };
    return this.#connection.operate('refuse_credits', given);
  }

  /**
   * Sets credits aside for a request that waits, if it is served next, the limits allow it and the
   * credits suffice; else it waits on. Ends the wait, with the code as the record's reason, if its
   * deadline has come (WAIT_TIMED_OUT), if the price is above the one at which it was queued
   * (PRICE_CHANGED), or if a limit can never admit it (GENERATION_LIMIT_EXCEEDED). A request that
   * waits no longer returns its record. Refusals: RESERVATION_NOT_FOUND, STALE_CATALOG.
   */
  resume(accountId: string, requestId: string, quoted: Quoted, holdMs: number) {
    const given = { accountId, requestId, ...quoteOf(quoted), holdMs };
    return this.#connection.operate('resume_request', given);
  }

  async admissionOutlook({ quote, ...asked }: AdmissionAsked) {
    const given = { ...asked, ...(quote && quoteOf(quote)) };
    const { refusal, ...outlook } = await this.#connection.call('admission_outlook', given);
    return { ...outlook, refusal: refusal && refusalOf(refusal) };
  }

  /**
   * The record of a request that was seen before with this body; null if it never was. Refusals:
   * IDEMPOTENCY_CONFLICT, INPUT_KEY_UNKNOWN.
   */
  known(accountId: string, requestId: string, body: RequestBody) {
    return this.#connection.operate('known_reservation', { accountId, requestId, body });
  }

  /**
   * Takes `credits`, at most what was reserved, and hands back the rest. Refusals:
   * RESERVATION_NOT_FOUND, RESERVATION_RESOLVED, COMMIT_EXCEEDS_RESERVATION.
   */
  commit(accountId: string, requestId: string, credits: number, outputUrl: string) {
    const given = { accountId, requestId, credits, outputUrl };
    return this.#connection.operate('commit_reservation', given);
  }

  /**
   * Hands back everything, or ends a wait; an unknown request gets a tombstone. Refusal:
   * RESERVATION_RESOLVED (it was committed).
   */
  release(accountId: string, requestId: string, reason: string) {
    return this.#connection.operate('release_reservation', { accountId, requestId, reason });
  }

  /** Books the expiry of ended grants that are not booked yet. Safe to repeat. */
  expire(accountId: string) {
    return this.#connection.operate('expire_grants', { accountId });
  }

  balance(accountId: string, asOf?: string) {
    return this.#connection.call('balance', { accountId, asOf });
  }

  history(accountId: string, page?: HistoryPage): Promise<History> {
    return this.#history.read(accountId, page);
  }

  usage(accountId: string, since: string): Promise<UsageSlice[]> {
    return this.#history.usage(accountId, since);
  }

  request(accountId: string, requestId: string) {
    return this.#connection.call('request', { accountId, requestId });
  }

  openRequests(accountId: string) {
    return this.#connection.call('open_requests', { accountId, limit: OPEN_REQUESTS_MAX });
  }

  /**
   * A text per account, which changes whenever its balance or its requests do, but not when a
   * grant's own end comes. Unknown accounts have none. One round trip for any number of accounts.
   */
  accountStamps(accountIds: string[]): Promise<Partial<Record<string, string>>> {
    return this.#connection.call('account_stamps', { accountIds });
  }

  subscription(accountId: string, subscriptionId?: string) {
    return this.#connection.call('subscription', { accountId, subscriptionId });
  }

  purchase(accountId: string, purchaseId: string) {
    return this.#connection.call('purchase', { accountId, purchaseId });
  }

  /** A refund that an operator has ordered; null if the ledger has none of that id. */
  refundOrder(accountId: string, orderId: string) {
    return this.#connection.call('refund_order', { accountId, orderId });
  }

  async waitingQueue(accountId: string, page?: WaitingPage): Promise<WaitingQueue> {
    return withMessage(await this.#connection.call('waiting_queue', { accountId, ...page }));
  }

  async waitingPlace(accountId: string, requestId: string | null): Promise<WaitingPlace> {
    return withMessage(await this.#connection.call('waiting_place', { accountId, requestId }));
  }

  accountSettings(accountId: string) {
    return this.#connection.call('account_settings', { accountId });
  }

  accountNotices(accountId: string) {
    return this.#connection.call('account_notices', { accountId });
  }

  /** The catalog in force. Throws LEDGER_NOT_MIGRATED if there is none. */
  effectiveCatalog(): Promise<EffectiveCatalog> {
    return this.#catalogs.effective();
  }

  /** One version, whether in force or not. Throws INTERNAL if there is none. */
  catalogVersion(catalogVersion: string): Promise<EffectiveCatalog> {
    return this.#catalogs.version(catalogVersion);
  }

  /** Derives every invariant again, page by page, on a connection of its own. */
  audit(asked?: AuditAsked): Promise<Audited> {
    return this.#audits.run(asked);
  }

  ledgerId() {
    return this.#connection.call('ledger_id', {});
  }

  /** The migrations that the schema has, in their order. */
  appliedMigrations() {
    return this.#connection.page('applied_migrations', {});
  }

  temporalIdentity({ clusterId, namespaceId, namespace }: TemporalIdentity) {
    return this.#connection.call('temporal_identity', { clusterId, namespaceId, namespace });
  }

  recordedTemporalIdentity() {
    return this.#connection.call('recorded_temporal_identity', {});
  }

  /** Waits for deliveries that are under way, and closes the connections. */
  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), this.#history.close(), this.#audits.close()]);
  }
}
