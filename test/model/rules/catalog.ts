import { canonical } from './journal';
import {
  type Answer,
  type Catalog,
  done,
  type Pack,
  type Plan,
  refused,
  type World,
} from './state';
import { iso, isSameLength } from './time';

/** A version that is still to come may be replaced until then before it takes effect. */
const LEAD_MS = 5_000;

export function catalogAt(world: World, at: number): Catalog {
  const effective = world.catalogs.filter(({ effectiveFrom }) => effectiveFrom <= at);
  return effective.at(-1) as Catalog;
}

export const planOnSale = (world: World, planId: string, at: number): Plan | undefined =>
  catalogAt(world, at).plans[planId];

export const packOnSale = (world: World, packId: string, at: number): Pack | undefined =>
  catalogAt(world, at).packs[packId];

/** The pack as it is sold, or was sold last. */
export function packSoldLast(world: World, packId: string, at: number): Pack | undefined {
  const sold = world.catalogs.filter((one) => one.effectiveFrom <= at && one.packs[packId]);
  return sold.at(-1)?.packs[packId];
}

/** The length of a plan's cycle, as it is sold or was sold last. */
export function planLength(world: World, planId: string, at: number): string | undefined {
  const sold = world.catalogs.filter((one) => one.effectiveFrom <= at && one.plans[planId]);
  return sold.at(-1)?.plans[planId]?.cycle;
}

/** What a cycle of that length gives; a plan that has left the catalog goes on as it was last sold. */
export function planCredits(world: World, planId: string, length: string, at: number): number {
  const fitting = world.catalogs.filter(({ plans }) => {
    const plan = plans[planId];
    return plan && isSameLength(plan.cycle, length);
  });
  const before = fitting.filter(({ effectiveFrom }) => effectiveFrom <= at);
  const found = before.at(-1) ?? fitting[0];
  return found?.plans[planId]?.credits ?? 0;
}

export const graceAt = (world: World, at: number): string =>
  catalogAt(world, at).renewalGrace ?? 'PT0S';

export const windowAt = (world: World, at: number): string =>
  catalogAt(world, at).settlementWindow ?? 'PT1H';

export const knowsKind = (world: World, kind: string): boolean =>
  world.catalogs.some(({ kinds }) => kinds[kind]);

/** Whether a kind is sold so that a cancellation is charged for what it has used. */
export const isCancelledUsed = (world: World, version: number | null, kind: unknown): boolean =>
  world.catalogs.find((one) => one.version === version)?.kinds[String(kind)]?.cancelled === 'used';

/** Applies one version. */
export function applyCatalog(world: World, next: Catalog): Answer {
  const { version } = next;
  const known = world.catalogs.find((one) => one.version === version);
  if (known) {
    if (isSame(known, next)) return done({ applied: [] });
    if (known.effectiveFrom <= world.clock + LEAD_MS)
      return refused('CATALOG_VERSION_EFFECTIVE', { version });
  } else {
    const expected = world.catalogs.length + 1;
    if (version !== expected) return refused('CATALOG_VERSION_GAP', { version, expected });
  }
  if (next.effectiveFrom <= world.clock + LEAD_MS)
    return refused('CATALOG_EFFECTIVE_IN_PAST', { version, now: iso(world.clock) });
  const others = world.catalogs.filter((one) => one.version !== version);
  const all = [...others, next].sort((a, b) => a.version - b.version);
  const problem = orderProblem(all);
  if (problem) return problem;
  world.catalogs = all;
  return done({ applied: [version] });
}

/** The first version that doesn't take effect after every earlier one; of those the latest equal one. */
function orderProblem(versions: Catalog[]): Answer | null {
  for (const later of versions) {
    const [earlier] = versions
      .filter((one) => one.version < later.version && one.effectiveFrom >= later.effectiveFrom)
      .sort(
        (a, b) =>
          Number(b.effectiveFrom === later.effectiveFrom) -
            Number(a.effectiveFrom === later.effectiveFrom) || b.version - a.version,
      );
    if (!earlier) continue;
    const code =
      earlier.effectiveFrom === later.effectiveFrom ? 'CATALOG_DUPLICATE' : 'INVALID_CATALOG';
    return refused(code, {
      ...{ version: later.version, effectiveFrom: iso(later.effectiveFrom) },
      earlier: { version: earlier.version, effectiveFrom: iso(earlier.effectiveFrom) },
    });
  }
  return null;
}

const isSame = (one: Catalog, other: Catalog): boolean => canonical(one) === canonical(other);
