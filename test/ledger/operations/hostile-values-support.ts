import fc from 'fast-check';

/** The arguments of a function, in its order. */
export type Args = unknown[];

/** Texts of letters that can't be compressed, so that they keep their size in an index. */
function incompressible(length: number): string {
  let state = length;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 94));
  }).join('');
}

/** Tried in every place. */
export const EACH_HOSTILE_TEXT = [
  '\0',
  'a\ud800',
  'infinity',
  'x'.repeat(100_000),
  incompressible(3_000),
];
const HOSTILE_TEXTS = [
  ...EACH_HOSTILE_TEXT,
  ...['', '\u001b[2J', '9999-12-31T23:59:59-05:00', 'P999999999999Y', '9'.repeat(400), 'UTC\0'],
  ...[
    ' ',
    'a\0b',
    '\udc00b',
    '\r\n',
    '\u202e',
    '\ufeff',
    '%',
    '_',
    '\\',
    "'; --",
    '🐙',
    'x'.repeat(300),
    incompressible(20_000),
  ],
  ...[
    'now',
    '-infinity',
    'epoch',
    'tomorrow',
    '2030-02-31T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '4714-01-01 BC',
  ],
  ...[
    'P-1D',
    'PT1E9S',
    'P1D ago',
    '1e400',
    'NaN',
    '0x10',
    'null',
    '{}',
    '[]',
    '"',
    'posix/UTC',
    'localtime',
    'CET',
  ],
];
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        -1,
        0,
        0.5,
        -0.1,
        1e30,
        2 ** 53,
        2 ** 63,
        2 ** 31,
        2 ** 15,
        1e308,
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ],
      ...[null, undefined, true, [], {}, [['a']], { a: { b: 'c' } }],
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
);

type Path = (string | number)[];

export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

export function withHostile(args: Args, [first, ...rest]: Path, value: unknown): Args {
  const copy: Args = Array.isArray(args) ? [...args] : ({ ...(args as object) } as Args);
  const key = first as number;
  copy[key] = rest.length === 0 ? value : withHostile(copy[key] as Args, rest, value);
  return copy;
}
