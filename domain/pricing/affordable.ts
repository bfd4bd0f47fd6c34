/**
 * The credits that are missing for a price, where others who wait need some before; as the ledger
 * tells sums, 2^53 − 1 at most.
 */
export function shortfallOf(required: number, ahead: number, available: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, required + (ahead - available)));
}
