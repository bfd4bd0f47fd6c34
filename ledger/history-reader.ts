import type { GrantOrigin } from '../contract/grant';
import type { EntryType, History, HistoryEntry, HistoryPage } from '../contract/history';
import type { UsageSlice } from '../contract/usage';
import { openDatabase } from './connection/database';
import { translateError } from './connection/errors';

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 1_000;

interface HistoryRow {
  version: string;
  at: Date;
  type: EntryType;
  available_delta: string;
  reserved_delta: string;
  available_after: string;
  reserved_after: string;
  request_id: string | null;
  grant_id: string | null;
  reason: string | null;
  by_name: string | null;
  metadata: Record<string, string> | null;
  kind: string | null;
  origin: GrantOrigin | null;
  owed_delta: string | null;
  owed_after: string;
  frozen_after: string;
}

interface UsageRow {
  quarter: Date;
  kind: string;
  credits: string;
  generations: string;
}

/** Reads of the journal. Both throw LEDGER_UNAVAILABLE, LEDGER_NOT_MIGRATED or LEDGER_ACCESS_DENIED. */
export interface HistoryReader {
  /**
   * Entries, newest first; 50 by default, 1,000 at most. `next` is the `before` of the next page.
   */
  read(accountId: string, page?: HistoryPage): Promise<History>;
  /**
   * Credits charged since then (ISO 8601), by kind and by quarter of an hour in UTC, oldest first.
   */
  usage(accountId: string, since: string): Promise<UsageSlice[]>;
  close(): Promise<void>;
}

/** Builds its queries with knex, on a small pool of its own, away from the hot path. */
export function createHistoryReader(databaseUrl: string): HistoryReader {
  const database = openDatabase(databaseUrl, 3);
  /** In a SELECT of its own Postgres calls it once, and not for each entry. */
  const lastBefore = (accountId: string, at: string) =>
    database.raw('(SELECT holdfast.last_version_before(?, holdfast.instant(?)))', [accountId, at]);
  return {
    async read(accountId, { limit = DEFAULT_LIMIT, before, ...filter } = {}) {
      const { kind, type, requestId, since, until } = filter;
      const size = Math.min(limit, LIMIT_MAX);
      // One more than the page has, which tells whether there is another.
      const query = database<HistoryRow>('holdfast.history')
        .where('account_id', accountId)
        .orderBy('version', 'desc')
        .limit(size + 1);
      if (kind !== undefined) query.where('kind', kind);
      if (type !== undefined) query.where('type', type);
      if (before !== undefined) query.where('version', '<', before);
      if (since !== undefined) query.where('version', '>', lastBefore(accountId, since));
      if (until !== undefined) query.where('version', '<=', lastBefore(accountId, until));
      if (requestId !== undefined) {
        const ofRequest = '(SELECT holdfast.versions_of_request(?, ?))::bigint[]';
        query.whereRaw(`version = ANY (${ofRequest})`, [accountId, requestId]);
      }
      try {
        const rows = await query;
        const entries = rows.slice(0, size).map(entryOf);
        return { entries, next: rows.length > size ? (entries.at(-1)?.version ?? null) : null };
      } catch (error) {
        throw translateError(error, 'history');
      }
    },
    async usage(accountId, since) {
      // Every time zone's days begin at a quarter of an hour.
      const charged = database('holdfast.history')
        .select(
          database.raw(
            `date_bin('15 minutes', at, timestamptz '2000-01-01T00:00:00Z') AS quarter, kind`,
          ),
        )
        .select(
          database.raw(
            '-sum(available_delta + reserved_delta) AS credits, count(*) AS generations',
          ),
        )
        .where({ account_id: accountId, type: 'commit' })
        .where('version', '>', lastBefore(accountId, since))
        .groupBy('quarter', 'kind')
        .orderBy(['quarter', 'kind']);
      try {
        const rows: UsageRow[] = await charged;
        return rows.map(sliceOf);
      } catch (error) {
        throw translateError(error, 'history');
      }
    },
    close: () => database.destroy(),
  };
}

function sliceOf({ quarter, kind, credits, generations }: UsageRow): UsageSlice {
  const from = quarter.toISOString();
  return { from, kind, credits: Number(credits), generations: Number(generations) };
}

function entryOf(row: HistoryRow): HistoryEntry {
  return {
    version: Number(row.version),
    at: row.at.toISOString(),
    type: row.type,
    availableDelta: Number(row.available_delta),
    reservedDelta: Number(row.reserved_delta),
    availableAfter: Number(row.available_after),
    reservedAfter: Number(row.reserved_after),
    ...(row.owed_delta !== null && { owedDelta: Number(row.owed_delta) }),
    ...(row.owed_after !== '0' && { owedAfter: Number(row.owed_after) }),
    ...(row.frozen_after !== '0' && { frozenAfter: Number(row.frozen_after) }),
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.kind !== null && { kind: row.kind }),
    ...(row.grant_id !== null && { grantId: row.grant_id, ...row.origin }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.by_name !== null && { by: row.by_name }),
    ...(row.metadata !== null && { metadata: row.metadata }),
  };
}
