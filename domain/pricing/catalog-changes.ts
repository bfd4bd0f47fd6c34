import type { CatalogVersion, GenerationKind, Pack, Plan } from '../../contract/catalog';
import { isSameLength } from '../../contract/duration';
import { canonicalJson } from '../../contract/json';

export type ItemChange<Item> =
  | { id: string; change: 'added'; before: null; after: Item }
  | { id: string; change: 'removed'; before: Item; after: null }
  | { id: string; change: 'changed'; before: Item; after: Item };

/** A change of a duration that a catalog states for all its plans (ISO 8601). */
export interface WaitChange {
  field: 'renewalGrace' | 'settlementWindow';
  before: string;
  after: string;
}

/** A change of what a catalog rules for all its packs. */
export interface RuleChange {
  field: keyof typeof RULES;
  before: string;
  after: string;
}

export interface CatalogChanges {
  kinds: ItemChange<GenerationKind>[];
  plans: ItemChange<Plan>[];
  packs: ItemChange<Pack>[];
  waits: WaitChange[];
  rules: RuleChange[];
}

/** The changes that applying a version would bring. */
export interface VersionChanges extends CatalogChanges {
  version: number;
  effectiveFrom: string;
  /** When the next version takes effect; null if there is none. */
  effectiveUntil: string | null;
  /**
   * The version in force just before; for a change of an effective version, that version as the
   * ledger has it. Null if there is none.
   */
  comparedWith: number | null;
  /** Whether the ledger already has a version with this number, which this one replaces. */
  replaces: boolean;
}

const WAITS = { renewalGrace: 'PT0S', settlementWindow: 'PT1H' } as const;
const RULES = { refund: 'never', inDebt: 'refuse' } as const;

/**
 * The differences between two versions, by id. A different spelling of an equal value is no
 * difference.
 */
export function catalogChanges(before: CatalogVersion, after: CatalogVersion): CatalogChanges {
  return {
    kinds: itemChanges(before.kinds, after.kinds, isSameKind),
    plans: itemChanges(before.plans, after.plans, isSamePlan),
    packs: itemChanges(before.packs, after.packs, isEqual),
    waits: sidesOf(before, after, WAITS).filter((wait) => !isSameLength(wait.before, wait.after)),
    rules: sidesOf(before, after, RULES).filter((rule) => rule.before !== rule.after),
  };
}

/** What two versions state for all that they sell, with what holds where they say nothing. */
function sidesOf<Field extends 'renewalGrace' | 'settlementWindow' | 'refund' | 'inDebt'>(
  before: CatalogVersion,
  after: CatalogVersion,
  defaults: Record<Field, string>,
): { field: Field; before: string; after: string }[] {
  return (Object.keys(defaults) as Field[]).map((field) => ({
    field,
    before: before[field] ?? defaults[field],
    after: after[field] ?? defaults[field],
  }));
}

/**
 * The changes that a file's versions bring to a ledger's, at the ledger's time `now`, in the file's
 * order. Versions that the ledger already has unchanged are left out.
 */
export function versionChanges(
  ledgers: CatalogVersion[],
  files: CatalogVersion[],
  now: string,
): VersionChanges[] {
  const known = new Map(ledgers.map((version) => [version.version, version]));
  const together = [
    ...new Map([...known, ...files.map((version) => [version.version, version] as const)]).values(),
  ];
  return files
    .filter((version) => !isEqual(known.get(version.version), version))
    .map((version) => {
      const { version: number, effectiveFrom } = version;
      const standing = known.get(number);
      const isEffective = standing !== undefined && timeOf(standing) <= Date.parse(now);
      const others = together
        .filter((other) => other.version !== number)
        .sort((a, b) => timeOf(a) - timeOf(b));
      const before = isEffective
        ? standing
        : others.findLast((other) => timeOf(other) < timeOf(version));
      const next = others.find((other) => timeOf(other) > timeOf(version));
      return {
        version: number,
        effectiveFrom,
        effectiveUntil: next?.effectiveFrom ?? null,
        comparedWith: before?.version ?? null,
        replaces: standing !== undefined,
        ...catalogChanges(before ?? { ...version, kinds: {}, plans: {}, packs: {} }, version),
      };
    });
}

/**
 * The credits that a cycle of this length grants once the version is in force. Null if the plan
 * isn't sold with this length any more; the cycle then keeps the credits it was last sold with.
 */
export function creditsOfCycle(plan: Plan | null, cycleLength: string): number | null {
  return plan !== null && isSameLength(plan.cycle, cycleLength) ? plan.credits : null;
}

function itemChanges<Item>(
  before: Record<string, Item>,
  after: Record<string, Item>,
  isSame: (one: Item, other: Item) => boolean,
): ItemChange<Item>[] {
  // Items of the new version come first, in its order: a ledger doesn't keep the order.
  const ids = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return ids.flatMap<ItemChange<Item>>((id) => {
    const [old, fresh] = [own(before, id), own(after, id)];
    if (old === undefined)
      return fresh === undefined ? [] : [{ id, change: 'added', before: null, after: fresh }];
    if (fresh === undefined) return [{ id, change: 'removed', before: old, after: null }];
    return isSame(old, fresh) ? [] : [{ id, change: 'changed', before: old, after: fresh }];
  });
}

/** Own members only: `constructor` may be an id. */
function own<Item>(items: Record<string, Item>, id: string): Item | undefined {
  return Object.hasOwn(items, id) ? items[id] : undefined;
}

function isEqual(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** A kind that doesn't say what a cancelled generation costs equals one that says `free`. */
function isSameKind(one: GenerationKind, other: GenerationKind): boolean {
  const whole = (kind: GenerationKind) => ({ ...kind, cancelled: kind.cancelled ?? 'free' });
  return isEqual(whole(one), whole(other));
}

/** `P12M` equals `P1Y`. */
function isSamePlan(one: Plan, other: Plan): boolean {
  return isEqual(
    one,
    isSameLength(one.cycle, other.cycle) ? { ...other, cycle: one.cycle } : other,
  );
}

function timeOf({ effectiveFrom }: CatalogVersion): number {
  return Date.parse(effectiveFrom);
}
