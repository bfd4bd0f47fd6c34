/** The fields that decide in which order credits are used (docs/rules.md, Burn order). */
export interface BurnRank {
  grantId: string;
  /** Lower burns first: promotion 10, plan and adjustment 20, pack 30 by default. */
  priority: number;
  /** ISO 8601, or null for a grant without a known end. */
  expiresAt: string | null;
  costCents: number;
  /** ISO 8601 */
  grantedAt: string;
}

/**
 * Compares by lowest priority number, soonest end, zero cost before paid, oldest, id: a total
 * order.
 */
export function compareBurnOrder(a: BurnRank, b: BurnRank): number {
  return (
    a.priority - b.priority ||
    timeOf(a.expiresAt) - timeOf(b.expiresAt) ||
    Number(a.costCents > 0) - Number(b.costCents > 0) ||
    timeOf(a.grantedAt) - timeOf(b.grantedAt) ||
    compareIds(a.grantId, b.grantId)
  );
}

/** Larger than any time, but finite: Infinity − Infinity would be NaN. */
const NEVER = Number.MAX_VALUE;

/** Microseconds since 1970, as Postgres counts. Date.parse stops at milliseconds. */
function timeOf(iso: string | null): number {
  if (iso === null) return NEVER;
  const microseconds = /\.\d{3}(\d{1,3})/.exec(iso)?.[1] ?? '';
  return Date.parse(iso) * 1000 + Number(microseconds.padEnd(3, '0'));
}

/**
 * Compares ids as decimal bigints: a shorter one is smaller. A number would lose digits above 2^53.
 */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
