import type { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import type { schemaLevels } from '../../contract/upkeep';
import { KNOWN_MIGRATIONS } from '../migration/known-migrations';

/**
 * Refuses a schema that this version doesn't fit: one that lacks migrations of it, or one whose
 * processes have to know a migration that it doesn't know.
 *
 * @throws HoldfastError LEDGER_NOT_MIGRATED, VERSION_TOO_OLD
 */
export function expectSchema({ applied, oldestKnown }: z.output<typeof schemaLevels>): void {
  const missing = KNOWN_MIGRATIONS.filter((name) => !applied.includes(name));
  if (missing.length > 0)
    throw new HoldfastError(
      'LEDGER_NOT_MIGRATED',
      `The ledger’s schema is older than this version: it lacks ${missing.join(', ')}. Run \`holdfast migrate\` of this version.`,
      { missing },
    );
  if (!KNOWN_MIGRATIONS.includes(oldestKnown))
    throw new HoldfastError(
      'VERSION_TOO_OLD',
      `The ledger’s schema serves versions that know ${oldestKnown}, and this one doesn’t. Run the version that has migrated the ledger, or a newer one.`,
      { oldestKnown },
    );
}
