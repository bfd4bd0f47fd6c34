import type { Operation } from '../operations/operations';
import { packOnSale } from '../rules/catalog';
import type { World } from '../rules/state';
import {
  ACCOUNTS,
  accountDrawn,
  KINDS,
  keyDrawn,
  METHODS,
  type Numbers,
  PACKS,
  pick,
} from './world';

const LIMITS = ['dailyCreditsMax', 'generationCreditsMax', 'concurrentGenerationsMax'];
const OF_OPERATORS = [
  ...LIMITS,
  'topUpMonthlyCapCents',
  'topUpsPerDayMax',
  'topUpPauseSeconds',
  'declinesMax',
  'purchasesPerDayMax',
];
const VALUES: Record<string, (number | null)[]> = {
  dailyCreditsMax: [null, 0, 20, 60, 200],
  generationCreditsMax: [null, 0, 10, 25, 60],
  concurrentGenerationsMax: [null, 0, 1, 2, 5],
  topUpMonthlyCapCents: [null, 0, 1_000, 3_000],
  topUpsPerDayMax: [null, 0, 1, 5],
  topUpPauseSeconds: [null, 0, 60, 3_600],
  declinesMax: [null, 0, 2, 5],
  purchasesPerDayMax: [null, 0, 1, 4],
};

function limitsDrawn(names: string[], number: number, count: number) {
  const drawn = Array.from({ length: 1 + (count % 2) }, (_, index) => pick(names, number + index));
  return Object.fromEntries(drawn.map((name) => [name, pick(VALUES[name] ?? [null], number >> 3)]));
}

export function drawOwners(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const given = { accountId: account.id, key: keyDrawn(account, b) };
  const thresholds = [
    { credits: 5 },
    { credits: 1 + (e % 60) },
    { percentOfCycle: 1 + (e % 100) },
    { percentOfCycle: 20 },
  ];
  switch (c % 4) {
    case 0:
      return { name: 'setLimits', given: { ...given, limits: limitsDrawn(LIMITS, d, e) } };
    case 1: {
      const lowBalance = thresholds.slice(d % 3, (d % 3) + (e % 3));
      return { name: 'setLowBalance', given: { ...given, lowBalance } };
    }
    case 2:
      return { name: 'settings', given: { accountId: account.id } };
    default:
      return drawTopUp(world, [a, b, c, d, e]);
  }
}

export function drawTopUp(world: World, [a, b, , d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const given = { accountId: account.id, key: keyDrawn(account, b) };
  if (d % 8 === 7) return { name: 'setTopUp', given: { ...given, topUp: null } };
  const packId = pick(PACKS, d % 9 === 8 ? 2 : d % 2);
  const credits = packOnSale(world, packId, world.clock)?.credits ?? 20;
  const paymentMethod = pick(METHODS, e);
  const topUp = {
    packId,
    belowCredits: Math.max(1, credits - pick([1, 1, 5, 10, 0], e >> 2)),
    monthlyCapCents: pick([5_000, 5_000, 100_000, 1_200, 400], e >> 4),
    ...(paymentMethod && { paymentMethod }),
  };
  return { name: 'setTopUp', given: { ...given, topUp, ...(e % 19 === 18 && { isOwned: false }) } };
}

export function drawOperators(world: World, [a, b, c, d, e]: Numbers): Operation {
  const accountId = pick([...ACCOUNTS, ...ACCOUNTS, null], a);
  const kind = pick([null, ...KINDS, 'unknown'], b);
  switch (c % 6) {
    case 0: {
      const words = { reason: pick(['abuse', 'chargeback'], d), by: pick(['sam', 'kim'], e) };
      return { name: 'stop', given: { accountId, kind, ...words } };
    }
    case 1:
    case 2:
    case 3: {
      // Most stops end soon: a stopped account does little.
      const [stop] = world.stops.values();
      const of = stop && d % 4 ? stop : { accountId: accountId ?? '*', kind: kind ?? '*' };
      const named = (one: string) => (one === '*' ? null : one);
      return { name: 'admit', given: { accountId: named(of.accountId), kind: named(of.kind) } };
    }
    case 4: {
      const limits = d % 3 === 2 ? null : limitsDrawn(OF_OPERATORS, d, e);
      return { name: 'setOperatorLimits', given: { accountId, limits } };
    }
    default:
      return { name: 'forgetDeclines', given: { accountId: accountId ?? 'ann' } };
  }
}
