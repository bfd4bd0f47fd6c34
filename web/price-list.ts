import type { EffectiveCatalog } from '../contract/catalog';
import { DEFAULT_MAX_SECONDS } from '../contract/duration';
import { published } from '../contract/parse';
import { type PriceList, priceList } from '../contract/prices';
import { packsOnSale } from '../domain/pricing/packs';

/**
 * The price list of a catalog. Its schema says which fields of a kind, a plan and a price are
 * published.
 */
export function priceListOf({ catalog, catalogVersion, validUntil }: EffectiveCatalog): PriceList {
  const kinds = Object.entries(catalog.kinds).map(([kind, { price, maxSeconds, ...rest }]) => ({
    ...{ kind, ...rest, ...price },
    maxSeconds: price.perSeconds === undefined ? null : (maxSeconds ?? DEFAULT_MAX_SECONDS),
  }));
  const plans = Object.entries(catalog.plans).map(([planId, plan]) => ({ planId, ...plan }));
  return published(priceList, {
    catalogVersion,
    validUntil,
    kinds,
    plans,
    packs: packsOnSale(catalog),
  });
}
