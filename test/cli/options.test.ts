import { errorOf, holdfast, holdfastJson } from './command-line';

const BY = ['--reason', 'Test', '--by', 'sam'];
const PAID = ['--payment-reference', 'pay-1'];
const PROMOTION = ['grant', 'a', '1', '--source', 'promotion', ...BY, '--expires-at'];
const image = (input: string) => ['generate', 'a', 'text-to-image', '--input', input];

/** Bad input is refused before anything is connected to: there is nothing here to connect to. */
async function refusedWith(code: string, words: string[]): Promise<void> {
  expect(await holdfastJson({}, ...words)).toMatchObject({ code: 2, json: errorOf(code) });
}

/** Every option that is a whole number, and what its field's code is. */
const WHOLE: [code: string, words: (said: string) => string[]][] = [
  ['INVALID_CREDITS', (said) => ['grant', 'a', said, '--source', 'adjustment', ...BY]],
  ['INVALID_CREDITS', (said) => ['deduct', 'a', said, ...BY]],
  ['INVALID_COST', (said) => [...PROMOTION, '2100-01-01T00:00:00Z', '--cost-cents', said]],
  ['INVALID_MAX_CREDITS', (said) => ['generate', 'a', 'text-to-image', '--max-credits', said]],
  ['INVALID_SHOWN_PRICE', (said) => ['buy', 'a', 'pack-125', '--shown-price-cents', said]],
  [
    'INVALID_REFUND',
    (said) => ['refund', 'a', 'p', '--told-by-provider', 're', ...BY, '--amount-cents', said],
  ],
  [
    'INVALID_DISPUTE',
    (said) => [
      ...['dispute', 'a', 'p', '--told-by-provider', 'dp', '--state', 'open', ...BY],
      ...['--amount-cents', said],
    ],
  ],
  ['INVALID_ARGUMENT', (said) => ['history', 'a', '--limit', said]],
  ['INVALID_ARGUMENT', (said) => ['history', 'a', '--before', said]],
  ['INVALID_LIMIT', (said) => ['limits', 'a', '--daily', said]],
  ['INVALID_LIMIT', (said) => ['limits', 'a', '--per-generation', said]],
  ['INVALID_LIMIT', (said) => ['limits', 'a', '--at-once', said]],
  ['INVALID_THRESHOLD', (said) => ['low-balance', 'a', '--below', said]],
  ['INVALID_THRESHOLD', (said) => ['low-balance', 'a', '--below', `${said}%`]],
  [
    'INVALID_THRESHOLD',
    (said) => ['top-up', 'a', '--pack', 'p', '--cap-cents', '1', '--below', said],
  ],
  [
    'INVALID_MONTHLY_CAP',
    (said) => ['top-up', 'a', '--pack', 'p', '--below', '1', '--cap-cents', said],
  ],
];

describe.each([
  '0x10',
  '1e3',
  '',
  ' ',
  ' 5',
  '5 ',
  '1.0',
  '1_000',
  '١٢',
  'NaN',
  'null',
  '9007199254740992',
  '1'.repeat(400),
])('the text %j', (said) => {
  test.each(WHOLE)('is no whole number: %s', (code, words) => refusedWith(code, words(said)));
});

test('a refused number’s message says the limits of its field', async () => {
  const { stderr } = await holdfast({}, 'history', 'a', '--limit', '5000');
  expect(stderr).toBe('INVALID_ARGUMENT: --limit is not valid: a whole number from 1 to 1000\n');
  expect((await holdfast({}, 'low-balance', 'a', '--below', '101%')).stderr).toContain(
    'from 1 to 100\n',
  );
  expect((await holdfast({}, 'limits', 'a', '--daily=-1')).stderr).toContain(
    'from 0 to 9007199254740991\n',
  );
});

test.each([
  ['INVALID_DURATION', 'ten'],
  ['INVALID_DURATION', ''],
  ['INVALID_DURATION', '0x10'],
  ['INVALID_DURATION', '1e400'],
  ['INVALID_DURATION', '8.0005'],
  ['DURATION_NOT_POSITIVE', '0'],
  ['DURATION_NOT_POSITIVE', '-1'],
])('a duration is refused with %s: %j', async (code, said) => {
  await refusedWith(code, ['generate', 'a', 'ai-avatar', `--seconds=${said}`]);
  await refusedWith(code, ['quote', 'ai-avatar', `--seconds=${said}`]);
});

test.each([
  '{"seed":6687881544318117707}',
  '9007199254740993',
  '[-9007199254740992]',
  '{"deep":{"seed":1e300}}',
  '{"seed":12345678901234567890.0}',
])('an input with an integer that would lose digits is refused: %s', (input) =>
  refusedWith('INVALID_INPUT', image(input)),
);

test.each(['{oops', '/nowhere/input.json', '[', `${'['.repeat(101)}${']'.repeat(101)}`])(
  'the input %.20s is refused',
  (input) => refusedWith('INVALID_INPUT', image(input)),
);

/** Times that don't exist, and times that the command line doesn't take. */
const NO_TIMES = [
  '9999-12-31T23:59:59-05:00',
  '0001-01-01T00:00:00+05:00',
  '0000-06-01T00:00:00Z',
  `2026-11-29T03:16:00.${'1'.repeat(140)}Z`,
  `2026-11-29T03:16:00.${'0'.repeat(250_000)}Z`,
  '2026-11-29T03:16:00',
  '2026-02-30T00:00:00Z',
  '2026-11-29T03:16:00+16:00',
  '+12026-01-01T00:00:00Z',
  '',
];

describe.each(NO_TIMES.map((time) => [time.slice(0, 40), time]))('the text %s', (_shown, time) => {
  test.each<[string, string[]]>([
    ['grant’s end', [...PROMOTION, time]],
    ['payment', ['renew', 'a', ...PAID, '--paid-at', time]],
    ['balance', ['balance', 'a', '--as-of', time]],
  ])('is no time for a %s', (_what, words) => refusedWith('INVALID_TIME', words));
});
