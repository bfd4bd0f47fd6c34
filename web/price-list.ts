import type { EffectiveCatalog } from '../contract/catalog';
import { DEFAULT_MAX_SECONDS } from '../contract/duration';
import { published } from '../contract/parse';
import { type PriceList, priceList } from '../contract/prices';
import { packsOnSale } from '../domain/pricing/packs';

/** All that is on sale. The schema says which members of a kind, a plan and a price are published. */
export function priceListOf({ catalog, catalogVersion, validUntil }: EffectiveCatalog): PriceList {
  const kinds = Object.entries(catalog.kinds).map(([kind, { price, maxSeconds, ...said }]) => ({
    ...{ kind, ...said, ...price },
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
