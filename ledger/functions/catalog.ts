import { z } from 'zod';
import { type CatalogVersion, catalogVersion, effectiveCatalog } from '../../contract/catalog';
import { ledgerRefusal } from '../connection/answers';
import { inQuery, integer, json, value } from '../connection/sql-function';

/** Prices, plans and packs. */
export const CATALOG_FUNCTIONS = {
  effective_catalog: value(
    ['web', 'worker', 'operator'],
    {},
    effectiveCatalog.extend({ catalog: catalogVersion }).nullable(),
  ),
  catalog_version: value(['worker'], { version: integer }, catalogVersion.nullable()),
  catalog_outlook: inQuery(
    ['operator'],
    { versions: json<CatalogVersion[]>() },
    z.object({
      now: z.string(),
      versions: z.array(catalogVersion),
      answer: z.union([
        z.object({ result: z.object({ applied: z.array(z.int()) }) }),
        z.object({ refusal: ledgerRefusal }),
      ]),
    }),
  ),
} as const;
