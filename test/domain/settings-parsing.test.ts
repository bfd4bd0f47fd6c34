import { OPERATOR_LIMIT_FIELDS, parseOperatorLimits } from '../../contract/operator-limits';
import { parseSettingsChange } from '../../contract/settings';
import { codeOf } from './fixtures';

const IDS = { accountId: 'acc-1', key: 'k-1' };
const TOP_UP = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 9800 };
const STOP = { setting: 'stop', ...IDS, kind: 'ai-avatar', reason: 'It is down', by: 'sam' };

test.each([
  { setting: 'limits', ...IDS, dailyCreditsMax: 0, generationCreditsMax: null },
  { setting: 'limits', ...IDS, concurrentGenerationsMax: Number.MAX_SAFE_INTEGER },
  { setting: 'low-balance', ...IDS, lowBalance: [] },
  {
    setting: 'low-balance',
    ...IDS,
    lowBalance: [{ credits: 1 }, { percentOfCycle: 1 }, { percentOfCycle: 100 }],
  },
  { setting: 'top-up', ...IDS, topUp: null },
  { setting: 'top-up', ...IDS, topUp: TOP_UP },
  { setting: 'top-up', ...IDS, topUp: { ...TOP_UP, paymentMethod: 'pm_1' } },
  STOP,
  { ...STOP, accountId: null, kind: null },
  { setting: 'admit', ...IDS, kind: null },
  { setting: 'admit', key: 'k-1', accountId: null, kind: 'ai-avatar' },
])('a good change comes back unchanged: %j', (change) => {
  expect(parseSettingsChange(structuredClone(change))).toEqual(change);
});

test.each([
  null,
  undefined,
  7,
  'limits',
  [],
  {},
  { setting: 'colour', ...IDS },
  { setting: ['stop'], ...IDS },
])('%p is no change', (raw) => {
  expect(codeOf(() => parseSettingsChange(raw))).toBe('INVALID_ARGUMENT');
});

const WHOLE: Record<string, object> = {
  limits: { setting: 'limits', ...IDS, dailyCreditsMax: 1 },
  'low-balance': { setting: 'low-balance', ...IDS, lowBalance: [] },
  'top-up': { setting: 'top-up', ...IDS, topUp: TOP_UP },
  stop: STOP,
  admit: { setting: 'admit', ...IDS, kind: null },
};

test.each(Object.entries(WHOLE))(
  '%s refuses bad ids, and fields that it does not know',
  (_setting, whole) => {
    for (const id of ['', 7, 'a/b', 'a:b', '-', 'x'.repeat(129), 'a\0b', 'a😀', {}]) {
      expect(codeOf(() => parseSettingsChange({ ...whole, accountId: id }))).toBe(
        'INVALID_ACCOUNT_ID',
      );
      expect(codeOf(() => parseSettingsChange({ ...whole, key: id }))).toBe('INVALID_KEY');
    }
    for (const key of [undefined, null]) {
      expect(codeOf(() => parseSettingsChange({ ...whole, key }))).toBe('INVALID_KEY');
    }
    expect(codeOf(() => parseSettingsChange({ ...whole, colour: 'red' }))).toBe('INVALID_ARGUMENT');
  },
);

test.each(['limits', 'low-balance', 'top-up'])(
  '%s is an account’s own: all accounts have none',
  (setting) => {
    expect(codeOf(() => parseSettingsChange({ ...WHOLE[setting], accountId: null }))).toBe(
      'INVALID_ACCOUNT_ID',
    );
  },
);

const NO_NUMBERS = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', true, [], {}];

test.each(NO_NUMBERS)('%p is no number, wherever one is wanted', (value) => {
  const limits = ['dailyCreditsMax', 'generationCreditsMax', 'concurrentGenerationsMax'];
  for (const limit of limits) {
    expect(codeOf(() => parseSettingsChange({ setting: 'limits', ...IDS, [limit]: value }))).toBe(
      'INVALID_LIMIT',
    );
  }
  for (const threshold of [{ credits: value }, { percentOfCycle: value }]) {
    const change = { setting: 'low-balance', ...IDS, lowBalance: [threshold] };
    expect(codeOf(() => parseSettingsChange(change))).toBe('INVALID_THRESHOLD');
  }
  expect(topUpCode({ belowCredits: value })).toBe('INVALID_THRESHOLD');
  expect(topUpCode({ monthlyCapCents: value })).toBe('INVALID_MONTHLY_CAP');
});

function topUpCode(change: object): string {
  return codeOf(() =>
    parseSettingsChange({ setting: 'top-up', ...IDS, topUp: { ...TOP_UP, ...change } }),
  );
}

test('a change of limits that says none is refused', () => {
  expect(codeOf(() => parseSettingsChange({ setting: 'limits', ...IDS }))).toBe('INVALID_ARGUMENT');
});

