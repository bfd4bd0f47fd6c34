import { parseGenerationRequest } from '../../contract/generation';
import { requestHashOf } from '../../domain/generation/request-body';
import { codeOf, errorOf } from './fixtures';

const minimal = { accountId: 'acc-1', requestId: 'req-1', kind: 'text-to-image' };
const full = {
  ...minimal,
  kind: 'text-to-video-veo3',
  seconds: 7.5,
  audio: true,
  input: {
    prompt: 'a kelp forest',
    seeds: [1, 2.5, null, true],
    nested: { 'naïve "quote"': '\u0000 is fine in here' },
  },
  metadata: { project: 'tide', 'with space': '', emoji: '😀' },
  maxCredits: 40,
  admitWithinSeconds: 0.5,
};

const codeFor = (change: object) => codeOf(() => parseGenerationRequest({ ...minimal, ...change }));
const pairs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, 'x']));
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const own = (json: string): unknown => JSON.parse(json);

test.each([[minimal], [full]])('a good request comes back unchanged: %j', (request) => {
  expect(parseGenerationRequest(structuredClone(request))).toEqual(request);
});

test.each([null, undefined, 7, 'request', [], () => minimal])('%p is no request', (raw) => {
  expect(codeOf(() => parseGenerationRequest(raw))).toBe('INVALID_ARGUMENT');
});

test('an unknown field is refused by its name', () => {
  const error = errorOf(() => parseGenerationRequest({ ...minimal, priority: 1 }));
  expect(error.code).toBe('INVALID_ARGUMENT');
  expect(error.message).toContain('priority');
});

test.each([undefined, null, '', 7, 'a/b', 'a:b', 'x'.repeat(129), { toString: 1 }])(
  'the id %p is refused',
  (id) => {
    expect(codeFor({ accountId: id })).toBe('INVALID_ACCOUNT_ID');
    expect(codeFor({ requestId: id })).toBe('INVALID_REQUEST_ID');
  },
);

test.each([undefined, null, '', 7, ['ai-avatar'], 'x'.repeat(65), 'a\0b', 'a\ud800b'])(
  'the kind %p is refused',
  (kind) => {
    expect(codeFor({ kind })).toBe('UNKNOWN_KIND');
  },
);

test.each<[unknown, string]>([
  [0, 'DURATION_NOT_POSITIVE'],
  [-1, 'DURATION_NOT_POSITIVE'],
  [1.0001, 'INVALID_DURATION'],
  [Number.NaN, 'INVALID_DURATION'],
  [Number.POSITIVE_INFINITY, 'INVALID_DURATION'],
  ['3', 'INVALID_DURATION'],
  [null, 'INVALID_DURATION'],
  [{ toString: null }, 'INVALID_DURATION'],
])('a duration of %p: %s', (seconds, code) => {
  expect(codeFor({ seconds })).toBe(code);
});

test.each(['true', 1, null])('audio can’t be %p', (audio) => {
  expect(codeFor({ audio })).toBe('INVALID_ARGUMENT');
});

test.each([0, -1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '40', null])(
  'maxCredits can’t be %p',
  (maxCredits) => {
    expect(codeFor({ maxCredits })).toBe('INVALID_MAX_CREDITS');
  },
);

test.each([0, -1, 86_400.001, Number.POSITIVE_INFINITY, '30', null])(
  'admitWithinSeconds can’t be %p',
  (admitWithinSeconds) => {
    expect(codeFor({ admitWithinSeconds })).toBe('INVALID_ARGUMENT');
  },
);

describe('waiting for credits', () => {
  const wait = { onInsufficientCredits: 'wait' };

  test.each([
    {},
    { waitTimeout: 'PT0.5S' },
    { waitTimeout: 'P12M' },
    { waitTimeout: 'P365D' },
    { waitUntil: '2020-01-01T00:00:00+01:00' },
  ])('may be asked for with %j', (deadline) => {
    const request = { ...minimal, ...wait, ...deadline };
    expect(parseGenerationRequest(request)).toEqual(request);
  });

  test.each(['', 'Wait', true, null])(
    'onInsufficientCredits can’t be %p',
    (onInsufficientCredits) => {
      expect(codeFor({ onInsufficientCredits })).toBe('INVALID_ON_INSUFFICIENT');
    },
  );

  test.each([
    { waitTimeout: 'P1D' },
    { waitUntil: '2030-01-01T00:00:00Z' },
    { onInsufficientCredits: 'reject', waitTimeout: 'P1D' },
    { ...wait, waitTimeout: 'P1D', waitUntil: '2030-01-01T00:00:00Z' },
  ])('%j is no deadline of a wait', (change) => {
    expect(codeFor(change)).toBe('INVALID_ON_INSUFFICIENT');
  });

  test.each(['', 'P', 'PT0S', 'P0D', '-P1D', 'P366D', 'P13M', 'P1Y1D', '1 day', 86_400, null])(
    'a timeout can’t be %p',
    (waitTimeout) => {
      expect(codeFor({ ...wait, waitTimeout })).toBe('INVALID_WAIT_TIMEOUT');
    },
  );

  test.each(['tomorrow', '2030-01-01', '2030-01-01T00:00:00', 0, null])(
    'a moment can’t be %p',
    (waitUntil) => {
      expect(codeFor({ ...wait, waitUntil })).toBe('INVALID_TIME');
    },
  );

  test('is no part of what makes a request the same', () => {
    const hash = requestHashOf(minimal);
    expect(requestHashOf({ ...minimal, onInsufficientCredits: 'wait', waitTimeout: 'P2D' })).toBe(
      hash,
    );
    expect(
      requestHashOf({
        ...minimal,
        onInsufficientCredits: 'wait',
        waitUntil: '2030-01-01T00:00:00Z',
      }),
    ).toBe(hash);
  });
});

