import fc from 'fast-check';
import type { z } from 'zod';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { HoldfastError } from '../../contract/errors';
import { generationRequest } from '../../contract/generation';
import { deductionRequest, grantRequest } from '../../contract/grant';
import { historyPage } from '../../contract/history';
import { codeAt, parse } from '../../contract/parse';
import { priceable } from '../../contract/prices';
import { purchaseRequest } from '../../contract/purchase';
import {
  limitsRequest,
  lowBalanceRequest,
  parseSettingsChange,
  topUpRequest,
} from '../../contract/settings';
import {
  planChangeRequest,
  renewalRequest,
  subscribeRequest,
  subscriptionChangeRequest,
  termKey,
} from '../../contract/subscription';
import { topUpRule } from '../../contract/top-up';
import { usageRange } from '../../contract/usage';

const LATER = '2030-01-01T00:00:00Z';
const IDS = { accountId: 'acme', requestId: 'r', key: 'k', subscriptionId: 's', purchaseId: 'p' };

/** A schema of callers' input, and an accepted value with every member. */
const REQUESTS: [string, z.ZodObject, object][] = [
  [
    'generation',
    generationRequest,
    {
      ...{
        accountId: 'acme',
        requestId: 'r',
        kind: 'film',
        seconds: 8,
        audio: true,
        input: { a: 1 },
      },
      ...{ metadata: { a: 'b' }, maxCredits: 5, admitWithinSeconds: 3 },
      ...{ onInsufficientCredits: 'wait', waitUntil: LATER },
    },
  ],
  ['question', priceable, { kind: 'film', seconds: 8, audio: true }],
  [
    'grant',
    grantRequest,
    {
      ...{ accountId: 'acme', key: 'k', credits: 5, source: 'promotion', reason: 'x', by: 'y' },
      ...{ expiresAt: LATER, costCents: 0, currency: 'EUR' },
    },
  ],
  [
    'deduction',
    deductionRequest,
    { accountId: 'acme', key: 'k', credits: 5, reason: 'x', by: 'y' },
  ],
  [
    'purchase',
    purchaseRequest,
    {
      ...{ accountId: 'acme', purchaseId: 'p', packId: 'x' },
      shownPriceCents: 1,
      currency: 'EUR',
      paymentMethod: 'm',
    },
  ],
  [
    'subscribe',
    subscribeRequest,
    { ...account(), planId: 'x', paymentReference: 'INV/1', timeZone: 'UTC' },
  ],
  ['renewal', renewalRequest, { ...account(), paymentReference: 'INV/1', paidAt: LATER }],
  ['change', subscriptionChangeRequest, { ...account(), key: 'k' }],
  [
    'plan change',
    planChangeRequest,
    { ...account(), key: 'k', planId: 'x', paymentReference: 'INV/1' },
  ],
  ['term', termKey, { ...account(), term: 1 }],
  [
    'limits',
    limitsRequest,
    { ...keyed(), dailyCreditsMax: 1, generationCreditsMax: null, concurrentGenerationsMax: 0 },
  ],
  [
    'thresholds',
    lowBalanceRequest,
    { ...keyed(), lowBalance: [{ credits: 1 }, { percentOfCycle: 100 }] },
  ],
  ['top-up', topUpRequest, { ...keyed(), topUp: null }],
  [
    'top-up rule',
    topUpRule,
    { packId: 'x', belowCredits: 1, monthlyCapCents: 1, paymentMethod: 'm' },
  ],
  [
    'page',
    historyPage,
    {
      ...{ limit: 1, before: 1, kind: 'film', since: LATER, until: LATER },
      ...{ type: 'grant', requestId: IDS.requestId },
    },
  ],
  ['range', usageRange, { days: 1, timeZone: 'Europe/Berlin' }],
];

function account() {
  return { accountId: IDS.accountId, subscriptionId: IDS.subscriptionId };
}

function keyed() {
  return { accountId: IDS.accountId, key: IDS.key };
}

function codeOf(schema: z.ZodType, value: unknown): string {
  try {
    parse(schema, value, 'value');
    return 'taken';
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return error.code;
  }
}

/** Values that no field accepts. */
const NONSENSE: [string, unknown][] = [
  ['a NUL', 'a\0b'],
  ['half a surrogate pair', 'a\ud800'],
  ['a number that is none', Number.NaN],
  ['an integer beyond 2^53', 2 ** 53],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a list of lists', [[[]]]],
  ['an object whose text throws', { toString: 1, valueOf: 1 }],
  ['a million characters', 'x'.repeat(1_000_000)],
];

/**
 * Fields that accept more: opaque JSON takes any text and any object, and the catalog limits the
 * length of a kind.
 */
const TAKEN: Record<string, string[]> = {
  'generation.input': [
    'a list of lists',
    'a NUL',
    'half a surrogate pair',
    'an object whose text throws',
  ],
  'generation.seconds': ['an integer beyond 2^53'],
  'question.seconds': ['an integer beyond 2^53'],
};

