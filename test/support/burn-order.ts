/** What decides in which order credits are used (docs/rules.md, Burn order). */
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
    compareIds(a.grantId, b.grantId)
  );
}

/** Larger than any time, but a number: Infinity − Infinity would be NaN. */
const NEVER = Number.MAX_VALUE;

/** In microseconds, as Postgres counts them; Date.parse stops at milliseconds. */
function timeOf(iso: string | null): number {
  if (iso === null) return NEVER;
  const microseconds = /\.\d{3}(\d{1,3})/.exec(iso)?.[1] ?? '';
  return Date.parse(iso) * 1000 + Number(microseconds.padEnd(3, '0'));
}

/** Ids are bigints in decimal: a shorter one is smaller, and a number would lose those above 2^53. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