describe('input', () => {
  const parsedInput = (input: unknown) => parseGenerationRequest({ ...minimal, input }).input;

  test.each([null, false, 0, '', [], {}])('may be %j', (input) => {
    expect(parsedInput(input)).toEqual(input);
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    3n,
    Symbol('x'),
    () => 1,
    new Date(0),
    new Map(),
    Buffer.from('x'),
    { a: undefined },
    [undefined],
    { deep: [{ a: 1n }] },
  ])('can’t be %p', (input) => {
    expect(codeFor({ input })).toBe('INVALID_INPUT');
  });

  test('a circular one is refused', () => {
    const circular: unknown[] = [];
    circular.push(circular);
    expect(codeFor({ input: circular })).toBe('INVALID_INPUT');
  });

  test('is at most 100 levels deep', () => {
    expect(parsedInput(nested(100))).toEqual(nested(100));
    expect(codeFor({ input: nested(101) })).toBe('INVALID_INPUT');
    expect(codeFor({ input: nested(5000) })).toBe('INVALID_INPUT');
  });

  test('keeps members with names that JavaScript treats specially', () => {
    const input = own('{"__proto__": {"polluted": true}, "constructor": 1}');
    expect(JSON.stringify(parsedInput(input))).toBe(
      '{"__proto__":{"polluted":true},"constructor":1}',
    );
  });

  test.each([
    ['ASCII', 'x', 65_534],
    ['three-byte characters', '€', 21_844],
    ['escapes', '"', 32_767],
  ])(
    'of exactly 64 KB is accepted, and one byte more is refused: %s',
    (_what, character, count) => {
      const padding = 'x'.repeat(
        65_534 - Buffer.byteLength(JSON.stringify(character.repeat(count))) + 2,
      );
      const input = character.repeat(count) + padding;
      expect(parsedInput(input)).toBe(input);
      const tooLarge = errorOf(() => parsedInput(`${input}x`));
      expect(tooLarge).toMatchObject({
        code: 'INPUT_TOO_LARGE',
        details: { inputBytes: 65_537, inputBytesMax: 65_536 },
      });
    },
  );
});

describe('metadata', () => {
  const parsedMetadata = (metadata: unknown) =>
    parseGenerationRequest({ ...minimal, metadata }).metadata;

  test('holds 20 pairs and no more', () => {
    expect(parsedMetadata(pairs(20))).toEqual(pairs(20));
    expect(codeFor({ metadata: pairs(21) })).toBe('INVALID_METADATA');
  });

  test('has keys of 1 to 64 characters, and values of up to 512', () => {
    const longest = { ['k'.repeat(64)]: 'v'.repeat(512) };
    expect(parsedMetadata(longest)).toEqual(longest);
    expect(codeFor({ metadata: { '': 'x' } })).toBe('INVALID_METADATA');
    expect(codeFor({ metadata: { ['k'.repeat(65)]: 'x' } })).toBe('INVALID_METADATA');
    expect(codeFor({ metadata: { k: 'v'.repeat(513) } })).toBe('INVALID_METADATA');
  });

  test.each(['a\u0000', '\ud800', 'x\udc00'])('holds no %j, in a key or in a value', (text) => {
    expect(codeFor({ metadata: { [text]: 'x' } })).toBe('INVALID_METADATA');
    expect(codeFor({ metadata: { x: text } })).toBe('INVALID_METADATA');
  });

  test.each([
    null,
    'a=b',
    7,
    [],
    ['a'],
    { a: 1 },
    { a: null },
    { a: undefined },
    { a: { b: 'c' } },
    new Map([['a', 'b']]),
  ])('can’t be %p', (metadata) => {
    expect(codeFor({ metadata })).toBe('INVALID_METADATA');
  });

  test('keeps pairs of any name', () => {
    const metadata = own('{"__proto__": "x", "constructor": "y"}');
    expect(JSON.stringify(parsedMetadata(metadata))).toBe('{"__proto__":"x","constructor":"y"}');
  });
});

test('a refusal names the field', () => {
  expect(errorOf(() => parseGenerationRequest({ ...minimal, maxCredits: 0 })).details).toEqual({
    field: 'maxCredits',
  });
});
