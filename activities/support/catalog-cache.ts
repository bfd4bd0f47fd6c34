import type { EffectiveCatalog } from '../../contract/catalog';
import type { LedgerReader } from '../../contract/ledger-reader';

/** How long a worker quotes from memory. The ledger checks every quote's version, so this is about speed, not truth. */
const FRESH_MS = 10_000;

export interface CatalogCache {
  current(): Promise<EffectiveCatalog>;
  /** After STALE_CATALOG: forget, and ask the ledger. */
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