test.each<[string, unknown]>([
  ['none at all', undefined],
  ['null', null],
  ['zero credits', [{ credits: 0 }]],
  ['zero percent', [{ percentOfCycle: 0 }]],
  ['101 percent', [{ percentOfCycle: 101 }]],
  ['neither measure', [{}]],
  ['both measures', [{ credits: 1, percentOfCycle: 1 }]],
  ['another measure', [{ cents: 1 }]],
  ['a bare number', [20]],
  ['one twice', [{ credits: 20 }, { percentOfCycle: 20 }, { credits: 20 }]],
  ['eleven', Array.from({ length: 11 }, (_, index) => ({ credits: index + 1 }))],
])('thresholds are refused: %s', (_what, lowBalance) => {
  expect(codeOf(() => parseSettingsChange({ setting: 'low-balance', ...IDS, lowBalance }))).toBe(
    'INVALID_THRESHOLD',
  );
});

test('a top-up says each of its parts', () => {
  expect(topUpCode({ packId: '' })).toBe('UNKNOWN_PACK');
  expect(topUpCode({ packId: undefined })).toBe('UNKNOWN_PACK');
  expect(topUpCode({ packId: 'a\0b' })).toBe('UNKNOWN_PACK');
  expect(topUpCode({ belowCredits: 0 })).toBe('INVALID_THRESHOLD');
  expect(topUpCode({ belowCredits: undefined })).toBe('INVALID_THRESHOLD');
  expect(topUpCode({ monthlyCapCents: 0 })).toBe('INVALID_MONTHLY_CAP');
  expect(topUpCode({ monthlyCapCents: undefined })).toBe('INVALID_MONTHLY_CAP');
  for (const paymentMethod of ['', 'a\nb', 'x'.repeat(257), '\ud800', 7, null]) {
    expect(topUpCode({ paymentMethod })).toBe('INVALID_PAYMENT_METHOD');
  }
  expect(topUpCode({ colour: 'red' })).toBe('INVALID_ARGUMENT');
  for (const topUp of [undefined, 'pack-125', []]) {
    expect(codeOf(() => parseSettingsChange({ setting: 'top-up', ...IDS, topUp }))).toBe(
      'INVALID_ARGUMENT',
    );
  }
});

test.each(['', '  ', 'a\nb', 'a\0b', 'a\u0085b', '\ud800', 'x'.repeat(513), undefined, null, 7])(
  'a stop for the reason %p, or by that name, is refused',
  (text) => {
    expect(codeOf(() => parseSettingsChange({ ...STOP, reason: text }))).toBe('INVALID_STOP');
    expect(codeOf(() => parseSettingsChange({ ...STOP, by: text }))).toBe('INVALID_STOP');
  },
);

test.each(['stop', 'admit'])(
  '%s: who leaves out the account or the kind does not mean all of them',
  (setting) => {
    expect(codeOf(() => parseSettingsChange({ ...WHOLE[setting], accountId: undefined }))).toBe(
      'INVALID_STOP',
    );
    expect(codeOf(() => parseSettingsChange({ ...WHOLE[setting], kind: undefined }))).toBe(
      'INVALID_STOP',
    );
    for (const kind of ['', 7, 'x'.repeat(65), 'a\0b', []]) {
      expect(codeOf(() => parseSettingsChange({ ...WHOLE[setting], kind }))).toBe('UNKNOWN_KIND');
    }
  },
);

test.each([null, 'acme'])(
  'an operator’s limits of %p need a reason, a name and a limit',
  (accountId) => {
    const whole = { accountId, limits: { dailyCreditsMax: 5 }, reason: 'fraud', by: 'sam' };
    expect(parseOperatorLimits(whole)).toEqual(whole);
    expect(parseOperatorLimits({ ...whole, limits: null })).toEqual({ ...whole, limits: null });
    for (const [name, value] of [
      ...['reason', 'by'].flatMap((name) => [undefined, ' ', 'a\nb'].map((text) => [name, text])),
      ...[undefined, {}, [], { hourlyCreditsMax: 1 }].map((limits) => ['limits', limits]),
    ] as [string, unknown][]) {
      expect(codeOf(() => parseOperatorLimits({ ...whole, [name]: value }))).toBe(
        'INVALID_ARGUMENT',
      );
    }
    for (const limit of Object.keys(OPERATOR_LIMIT_FIELDS)) {
      for (const value of NO_NUMBERS) {
        const limits = { [limit]: value };
        expect(codeOf(() => parseOperatorLimits({ ...whole, limits }))).toBe('INVALID_LIMIT');
      }
    }
  },
);

test('the end of a stop may have a reason and a name, which are text on one line', () => {
  const end = { ...WHOLE.admit, reason: 'settled', by: 'sam' };
  expect(parseSettingsChange(end)).toEqual(end);
  for (const name of ['reason', 'by']) {
    expect(codeOf(() => parseSettingsChange({ ...end, [name]: ' ' }))).toBe('INVALID_STOP');
  }
});
