import { Pool, types } from 'pg';
import type {
  AuditReport,
  Balance,
  History,
  HistoryPage,
  LedgerReader,
  RequestRecord,
} from '../domain/account/ledger-reader';
import { HoldfastError } from '../domain/errors';
import type { RequestBody } from '../domain/generation/request';
import type { Outcome } from '../domain/outcome';
import type { CatalogVersion, EffectiveCatalog } from '../domain/pricing/catalog';
import type { PurchaseRecord } from '../domain/purchase/purchase';
import type { Subscription } from '../domain/subscription/subscription';
import type { TemporalIdentity } from '../domain/temporal-identity';
import { type LedgerAnswer, outcomeOf } from './answers';
import type { LedgerCalls } from './calls';
import { translateError } from './errors';
import { createHistoryReader, type HistoryReader } from './history';
import { Purchases } from './purchases';
import { Subscriptions } from './subscriptions';
import type { CreatedGrant, DeductBody, Deduction, DueCursor, DueReservation, GrantBody } from './types';
import { Upkeep } from './upkeep';

export type { Outcome } from '../domain/outcome';
export type { Purchases } from './purchases';
export type { Subscriptions } from './subscriptions';
export type * from './types';
export type * from './upkeep';

const INT8_OID = 20;

export interface LedgerOptions {
  /** The serving connection: a role that may call the ledger's functions and nothing else. */
  databaseUrl: string;
  maxConnections?: number;
}

export function createLedger(options: LedgerOptions): Ledger {
  return new Ledger(options);
}

/**
 * One method per SQL function, one round trip each. Expected refusals are values; what the methods throw is a
 * HoldfastError LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED or INTERNAL. Nothing is repeated in here: callers retry with the same key.
 */
export class Ledger implements LedgerReader {
  readonly #pool: Pool;
  readonly #history: HistoryReader;
  readonly subscriptions: Subscriptions;
  readonly purchases: Purchases;
  readonly upkeep: Upkeep;

