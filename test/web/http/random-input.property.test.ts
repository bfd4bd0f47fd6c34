import fc from 'fast-check';
import { openWeb, tokenOf, type Web } from '../harness';

let web: Web;
let headers: Record<string, string>;
beforeAll(async () => {
  web = await openWeb({ limits: { accountRequestsPerMinute: 1_000_000 } });
  await web.stack.startWorker();
  headers = {
    authorization: `Bearer ${await tokenOf('acme', { exp: Math.floor(Date.now() / 1000) + 3_600 })}`,
  };
});
afterAll(() => web.close());

const GENERATION_FIELDS = [
  'kind',
  'seconds',
  'audio',
  'input',
  'metadata',
  'maxCredits',
  'onInsufficientCredits',
  'waitTimeout',
  'waitUntil',
  'admitWithinSeconds',
];
const PURCHASE_FIELDS = ['packId', 'shownPriceCents', 'currency', 'paymentMethod'];
const BODIES: [string, string, string[]][] = [
  ['POST', '/generations', GENERATION_FIELDS],
  ['POST', '/purchases', PURCHASE_FIELDS],
  [
    'PUT',
    '/settings/limits',
    ['dailyCreditsMax', 'generationCreditsMax', 'concurrentGenerationsMax'],
  ],
  ['PUT', '/settings/low-balance', ['lowBalance']],
  ['PUT', '/settings/top-up', ['topUp']],
];

const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '__proto__',
    'text-to-image',
    'pack-125',
    'wait',
    'P1D',
    '2100-01-01T00:00:00Z',
    -1,
    0,
    1e308,
    2 ** 53,
  ),
);

/** Either an answer or a problem that names what is wrong: never a failure of the server's own. */
function expectAnswered({ statusCode, body }: { statusCode: number; body: string }): void {
  const { code = 'none' } = JSON.parse(body);
  expect({ statusCode, code }).not.toMatchObject({ code: 'INTERNAL' });
  expect(statusCode).toBeLessThan(500);
}

test.each(BODIES)('%s %s answers any body', async (method, path, fields) => {
  const body = fc.oneof(
    value,
    fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fields) }, fc.string()),
      value,
    ),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.uuid(), async (payload, key) => {
      const url = `/v1/accounts/me${path}`;
      const sent = { ...headers, 'idempotency-key': key, 'content-type': 'application/json' };
      expectAnswered(
        await web.app.inject({
          method: method as 'POST',
          url,
          headers: sent,
          payload: JSON.stringify(payload),
        }),
      );
    }),
    { numRuns: 150 },
  );
});

test.each(['/balance', '/history', '/quotes', '/generations', '/purchases'])(
  'GET %s answers any query and any id',
  async (path) => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('NaN', '1e3', '-0', '9'.repeat(30), 'null', '[]', '%00'),
    );
    const query = fc.dictionary(
      fc.constantFrom(
        'asOf',
        'limit',
        'before',
        'kind',
        'seconds',
        'audio',
        '__proto__',
        'limit[]',
      ),
      text,
    );
    await fc.assert(
      fc.asyncProperty(query, text, async (asked, id) => {
        const parameters = new URLSearchParams(asked).toString();
        for (const rest of [`?${parameters}`, `/${encodeURIComponent(id.toWellFormed())}`]) {
          expectAnswered(
            await web.app.inject({ method: 'GET', url: `/v1/accounts/me${path}${rest}`, headers }),
          );
        }
      }),
      { numRuns: 150 },
    );
  },
);