/** Codes of a field's members or checks, which are more exact than the field's own code. */
const OTHER_CODES = ['DURATION_NOT_POSITIVE', 'INPUT_TOO_LARGE', 'UNKNOWN_PACK'];

describe.each(REQUESTS)('a %s', (what, schema, good) => {
  test('is taken with every member', () => {
    expect(codeOf(schema, good)).toBe('taken');
    const left = Object.keys(schema.shape).filter((name) => !Object.hasOwn(good, name));
    expect(left).toEqual(what === 'generation' ? ['waitTimeout'] : []);
  });

  describe.each(Object.keys(schema.shape).map((name) => [name]))('%s', (name) => {
    test.each(NONSENSE)('that is %s is refused with the field’s code', (label, value) => {
      const code = codeOf(schema, { ...good, [name]: value });
      const isTaken = TAKEN[`${what}.${name}`]?.includes(label) ?? false;
      const expected = codeAt(schema, [name]) ?? 'INVALID_ARGUMENT';
      expect(isTaken ? ['taken'] : [expected, ...OTHER_CODES]).toContain(code);
    });
  });

  test('with an unknown member is refused', () => {
    for (const more of ['colour', '__proto__', 'constructor', '']) {
      const value = JSON.parse(JSON.stringify(good).replace(/}$/, `, ${JSON.stringify(more)}: 1}`));
      expect(codeOf(schema, value)).toBe('INVALID_ARGUMENT');
    }
  });

  test('that is something else altogether ends with a code of the catalogue', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (value) => {
        expect(['taken', ...Object.keys(ERROR_CATALOGUE)]).toContain(codeOf(schema, value));
      }),
      { numRuns: 50 },
    );
  });
});

describe('times', () => {
  const since = (text: unknown) => codeOf(historyPage, { since: text });

  test.each([
    '2026-01-31T09:30:00Z',
    '2026-01-31T09:30:00.123456789Z',
    '2024-02-29T23:59:59.9+15:59',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '9999-12-31T23:59:59+14:00',
  ])('%s is one', (text) => {
    expect(since(text)).toBe('taken');
  });

  test.each([
    `2026-12-05T00:00:00.${'0'.repeat(10)}Z`,
    `2026-12-05T00:00:00.${'1'.repeat(140)}Z`,
    `2026-12-05T00:00:00.${'1'.repeat(250_000)}Z`,
    '9999-12-31T23:59:59-00:01',
    '9999-12-31T23:59:59-05:00',
    '0001-01-01T00:00:00+00:01',
    '0000-12-31T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T09:30:60Z',
    '2026-01-31T09:30:00+16:00',
    '2026-01-31T09:30:00',
    '2026-01-31',
    '2026-01-31T09:30:00Z\n',
    ' 2026-01-31T09:30:00Z',
    '２０２６-01-31T09:30:00Z',
    1_770_000_000_000,
    null,
  ])('%p is none', (text) => {
    expect(since(text)).toBe('INVALID_TIME');
  });
});

describe('opaque JSON', () => {
  const input = (value: unknown) =>
    codeOf(generationRequest, { accountId: 'a', requestId: 'r', kind: 'k', input: value });
  const nested = (levels: number): unknown =>
    JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

  test.each([
    0,
    -0,
    1.5,
    2 ** 53 - 1,
    -(2 ** 53) + 1,
    1e-300,
    '6687881544318117707',
    { a: [null, true] },
    nested(100),
  ])('%p arrives as it was sent', (value) => {
    expect(input(value)).toBe('taken');
  });

  test.each([
    JSON.parse('6687881544318117707'),
    JSON.parse('{"seed": 6687881544318117708}'),
    JSON.parse('[[-9007199254740992]]'),
    1e300,
    Number.POSITIVE_INFINITY,
    nested(101),
    new Date(0),
    new Map(),
    { a: undefined },
    { a: 1n },
  ])('%p is refused', (value) => {
    expect(input(value)).toBe('INVALID_INPUT');
  });
});

test('a change of settings is parsed as what it says it is', () => {
  expect(parseSettingsChange({ setting: 'limits', ...keyed(), dailyCreditsMax: 3 })).toEqual({
    ...{ setting: 'limits', accountId: 'acme', key: 'k' },
    dailyCreditsMax: 3,
  });
  for (const setting of ['limit', undefined, 'constructor', '__proto__']) {
    expect(() => parseSettingsChange({ setting, ...keyed() })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  }
});

test.each(REQUESTS)(
  'a misspelt member of a %s is what is wrong, not the one that is missing',
  (what, schema, whole) => {
    const required = Object.keys(whole).filter(
      (name) => !schema.shape[name]?.safeParse(undefined).success,
    );
    // A page and a range have none.
    expect(required.length > 0).toBe(!['page', 'range'].includes(what));
    for (const name of required) {
      const { [name]: value, ...rest } = whole as Record<string, unknown>;
      const misspelt = () => parse(schema, { ...rest, [`${name}x`]: value }, 'request');
      expect(misspelt).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
      expect(misspelt).toThrow(`"${name}x"`);
    }
  },
);
