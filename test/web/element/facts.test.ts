import type { Balance, Overview, Settings, Subscription } from '../../../web/element/api/types';
import {
  endingByThemselves,
  endingWithTerm,
  isCancelCharged,
  levelOf,
  mayBuy,
} from '../../../web/element/state/facts';

const TERM_END = '2026-12-24T10:00:00.000Z';

function balanceOf(change: Partial<Balance>): Balance {
  const figures = {
    available: 0,
    pendingExpiry: 0,
    reserved: 0,
    spent: 0,
    expired: 0,
    deducted: 0,
    refunded: 0,
    frozen: 0,
    owed: 0,
  };
  const balance = {
    accountId: 'acme',
    at: null,
    validUntil: TERM_END,
    grants: [],
    granted: 0,
    ...figures,
    ...change,
  };
  return {
    ...balance,
    granted: change.granted ?? balance.available + balance.reserved + balance.spent,
  };
}

function overviewOf(balance: Partial<Balance>, lowBalance: Settings['lowBalance'] = []): Overview {
  return {
    balance: balanceOf(balance),
    open: [],
    prices: {
      catalogVersion: '1',
      validUntil: null,
      kinds: [],
      plans: [{ planId: 'lite-monthly', name: 'Lite Monthly', credits: 150, cycle: 'P1M' }],
      packs: [],
    },
    subscription: { planId: 'lite-monthly', status: 'active' } as Subscription,
    settings: { lowBalance } as Settings,
  };
}

test.each([
  ['nothing was ever granted', {}, [], { level: 'fresh' }],
  ['nothing is left', { spent: 150 }, [], { level: 'zero' }],
  [
    'less than a tenth of the plan is left, and the account has no threshold',
    { available: 14, spent: 136 },
    [],
    { level: 'low', below: 15 },
  ],
  ['a tenth of the plan is left', { available: 15, spent: 135 }, [], { level: 'fine' }],
  [
    'less than the account’s own threshold is left',
    { available: 40, spent: 110 },
    [{ credits: 50 }],
    { level: 'low', below: 50 },
  ],
  [
    'the account’s own threshold is left',
    { available: 50, spent: 100 },
    [{ credits: 50 }],
    { level: 'fine' },
  ],
  [
    'less than the threshold’s share of the cycle’s grant is left',
    { available: 29 },
    [{ percentOfCycle: 20 }],
    { level: 'low', below: 30 },
  ],
  [
    'less than the highest of several thresholds is left',
    { available: 45 },
    [{ credits: 50 }, { percentOfCycle: 20 }],
    { level: 'low', below: 50 },
  ],
  [
    'a threshold that the page doesn’t know stands beside one that it knows',
    { available: 40 },
    [{ daysLeft: 3 }, { credits: 50 }],
    { level: 'low', below: 50 },
  ],
  [
    'reserved credits and those left are above the threshold together',
    { available: 20, reserved: 40 },
    [{ credits: 50 }],
    { level: 'fine' },
  ],
] as unknown as [string, Partial<Balance>, Settings['lowBalance'], object][])(
  'the level is right where %s',
  (_, balance, lowBalance, level) => {
    expect(levelOf(overviewOf(balance, lowBalance))).toEqual(level);
  },
);

test('plan and pack credits end with the term, and a promotion that ends earlier ends by itself', () => {
  const grant = {
    grantId: '1',
    source: 'plan' as const,
    credits: 150,
    remaining: 100,
    expiresAt: TERM_END,
  };
  const pack = { ...grant, grantId: '2', source: 'pack' as const, credits: 125, remaining: 125 };
  const promotion = {
    ...grant,
    grantId: '3',
    source: 'promotion' as const,
    remaining: 30,
    expiresAt: '2026-12-01T00:00:00.000Z',
  };
  const balance = balanceOf({ grants: [promotion, grant, pack] });
  expect(endingWithTerm(balance)).toBe(225);
  expect(endingByThemselves(balance)).toEqual([promotion]);
});

test.each([
  ['active', true],
  ['grace', true],
  ['lapsed', false],
  ['closed', false],
])('a subscription with status %s allows buying: %s', (status, expected) => {
  expect(mayBuy({ status } as Subscription)).toBe(expected);
  expect(mayBuy(null)).toBe(false);
});

test('whether a cancelled generation is charged is its kind’s to say', () => {
  const price = { name: 'x', credits: 1, perSeconds: null, creditsWithAudio: null };
  const kindOf = (kind: string, cancelled?: 'free' | 'used') => ({
    ...{ kind, ...price, maxSeconds: null, cancelled },
  });
  const kinds = [kindOf('film', 'used'), kindOf('song', 'free'), kindOf('image')];
  const { prices } = overviewOf({});
  const charged = ['film', 'song', 'image', 'gone', null].filter((kind) =>
    isCancelCharged({ ...prices, kinds }, kind),
  );
  expect(charged).toEqual(['film']);
});
