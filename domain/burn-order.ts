/** What decides in which order credits are used (DESIGN.md §3, Burn order). */
export interface BurnRank {
  grantId: string;
  /** Lower burns first: promotion 10, plan and adjustment 20, pack 30 by default. */
  priority: number;
  /** ISO 8601; null where the grant has no end that is known yet. */
  expiresAt: string | null;
  costCents: number;
  /** ISO 8601 */
  grantedAt: string;
}

/** Lowest priority number, soonest end, zero cost before paid, oldest, id: a total order without ties. */
export function compareBurnOrder(a: BurnRank, b: BurnRank): number {
  return (
    a.priority - b.priority ||
    timeOf(a.expiresAt) - timeOf(b.expiresAt) ||
    Number(a.costCents > 0) - Number(b.costCents > 0) ||
    timeOf(a.grantedAt) - timeOf(b.grantedAt) ||
    Number(a.grantId) - Number(b.grantId)
  );
}

/** Large, but a number: Infinity − Infinity would be NaN. */
const NEVER = Number.MAX_SAFE_INTEGER;

function timeOf(iso: string | null): number {
  return iso === null ? NEVER : Date.parse(iso);
}
