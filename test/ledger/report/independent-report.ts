import type { Pool } from 'pg';

/** A line by its dimensions, with its sums. */
export type Summed = Record<string, { credits: number; cents: number }>;

interface Entry {
  account_id: string;
  at: Date;
  type: string;
  request_id: string | null;
  grant_ids: string[];
  remainder_deltas: string[];
  reserved_deltas: string[];
}

interface Grant {
  source: string;
  imported: boolean;
  cost: bigint;
  credits: bigint;
  left: bigint;
  currency: string;
}

const NAMES: Record<string, string> = {
  grant: 'granted',
  commit: 'spent',
  expire: 'expired',
  deduct: 'deducted',
  refund: 'refunded',
  repay: 'repaid',
};

/** What is held back or frozen is still owed to its account. */
const MOVE_NOTHING = new Set(['reserve', 'release', 'freeze', 'unfreeze']);

/**
 * A month's report once more, from the raw rows of the journal: entry by entry, leg by leg. Lines by
 * `what source imported kind currency`, what is outstanding by `source imported currency`.
 */
export async function independentReport(
  owner: Pool,
  from: string,
  until: string,
): Promise<{ lines: Summed; outstanding: Summed }> {
  const { rows: entries } = await owner.query<Entry>(
    'SELECT * FROM holdfast.entries ORDER BY account_id, version',
  );
  const { rows } = await owner.query('SELECT * FROM holdfast.grants');
  const { rows: requests } = await owner.query(
    "SELECT account_id, request_id, body->>'kind' AS kind FROM holdfast.reservations",
  );
  const kinds = new Map(requests.map((r) => [`${r.account_id}/${r.request_id}`, r.kind]));
  const grants = new Map<string, Grant>(
    rows.map((row) => [
      `${row.account_id}/${row.grant_id}`,
      {
        ...{ source: row.source, imported: row.imported, currency: row.currency },
        ...{ cost: BigInt(row.cost_cents), credits: BigInt(row.credits), left: 0n },
      },
    ]),
  );
  const lines: Summed = {};
  for (const entry of entries) {
    if (entry.at.toISOString() >= until) continue;
    for (const [place, grantId] of entry.grant_ids.entries()) {
      const grant = grants.get(`${entry.account_id}/${grantId}`);
      if (!grant) throw new Error(`no grant ${grantId}`);
      const moved =
        BigInt(entry.remainder_deltas[place] ?? 0) + BigInt(entry.reserved_deltas[place] ?? 0);
      if (MOVE_NOTHING.has(entry.type)) continue;
      const before = recognised(grant);
      grant.left += moved;
      if (entry.at.toISOString() < from) continue;
      const isGrant = entry.type === 'grant';
      const kind = kinds.get(`${entry.account_id}/${entry.request_id}`) ?? '-';
      const what = NAMES[entry.type] ?? entry.type;
      add(lines, [what, grant.source, grant.imported, kind, grant.currency], {
        credits: Number(isGrant ? moved : -moved),
        cents: Number(isGrant ? grant.cost : recognised(grant) - before),
      });
    }
  }
  const outstanding: Summed = {};
  for (const grant of grants.values()) {
    if (grant.left === 0n) continue;
    add(outstanding, [grant.source, grant.imported, grant.currency], {
      credits: Number(grant.left),
      cents: Number(grant.cost - recognised(grant)),
    });
  }
  return { lines, outstanding };
}

/** What of the cost belongs to the credits that are gone. */
const recognised = ({ cost, credits, left }: Grant) =>
  credits === 0n ? 0n : (cost * (credits - left)) / credits;

export function add(
  sums: Summed,
  dimensions: unknown[],
  { credits, cents }: { credits: number; cents: number },
): void {
  const key = dimensions.join(' ');
  const sum = sums[key] ?? { credits: 0, cents: 0 };
  sums[key] = { credits: sum.credits + credits, cents: sum.cents + cents };
}
