import type { CatalogVersion } from '../../contract/catalog';
import type { PackOffer, PackOnSale } from '../../contract/prices';

/** The catalog's packs, smallest first. */
export function packsOnSale(catalog: CatalogVersion): PackOnSale[] {
  return Object.entries(catalog.packs)
    .map(([packId, pack]) => ({ packId, ...pack }))
    .sort((a, b) => a.credits - b.credits);
}

/**
 * The single packs that cover the shortfall, smallest first; if there is none, a multiple of the
 * largest.
 *
 * @example a shortfall of 200 with packs of 125, 300 and 450 → the 300 and the 450; of 1,000 →
 *   three of the 450
 */
export function packsCovering(shortfall: number, catalog: CatalogVersion): PackOffer[] {
  const packs = packsOnSale(catalog).map((pack) => ({ ...pack, count: 1 }));
  const covering = packs.filter((pack) => pack.credits >= shortfall);
  const largest = packs.at(-1);
  if (covering.length > 0 || !largest) return covering;
  return [{ ...largest, count: Math.ceil(shortfall / largest.credits) }];
}
