import type { CatalogVersion } from './catalog';

/** A way to cover a shortfall: `count` times one pack. */
export interface PackOffer {
  packId: string;
  credits: number;
  priceCents: number;
  currency: string;
  count: number;
}

/**
 * The single packs that cover the shortfall, smallest first; or else multiples of the largest.
 *
 * @example a shortfall of 200 with packs of 125, 300 and 450 → the 300 and the 450; of 1,000 → three of the 450
 */
export function packsCovering(shortfall: number, catalog: CatalogVersion): PackOffer[] {
  const packs = Object.entries(catalog.packs)
    .map(([packId, pack]) => ({ packId, ...pack, count: 1 }))
    .sort((a, b) => a.credits - b.credits);
  const covering = packs.filter((pack) => pack.credits >= shortfall);
  const largest = packs.at(-1);
  if (covering.length > 0 || !largest) return covering;
  return [{ ...largest, count: Math.ceil(shortfall / largest.credits) }];
}
