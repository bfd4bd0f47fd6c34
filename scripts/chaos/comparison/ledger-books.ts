import { Client, types } from 'pg';

/** What stands in the ledger's tables, read by their owner and not through Holdfast's functions. */
export interface LedgerBooks {
  accounts: { account_id: string; spent: number; deducted: number; reserved: number }[];
  /** Sums of credits by account and source. */
  grants: { account_id: string; source: string; credits: number }[];
  requests: {
    account_id: string;
    request_id: string;
    state: string;
    charged: number;
    reason: string | null;
    was_reserved: boolean;
  }[];
  /** How many entries of each type a request has. */
  entries: { account_id: string; request_id: string; type: string; times: number }[];
  entriesTotal: number;
  purchases: {
    account_id: string;
    purchase_id: string;
    status: string;
    credits: number;
    price_cents: number;
    reason: string | null;
    /** How many grants' entries it has. */
    grants: number;
  }[];
  payments: { account_id: string; reference: string }[];
  keys: { account_id: string; operation: string; key: string }[];
  thresholds: { account_id: string; credits: number }[];
  stops: { account_id: string; kind: string }[];
  notices: { account_id: string; notice_id: number; status: string }[];
}

const QUERIES = {
  accounts: 'SELECT account_id, spent, deducted, reserved FROM holdfast.accounts',
  grants: `SELECT account_id, source, sum(credits)::bigint AS credits FROM holdfast.grants
    GROUP BY account_id, source`,
  requests: `SELECT account_id, request_id, state, charged, reason,
      reserved_at IS NOT NULL AS was_reserved
    FROM holdfast.reservations`,
  entries: `SELECT account_id, request_id, type, count(*) AS times FROM holdfast.entries
    WHERE request_id IS NOT NULL GROUP BY account_id, request_id, type`,
  purchases: `SELECT account_id, purchase_id, status, credits, price_cents, reason,
      (SELECT count(*) FROM holdfast.entries AS e
       WHERE e.account_id = p.account_id AND e.type = 'grant' AND e.grant_id = p.grant_id) AS grants
    FROM holdfast.purchases AS p`,
  payments: 'SELECT account_id, reference FROM holdfast.payments',
  keys: 'SELECT account_id, operation, key FROM holdfast.idempotency_keys',
  thresholds: 'SELECT account_id, credits FROM holdfast.low_balance_thresholds',
  stops: 'SELECT account_id, kind FROM holdfast.stops',
  notices: 'SELECT account_id, notice_id, status FROM holdfast.notices',
} as const;

/** What is still under way: all of it has to end by itself. */
const UNSETTLED = `SELECT
  (SELECT count(*) FROM holdfast.reservations
   WHERE state IN ('open', 'waiting')) AS "open requests",
  (SELECT count(*) FROM holdfast.purchases
   WHERE status IN ('open', 'returning')) AS "unfinished purchases",
  (SELECT count(*) FROM holdfast.stray_payments
   WHERE status = 'returning') AS "payments to be given back",
  (SELECT count(*) FROM holdfast.outbox) AS "messages to be handed over",
  (SELECT count(*) FROM holdfast.notices WHERE status = 'pending') AS "notices to be delivered"`;

/** A connection of the ledger's owner, which is never disturbed. */
export async function openLedgerBooks(migrationUrl: string) {
  const client = new Client({
    connectionString: migrationUrl,
    types: {
      // Every figure of a run is a safe integer.
      getTypeParser: (type, format) =>
        type === types.builtins.INT8 ? Number : types.getTypeParser(type, format),
    },
  });
  await client.connect();
  return {
    async read(): Promise<LedgerBooks> {
      const read: Record<string, unknown> = {};
      for (const [name, query] of Object.entries(QUERIES))
        read[name] = (await client.query(query)).rows;
      const { rows } = await client.query('SELECT count(*) AS total FROM holdfast.entries');
      return { ...read, entriesTotal: rows[0].total } as LedgerBooks;
    },
    /** By name, what is left; empty once everything has ended. */
    async unsettled(): Promise<Record<string, number>> {
      const { rows } = await client.query<Record<string, number>>(UNSETTLED);
      return Object.fromEntries(Object.entries(rows[0] ?? {}).filter(([, left]) => left > 0));
    },
    close: () => client.end(),
  };
}
