import { errorOf, holdfast, holdfastJson } from './command-line';

/** The price table of the first customer's help page. No stack is known in these tests. */
const PRICES: [number, string, string[]][] = [
  [2, 'text-to-speech', []],
  [4, 'ai-avatar', ['--seconds', '10']],
  [2, 'text-to-image', []],
  [9, 'text-to-video-bytedance', ['--seconds', '5']],
  [24, 'text-to-video-veo3', ['--seconds', '8']],
  [40, 'text-to-video-veo3', ['--seconds', '8', '--audio']],
];

test('a quote without a stack is the built-in catalog’s, and says so on stderr', async () => {
  const quoted = await Promise.all(
    PRICES.map(([, kind, options]) => holdfastJson({}, 'quote', kind, ...options)),
  );
  expect(quoted.map(({ json }) => (json as { credits: number }).credits)).toEqual(
    PRICES.map(([credits]) => credits),
  );

  const { code, stdout, stderr } = await holdfast(
    {},
    'quote',
    'ai-avatar',
    '--seconds',
    '10',
    '--json',
  );
  expect(stdout).toBe(
    '{"kind":"ai-avatar","seconds":10,"audio":false,"credits":4,"catalogVersion":"built-in","validUntil":null}\n',
  );
  expect(stderr).toMatch(/built-in catalog/);
  expect(code).toBe(0);
});

test('a quote for an account needs a ledger', async () => {
  const { code, json } = await holdfastJson({}, 'quote', 'text-to-image', '--account', 'a');
  expect(json).toEqual(
    errorOf('LEDGER_UNAVAILABLE', { message: expect.stringMatching(/npm run dev.*DATABASE_URL/) }),
  );
  expect(code).toBe(4);
});
