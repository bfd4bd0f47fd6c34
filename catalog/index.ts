import { z } from 'zod';
import type { CatalogVersion, EffectiveCatalog } from '../domain/catalog';
import { HoldfastError } from '../domain/errors';
import defaultCatalog from './default.json';
import { catalogFile } from './schema';

/** One thing that is wrong with a catalog file, and where, e.g. `versions[0].packs["pack-125"].priceCents`. */
export interface CatalogProblem {
  path: string;
  problem: string;
}

/**
 * The versions of a catalog file, in order. A file may begin at any version, so that an update holds only what is new.
 *
 * @throws HoldfastError INVALID_CATALOG, with every problem in its message and in `details.problems`
 */
export function parseCatalogFile(raw: unknown): CatalogVersion[] {
  const parsed = catalogFile.safeParse(raw);
  if (parsed.success) return parsed.data.versions;
  const problems = parsed.error.issues.map(problemOf);
  const listed = problems.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
  throw new HoldfastError('INVALID_CATALOG', `The catalog is not valid: ${listed}.`, { problems });
}

let builtIn: CatalogVersion[] | undefined;

/** The catalog that Holdfast ships: what its first customer publishes. */
export function builtInCatalog(): CatalogVersion[] {
  builtIn ??= parseCatalogFile(defaultCatalog);
  return builtIn;
}

/** The newest version of the built-in catalog, for a quote where no ledger is at hand. */
export function builtInEffectiveCatalog(): EffectiveCatalog {
  const catalog = builtInCatalog().at(-1) as CatalogVersion;
  return { catalogVersion: 'built-in', validUntil: null, catalog };
}

function problemOf(issue: z.core.$ZodIssue): CatalogProblem {
  const path = z.core.toDotPath(issue.path) || 'the file';
  // A bad record key is an issue around the issues of the key itself, which say what is wrong with it.
  const problem = issue.code === 'invalid_key' ? issue.issues.map((inner) => inner.message).join(', ') : issue.message;
  return { path, problem };
}