  constructor({ databaseUrl, maxConnections = 10 }: LedgerOptions) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: maxConnections,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      query_timeout: 12_000,
      types: {
        getTypeParser: (oid, format) =>
          oid === INT8_OID ? parseSafeInteger : types.getTypeParser(oid, format as 'text'),
      },
    });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => {});
    this.#history = createHistoryReader(databaseUrl);
    const calls: LedgerCalls = {
      operate: (name, values) => this.#operate(name, values),
      call: (name, values) => this.#call(name, values),
      page: (name, values) => this.#page(name, values),
    };
    this.subscriptions = new Subscriptions(calls);
    this.purchases = new Purchases(calls);
    this.upkeep = new Upkeep(calls);
  }

  /** Adds credits, once per key. Refusals: IDEMPOTENCY_CONFLICT, INVALID_ARGUMENT, EXPIRY_REQUIRED, EXPIRY_IN_PAST, SUBSCRIPTION_REQUIRED, BALANCE_LIMIT_EXCEEDED. */
  grant(accountId: string, key: string, body: GrantBody): Promise<Outcome<CreatedGrant>> {
    return this.#operate('grant_credits', [accountId, key, JSON.stringify(body)]);
  }

  /** Takes credits away in burn order, once per key. Refusals: IDEMPOTENCY_CONFLICT, INSUFFICIENT_CREDITS. */
  deduct(accountId: string, key: string, body: DeductBody): Promise<Outcome<Deduction>> {
    return this.#operate('deduct_credits', [accountId, key, JSON.stringify(body)]);
  }

  /**
   * Sets credits aside for one request. A known request returns its record, however it has been resolved since.
   * Refusals: IDEMPOTENCY_CONFLICT, STALE_CATALOG, PRICE_CHANGED, INSUFFICIENT_CREDITS.
   */
  reserve(
    accountId: string,
    requestId: string,
    body: RequestBody,
    quoted: { credits: number; catalogVersion: string },
    holdMs: number,
  ): Promise<Outcome<RequestRecord>> {
    const version = Number(quoted.catalogVersion);
    return this.#operate('reserve_credits', [
      accountId,
      requestId,
      JSON.stringify(body),
      quoted.credits,
      version,
      holdMs,
    ]);
  }

  /** The record of a request that was seen before with this body; null if it never was. Refusal: IDEMPOTENCY_CONFLICT. */
  known(accountId: string, requestId: string, body: RequestBody): Promise<Outcome<RequestRecord | null>> {
    return this.#operate('reserve_credits', [accountId, requestId, JSON.stringify(body), null, null, null]);
  }

  /** Takes `credits`, at most what was reserved, and hands back the rest. Refusals: RESERVATION_NOT_FOUND, RESERVATION_RESOLVED, COMMIT_EXCEEDS_RESERVATION. */
  commit(accountId: string, requestId: string, credits: number, outputUrl: string): Promise<Outcome<RequestRecord>> {
    return this.#operate('commit_reservation', [accountId, requestId, credits, outputUrl]);
  }

  /** Hands back everything; an unknown request gets a tombstone. Refusal: RESERVATION_RESOLVED (it was committed). */
  release(accountId: string, requestId: string, reason: string): Promise<Outcome<RequestRecord>> {
    return this.#operate('release_reservation', [accountId, requestId, reason]);
  }

  /** Books what has ended and is not booked yet. Safe to repeat. */
  expire(accountId: string): Promise<Outcome<{ accountId: string; expired: number; entries: number }>> {
    return this.#operate('expire_grants', [accountId]);
  }

  async balance(accountId: string, asOf?: string): Promise<Balance> {
    const balance = await this.#call<Balance | null>('balance', [accountId, asOf ?? null]);
    return balance ?? emptyBalance(accountId);
  }

  history(accountId: string, page?: HistoryPage): Promise<History> {
    return this.#history.read(accountId, page);
  }

  request(accountId: string, requestId: string): Promise<RequestRecord | null> {
    return this.#call('request', [accountId, requestId]);
  }

  subscription(accountId: string, subscriptionId?: string): Promise<Subscription | null> {
    return this.#call('subscription', [accountId, subscriptionId ?? null]);
  }

  purchase(accountId: string, purchaseId: string): Promise<PurchaseRecord | null> {
    return this.#call('purchase', [accountId, purchaseId]);
  }

  async effectiveCatalog(): Promise<EffectiveCatalog> {
    const effective = await this.#call<EffectiveCatalog | null>('effective_catalog', []);
    if (!effective)
      throw new HoldfastError('LEDGER_NOT_MIGRATED', 'No catalog version is effective; run `holdfast migrate`.');
    return effective;
  }

  /** One version as it stands in the ledger, whether in force or not. */
  async catalogVersion(catalogVersion: string): Promise<EffectiveCatalog> {
    const catalog = await this.#call<CatalogVersion | null>('catalog_version', [Number(catalogVersion)]);
    if (!catalog) throw new HoldfastError('INTERNAL', `The ledger has no catalog version ${catalogVersion}.`);
    return { catalogVersion, catalog, validUntil: null };
  }

  /** Re-derives every invariant from the journal, in one snapshot. */
  audit(): Promise<AuditReport> {
    return this.#call('audit', []);
  }

  /** The pass's clock and how many reservations are open. */
  reconciliationScope(): Promise<{ now: string; open: number }> {
    return this.#call('reconciliation_scope', []);
  }

  /** A page of the open reservations whose hold was due by then, in a stable order. */
  async dueReservations(dueBy: string, after: DueCursor | null, limit: number): Promise<DueReservation[]> {
    const rows = await this.#rows<{ account_id: string; request_id: string; expires_at: Date; credits: number }>(
      'due_reservations',
      [after?.expiresAt ?? null, after?.accountId ?? null, after?.requestId ?? null, dueBy, limit],
    );
    return rows.map((row) => ({
      accountId: row.account_id,
      requestId: row.request_id,
      expiresAt: row.expires_at.toISOString(),
      credits: row.credits,
    }));
  }

  async extendHold(accountId: string, requestId: string, holdMs: number): Promise<void> {
    await this.#call('extend_hold', [accountId, requestId, holdMs]);
  }

  /** In how many passes in a row the workflow was not found, this one included; null once the reservation has ended. */
  noteMissing(accountId: string, requestId: string, passId: string): Promise<number | null> {
    return this.#call('note_missing', [accountId, requestId, passId]);
  }

  /** Records the identity on first use; returns the recorded one. */
  temporalIdentity(seen: TemporalIdentity): Promise<TemporalIdentity> {
    return this.#call('temporal_identity', [seen.clusterId, seen.namespaceId, seen.namespace]);
  }

  /** The recorded identity, without recording one; null before a worker's first start. */
  recordedTemporalIdentity(): Promise<TemporalIdentity | null> {
    return this.#call('recorded_temporal_identity', []);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#history.close()]);
  }

  async #operate<T>(name: string, values: unknown[]): Promise<Outcome<T>> {
    return outcomeOf(await this.#call<LedgerAnswer<T>>(name, values));
  }

  async #call<T>(name: string, values: unknown[]): Promise<T> {
    const [row] = await this.#rows<{ [column: string]: T }>(name, values);
    return row?.[name] as T;
  }

  /** Each row of a set is one value, in a column of the function's name. */
  async #page<T>(name: string, values: unknown[]): Promise<T[]> {
    const rows = await this.#rows<{ [column: string]: T }>(name, values);
    return rows.map((row) => row[name] as T);
  }

  async #rows<Row>(name: string, values: unknown[]): Promise<Row[]> {
    const parameters = values.map((_, index) => `$${index + 1}`).join(', ');
    try {
      const { rows } = await this.#pool.query({ name, text: `SELECT * FROM holdfast.${name}(${parameters})`, values });
      return rows;
    } catch (error) {
      throw translateError(error);
    }
  }
}

function emptyBalance(accountId: string): Balance {
  const nothing = { available: 0, pendingExpiry: 0, reserved: 0, spent: 0, expired: 0, deducted: 0, granted: 0 };
  return { accountId, at: null, ...nothing, validUntil: null, grants: [] };
}

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new HoldfastError('INTERNAL', `The ledger returned ${text}, which is no safe integer.`);
  return value;
}
