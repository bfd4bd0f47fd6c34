import fc from 'fast-check';

const deep = (levels: number): unknown => {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = level % 2 ? { member: value } : [value];
  return value;
};

const TEXTS = [
  ...['', ' ', '\0', 'a\0b', '\ud800', 'a\udc00', '\u001b[2J', '\r\n', '\u202e', '\ufeff', '%00'],
  ...[
    '__proto__',
    'constructor',
    'null',
    'NaN',
    'Infinity',
    '-0',
    '1e400',
    '0x10',
    '9'.repeat(400),
  ],
  ...['2030-02-31T00:00:00Z', '9999-12-31T23:59:59-05:00', '2030-01-01T00:00:00.123456789012Z'],
  ...['0000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', 'tomorrow', 'P999999999Y', 'P-1D', 'PT'],
  ...['x'.repeat(70_000), '🐙'.repeat(200), "'; DROP TABLE x; --", '../../etc/passwd'],
];
const NUMBERS = [
  ...[
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    -1,
    0.1,
    1e-320,
    1e308,
    2 ** 31,
    2 ** 53,
    -(2 ** 53),
  ],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53 + 2, 6.687881544318117e18],
];
const OTHERS = [
  ...[null, undefined, true, [], {}, [null], { toString: null }, new Date(Number.NaN)],
  ...[Symbol('s'), 10n ** 30n, () => 1, new Map([['a', 1]]), deep(99), deep(150), deep(20_000)],
  JSON.parse('{"then": 1}'),
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}'),
];

/** A value that is likely to be wrong wherever it stands. */
export const badValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS),
  fc.constantFrom<unknown>(...NUMBERS),
  fc.constantFrom<unknown>(...OTHERS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.anything({ maxDepth: 3, withDate: true, withBigInt: true, withNullPrototype: true }),
);

/** Values that JSON has. */
export const badJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS),
  fc.constantFrom<unknown>(
    ...NUMBERS.filter(Number.isFinite),
    null,
    true,
    [],
    {},
    deep(99),
    deep(150),
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

type Path = (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function put(value: unknown, [key, ...rest]: Path, bad: unknown): unknown {
  if (key === undefined) return bad;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const members = copy as Record<string | number, unknown>;
  members[key] = put(members[key], rest, bad);
  return copy;
}

/** The valid value with a bad one in some place, or with a member more or less. */
export function spoiled(valid: unknown, bad: fc.Arbitrary<unknown> = badValue) {
  const paths = pathsIn(valid);
  const changes = fc.tuple(fc.constantFrom(...paths), bad);
  const extra = fc.tuple(
    fc.constantFrom<Path>(['extra'], ['__proto__x'], ['constructor'], ['toString'], ['then']),
    bad,
  );
  return fc
    .array(fc.oneof({ weight: 4, arbitrary: changes }, extra), { minLength: 1, maxLength: 2 })
    .map((all) =>
      all.reduce((value, [path, one]) => {
        const fits = path.every((_, index) => typeof at(value, path.slice(0, index)) === 'object');
        return fits && value !== null && typeof value === 'object' ? put(value, path, one) : one;
      }, valid),
    );
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (found, key) => (found as Record<string | number, unknown> | null | undefined)?.[key] ?? null,
    value,
  );
}
