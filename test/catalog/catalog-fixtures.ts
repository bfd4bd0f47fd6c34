import { type CatalogProblem, parseCatalogFile } from '../../catalog/catalog';
import type { CatalogVersion, GenerationKind, Pack, Plan } from '../../contract/catalog';
import { errorOf } from '../domain/fixtures';

/** The parts of a valid catalog version, which tests spoil one at a time. */
export const kind: GenerationKind = {
  name: 'Song',
  price: { credits: 4, perSeconds: 2.5 },
  timeLimitSeconds: 60,
};
export const plan: Plan = { name: 'Basic', credits: 10, cycle: 'PT5S' };
export const pack: Pack = { credits: 5, priceCents: 199, currency: 'EUR' };
export const version: CatalogVersion = {
  version: 3,
  effectiveFrom: '2026-01-01T00:00:00+02:00',
  kinds: { song: kind },
  plans: { basic: plan },
  packs: { small: pack },
};

/** What is wrong with a file of these versions. Fails if nothing is. */
export function problemsOf(...versions: unknown[]): CatalogProblem[] {
  return errorOf(() => parseCatalogFile({ versions })).details.problems as CatalogProblem[];
}

/** Where a file of these versions is wrong, e.g. `versions[0].plans.basic.credits`. */
export function pathsOf(...versions: unknown[]): string[] {
  return problemsOf(...versions).map(({ path }) => path);
}
