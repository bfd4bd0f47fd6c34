import { builtInCatalog } from '../../catalog/catalog';
import type { CatalogVersion } from '../../contract/catalog';

/** What stands for a month here, so that a subscription's whole life can be watched. */
export const CYCLE_SECONDS = 15;
const SHORT: Record<string, string> = {
  P1M: `PT${CYCLE_SECONDS}S`,
  P1Y: `PT${12 * CYCLE_SECONDS}S`,
};

/** The customer's prices, plans and packs, with cycles of seconds and a settlement window to match. */
export function demoCatalog(): CatalogVersion[] {
  return builtInCatalog().map((version) => ({
    ...version,
    plans: Object.fromEntries(
      Object.entries(version.plans).map(([id, plan]) => [
        id,
        { ...plan, cycle: SHORT[plan.cycle] ?? plan.cycle },
      ]),
    ),
    settlementWindow: 'PT2S',
  }));
}
