import { z } from 'zod';
import { type CatalogVersion, catalogFile, type EffectiveCatalog } from '../contract/catalog';
import { type ErrorCode, HoldfastError } from '../contract/errors';
import { codeAt, type OwnProblem } from '../contract/parse';
import defaultCatalog from './default.json';
import { repeatedMembers } from './repeated-members';

/** One problem of a catalog file, and its path, e.g. `versions[0].packs["pack-125"].priceCents`. */
export interface CatalogProblem {
  path: string;
  problem: string;
  code: ErrorCode;
}

/**
 * Parses a catalog file into its versions, in order. A file may begin at any version, so an update
 * needs only the new ones.
 *
 * @throws HoldfastError CATALOG_VERSION_GAP, CATALOG_DUPLICATE, CATALOG_INVALID_PRICE,
 *   CATALOG_UNKNOWN_FIELD, CATALOG_INVALID_CYCLE, else INVALID_CATALOG. The message and
 *   `details.problems` list every problem; the code is that of the first problem with a code of its
 *   own.
 */
export function parseCatalogFile(raw: unknown): CatalogVersion[] {
  return checked(raw, []);
}

/**
 * Parses the text of a catalog file. Unlike {@link parseCatalogFile} it also finds repeated
 * members.
 *
 * @throws HoldfastError as {@link parseCatalogFile}
 */
export function parseCatalogText(text: string): CatalogVersion[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new HoldfastError('INVALID_CATALOG', 'The catalog is not JSON.');
  }
  const repeated = [...repeatedMembers(text)].map<CatalogProblem>((path) => {
    return { path: z.core.toDotPath(path), problem: 'is given twice', code: 'CATALOG_DUPLICATE' };
  });
  return checked(raw, repeated);
}

function checked(raw: unknown, repeated: CatalogProblem[]): CatalogVersion[] {
  const parsed = catalogFile.safeParse(raw);
  if (parsed.success && repeated.length === 0) return parsed.data.versions;
  const issues = parsed.error?.issues ?? [];
  const problems = [...repeated, ...issues.map(problemOf)];
  const listed = problems.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
  const code =
    problems.find((problem) => problem.code !== 'INVALID_CATALOG')?.code ?? 'INVALID_CATALOG';
  const figures = issues.map(ownProblemOf).find((problem) => problem?.code === code)?.details;
  throw new HoldfastError(code, `The catalog is not valid: ${listed}.`, { problems, ...figures });
}

let builtIn: CatalogVersion[] | undefined;

/** The catalog that Holdfast ships. */
export function builtInCatalog(): CatalogVersion[] {
  builtIn ??= parseCatalogFile(defaultCatalog);
  return builtIn;
}

/** The newest version of the built-in catalog, for quotes without a ledger. */
export function builtInEffectiveCatalog(): EffectiveCatalog {
  const catalog = builtInCatalog().at(-1) as CatalogVersion;
  return { catalogVersion: 'built-in', validUntil: null, catalog };
}

function problemOf(issue: z.core.$ZodIssue): CatalogProblem {
  const path = z.core.toDotPath(issue.path) || 'the file';
  // The issue of a bad record key contains the issues of the key itself.
  const problem =
    issue.code === 'invalid_key'
      ? issue.issues.map((inner) => inner.message).join(', ')
      : issue.message;
  return { path, problem, code: codeOf(issue) };
}

function ownProblemOf(issue: z.core.$ZodIssue): OwnProblem | undefined {
  return issue.code === 'custom' ? (issue.params as OwnProblem | undefined) : undefined;
}

function codeOf(issue: z.core.$ZodIssue): ErrorCode {
  if (issue.code === 'unrecognized_keys') return 'CATALOG_UNKNOWN_FIELD';
  return ownProblemOf(issue)?.code ?? codeAt(catalogFile, issue.path) ?? 'INVALID_CATALOG';
}
