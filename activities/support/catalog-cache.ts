import type { EffectiveCatalog } from '../../contract/catalog';
import type { LedgerReader } from '../../contract/ledger-reader';

/**
 * How long a worker quotes from memory. The ledger checks every quote's version, so an old one
 * costs time only.
 */
const FRESH_MS = 10_000;

/** The catalog in force, cached for ten seconds. */
export interface CatalogCache {
  /** The cached catalog, or the ledger's if it is older than ten seconds. */
  current(): Promise<EffectiveCatalog>;
  /** The ledger's catalog, for use after STALE_CATALOG. */
  refresh(): Promise<EffectiveCatalog>;
}

export function createCatalogCache(reader: Pick<LedgerReader, 'effectiveCatalog'>): CatalogCache {
  let cached: { effective: EffectiveCatalog; fetchedAtMs: number } | undefined;

  async function refresh(): Promise<EffectiveCatalog> {
    const effective = await reader.effectiveCatalog();
    cached = { effective, fetchedAtMs: Date.now() };
    return effective;
  }
  return {
    refresh,
    current: async () =>
      cached && Date.now() - cached.fetchedAtMs < FRESH_MS ? cached.effective : refresh(),
  };
}
