import type { Operation } from '../operations/operations';
import { type Account, accountOf, type Catalog, type World } from '../rules/state';
import { after, DAY_MS, monthStart, nextDayStart } from '../rules/time';

/** The numbers that a drawn command has; what they mean depends on what the world has. */
export type Numbers = readonly [number, number, number, number, number];

/** One of them; the first of an unfriendly number's remainder. */
export const pick = <T>(from: readonly T[], number: number): T => from[number % from.length] as T;

export const ACCOUNTS = ['ann', 'bob'];
export const KINDS = ['text-to-image', 'text-to-speech', 'ai-avatar'];
export const PLANS = ['small', 'large', 'hourly', 'weekly', 'monthly', 'none'];
export const PACKS = ['pack-a', 'pack-b', 'none'];
export const METHODS = [undefined, undefined, 'card-1', 'card-2'];

/** Where the model's time begins: a minute before a leap year's February ends. */
export const BEGIN = Date.parse('2028-02-28T23:59:00.000Z');

const kind: { cancelled?: string } & Record<string, unknown> = {
  ...{ name: 'A kind', price: { credits: 2 }, timeLimitSeconds: 600 },
};

/** The catalog in force at the beginning. */
export const FIRST_CATALOG: Catalog = {
  version: 1,
  effectiveFrom: Date.parse('2020-01-01T00:00:00.000Z'),
  kinds: Object.fromEntries(
    KINDS.map((id) => [id, id === 'ai-avatar' ? { ...kind, cancelled: 'used' } : kind]),
  ),
  plans: {
    small: { name: 'Small', credits: 40, cycle: 'P1D' },
    large: { name: 'Large', credits: 100, cycle: 'P1D' },
    hourly: { name: 'Hourly', credits: 7, cycle: 'PT1H' },
    weekly: { name: 'Weekly', credits: 300, cycle: 'P7D' },
    monthly: { name: 'Monthly', credits: 1_000, cycle: 'P1M' },
  } as unknown as Catalog['plans'],
  packs: {
    'pack-a': { credits: 25, priceCents: 500, currency: 'USD' },
    'pack-b': { credits: 60, priceCents: 1_000, currency: 'USD' },
  },
  renewalGrace: 'PT30M',
  settlementWindow: 'PT15M',
  refund: 'debt',
};

/** The next version, or one that exists, with some of its figures changed. */
export function drawCatalog(world: World, [a, b, c, d, e]: Numbers): Operation {
  const last = world.catalogs.at(-1) as Catalog;
  const changed = structuredClone(last);
  const planId = pick(PLANS.slice(0, 5), b);
  const packId = pick(PACKS.slice(0, 2), c);
  const plan = changed.plans[planId] ?? FIRST_CATALOG.plans[planId];
  const pack = changed.packs[packId] ?? FIRST_CATALOG.packs[packId];
  if (a % 4 === 0) delete changed.plans[planId];
  else if (plan) changed.plans[planId] = { ...plan, credits: 5 + (d % 300) };
  if (a % 5 === 0) delete changed.packs[packId];
  else if (pack && a % 3 === 0)
    changed.packs[packId] = { ...pack, priceCents: 400 + (d % 800), credits: 10 + (e % 90) };
  if (a % 7 === 0) changed.packs[packId] = { credits: 25, priceCents: 500, currency: 'EUR' };
  changed.renewalGrace = pick(['PT30M', 'PT0S', 'P1D'], c);
  changed.settlementWindow = pick(['PT15M', 'PT0S', 'PT2H'], d);
  changed.refund = pick(['debt', 'debt', 'unused', 'never'], b);
  changed.inDebt = pick(['refuse', 'admit'], c >> 2);
  changed.version = pick([last.version + 1, last.version + 1, last.version, last.version + 2], e);
  changed.effectiveFrom = world.clock + pick([1, 5_000, 5_001, 60_000, 3_600_000, 0, -1], d >> 3);
  return { name: 'applyCatalog', given: { next: changed } };
}

/** The moments at which the rules may answer otherwise. */
function boundaries(world: World): number[] {
  const accounts = [...world.accounts.values()];
  const all = [
    nextDayStart(world.clock),
    monthStart(world.clock, 1),
    ...world.catalogs.map(({ effectiveFrom }) => effectiveFrom),
    ...accounts.flatMap(boundariesOf),
  ];
  return [...new Set(all)].filter((at) => at >= world.clock).sort((a, b) => a - b);
}

function boundariesOf(account: Account): number[] {
  const subscriptions = [...account.subscriptions.values()];
  const validUntil = account.validUntil ?? [];
  const windows = subscriptions.map(({ window, timeZone }) =>
    account.validUntil === null ? 0 : after(account.validUntil, window, timeZone),
  );
  return [validUntil].flat().concat(
    windows,
    subscriptions.flatMap(({ cycles }) => cycles.slice(-3).map(({ endsAt }) => endsAt)),
    account.grants.flatMap(({ endsAt }) => endsAt ?? []),
    account.queue.flatMap((id) => account.requests.get(id)?.ticket?.until ?? []),
    account.settings?.retryAt ?? [],
    [...account.purchases.values()].flatMap(({ openedAt, isAutomatic, resolvedAt }) => [
      openedAt + 900_000,
      openedAt + 3_600_000,
      isAutomatic && resolvedAt ? resolvedAt + 600_000 : 0,
    ]),
    [...account.requests.values()].flatMap(({ freeCancelAt }) =>
      freeCancelAt ? freeCancelAt + 3_600_000 : [],
    ),
  );
}

/** Time passes up to a boundary, a millisecond before or after it, or by some time; or goes back. */
export function drawClock(world: World, [a, b, c]: Numbers): Operation {
  const ahead = boundaries(world);
  const boundary = ahead[b % Math.min(ahead.length, 4)];
  const steps = [1, 1_000, 60_000, 600_000, 3_600_000, DAY_MS, 31 * DAY_MS];
  const at =
    a % 10 < 6 && boundary !== undefined
      ? boundary + pick([-1, 0, 1], c)
      : world.clock + (a % 10 === 9 ? -pick([1, 60_000], c) : pick(steps, b));
  return { name: 'clock', given: { at } };
}

export const accountDrawn = (world: World, number: number): Account =>
  accountOf(world, pick(ACCOUNTS, number >> 4));

/** One of those that are known, the newest most often, or a new one. */
export function idDrawn(known: Iterable<string>, prefix: string, number: number): string {
  const ids = [...known];
  const age = pick([0, 0, 0, 1, 1, 2, 3, 5, 8], number);
  const old = ids[ids.length - 1 - age];
  return number % 7 === 6 || old === undefined ? `${prefix}${ids.length + 1}` : old;
}

/** A key, most often a new one. */
export function keyDrawn(account: Account, number: number): string {
  return number % 9 === 8 ? `key${number % 5}` : `key${account.keys.size + 5}`;
}

/** A payment's reference, most often a new one. */
export const referenceDrawn = (account: Account, number: number): string =>
  number % 9 === 8
    ? pick([...account.payments.keys(), 'ref0'], number >> 4)
    : `ref${account.payments.size + 1}`;
