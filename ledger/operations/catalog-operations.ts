import type { EffectiveCatalog } from '../../contract/catalog';
import { HoldfastError } from '../../contract/errors';
import type { LedgerCalls } from '../connection/calls';

export type Catalogs = ReturnType<typeof catalogs>;

/** Versions of the catalog. */
export function catalogs(calls: LedgerCalls) {
  return {
    async effective(): Promise<EffectiveCatalog> {
      const effective = await calls.call('effective_catalog', {});
      if (effective) return effective;
      throw new HoldfastError(
        'LEDGER_NOT_MIGRATED',
        'No catalog version is effective; run `holdfast migrate`.',
      );
    },

    async version(catalogVersion: string): Promise<EffectiveCatalog> {
      const catalog = await calls.call('catalog_version', { version: Number(catalogVersion) });
      if (!catalog)
        throw new HoldfastError('INTERNAL', `The ledger has no catalog version ${catalogVersion}.`);
      return { catalogVersion, catalog, validUntil: null };
    },
  };
}
