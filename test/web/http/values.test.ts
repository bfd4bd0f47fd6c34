import { uniqueId } from '../../workflows/harness';
import { grant } from '../books';
import { type Answer, expectProblem, openWeb, tokenOf, type Web } from '../harness';

let web: Web;
let account: string;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
  account = uniqueId('acme');
  await web.stack.fund(account, 100);
});
afterAll(() => web.close());

/** The body as it stands, which JSON.stringify would put right. */
async function send(
  method: string,
  path: string,
  body: string,
  key = uniqueId('order'),
): Promise<Answer> {
  const response = await fetch(`${web.url}/v1/accounts/me${path}`, {
    method,
    headers: {
      ...{ authorization: `Bearer ${await tokenOf(account)}`, 'content-type': 'application/json' },
      'idempotency-key': key,
    },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Neither Temporal nor the ledger has heard of it. */
async function expectNothingStarted(requestId: string): Promise<void> {
  expect(await web.stack.client.generations.status(account, requestId)).toMatchObject({
    workflow: 'unknown',
    record: null,
  });
}

const ones = (count: number) => '1'.repeat(count);
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const TIMES_REFUSED = [
  ['140 decimals', `2026-12-05T00:00:00.${ones(140)}Z`],
  ['ten decimals', '2026-12-05T00:00:00.0000000001Z'],
  ['the year 0', '0000-12-05T00:00:00Z'],
  ['the year 0 by its offset', '0001-01-01T00:00:00+05:00'],
  ['the year 10000 by its offset', '9999-12-31T23:59:59-05:00'],
  ['a year of five digits', '+010000-01-01T00:00:00Z'],
  ['an offset of a day', '2026-12-05T00:00:00+24:00'],
] as const;

describe('a time', () => {
  test.each([
    ...TIMES_REFUSED,
    ['250,000 decimals', `2026-12-05T00:00:00.${ones(250_000)}Z`],
  ] as const)('with %s is refused in a wait, and nothing is started', async (_, waitUntil) => {
    const key = uniqueId('order');
    const wait = { onInsufficientCredits: 'wait', admitWithinSeconds: 86_400, waitUntil };
    const body = JSON.stringify({ kind: 'text-to-image', ...wait });
    expectProblem(await send('POST', '/generations', body, key), 400, 'INVALID_TIME');
    await expectNothingStarted(key);
  });

  test.each(TIMES_REFUSED)('with %s is refused in a query', async (_, time) => {
    for (const path of ['/history?since=', '/history.csv?since=', '/balance?asOf=']) {
      expectProblem(
        await web.ask(account, 'GET', path + encodeURIComponent(time)),
        400,
        'INVALID_TIME',
      );
    }
  });

  test('with nine decimals is cut to milliseconds', async () => {
    const booked = uniqueId('acme');
    const { grantedAt } = await grant(web.stack, booked, 'first', 10);
    const finer = (at: string) => at.replace('Z', '999999Z');
    const justBefore = new Date(Date.parse(grantedAt) - 1).toISOString();
    const { body } = await web.ask(booked, 'GET', `/history?since=${finer(grantedAt)}`);
    expect(body.entries).toMatchObject([{ at: grantedAt }]);
    const balanceAt = async (at: string) =>
      (await web.ask(booked, 'GET', `/balance?asOf=${at}`)).body;
    expect(await balanceAt(finer(grantedAt))).toMatchObject({ at: grantedAt, available: 10 });
    expect(await balanceAt(finer(justBefore))).toMatchObject({ at: justBefore, available: 0 });
  });
});

describe('a number', () => {
  test.each([
    ['6687881544318117707'],
    ['-9007199254740993'],
    ['9007199254740992'],
    ['[{"seed":18446744073709551615}]'],
    ['1e20'],
    ['1e999'],
    ['{"a":-1e999}'],
  ])(
    'that can’t be carried as it was sent is refused in an input, and nothing is started: %s',
    async (input) => {
      const key = uniqueId('order');
      const body = `{"kind":"text-to-image","input":{"seed":${input}}}`;
      expectProblem(await send('POST', '/generations', body, key), 400, 'INVALID_INPUT');
      await expectNothingStarted(key);
    },
  );

  test('is taken up to the largest integers that JSON carries unchanged', async () => {
    const body =
      '{"kind":"text-to-image","input":{"seeds":[9007199254740991,-9007199254740991,0.1,1e-7]}}';
    expect((await send('POST', '/generations', body)).status).toBe(201);
  });

  test.each([
    ['POST', '/generations', '{"kind":"ai-avatar","seconds":1e999}', 'INVALID_DURATION'],
    ['POST', '/generations', '{"kind":"ai-avatar","seconds":-1e999}', 'INVALID_DURATION'],
    [
      'POST',
      '/generations',
      '{"kind":"text-to-image","maxCredits":9007199254740993}',
      'INVALID_MAX_CREDITS',
    ],
    [
      'POST',
      '/generations',
      '{"kind":"text-to-image","admitWithinSeconds":1e999}',
      'INVALID_ARGUMENT',
    ],
    ['POST', '/purchases', '{"packId":"pack-125","shownPriceCents":1e999}', 'INVALID_SHOWN_PRICE'],
    [
      'POST',
      '/purchases',
      '{"packId":"pack-125","shownPriceCents":9007199254740993}',
      'INVALID_SHOWN_PRICE',
    ],
    [
      'PUT',
      '/settings/limits',
      '{"dailyCreditsMax":1e999,"generationCreditsMax":null,"concurrentGenerationsMax":null}',
      'INVALID_LIMIT',
    ],
    ['PUT', '/settings/low-balance', '{"lowBalance":[{"credits":1e999}]}', 'INVALID_THRESHOLD'],
  ])('out of range is refused by %s %s: %s', async (method, path, body, code) => {
    expectProblem(await send(method, path, body), 400, code);
  });
});

describe('a value 20,000 levels deep', () => {
  test.each([
    ['POST', '/generations', `{"kind":"text-to-image","input":${deep(20_000)}}`, 'INVALID_INPUT'],
    [
      'POST',
      '/generations',
      `{"kind":"text-to-image","input":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
      'INVALID_INPUT',
    ],
    [
      'POST',
      '/generations',
      `{"kind":"text-to-image","metadata":{"a":${deep(20_000)}}}`,
      'INVALID_METADATA',
    ],
    ['POST', '/generations', `{"kind":${deep(20_000)}}`, 'UNKNOWN_KIND'],
    ['POST', '/generations', `{"kind":"text-to-image","more":${deep(20_000)}}`, 'INVALID_ARGUMENT'],
    ['POST', '/generations', deep(20_000), 'INVALID_ARGUMENT'],
    [
      'POST',
      '/purchases',
      `{"packId":"pack-125","shownPriceCents":4900,"paymentMethod":${deep(20_000)}}`,
      'INVALID_PAYMENT_METHOD',
    ],
    ['PUT', '/settings/low-balance', `{"lowBalance":${deep(20_000)}}`, 'INVALID_THRESHOLD'],
    [
      'PUT',
      '/settings/top-up',
      `{"topUp":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
      'UNKNOWN_PACK',
    ],
  ])('is refused by %s %s', async (method, path, body, code) => {
    expectProblem(await send(method, path, body), 400, code);
  });
});

describe('a member', () => {
  test.each([
    ['twice', '{"kind":"text-to-image","kind":"text-to-speech"}'],
    ['twice, once as an escape', '{"kind":"text-to-image","\\u006bind":"text-to-speech"}'],
    ['twice within the input', '{"kind":"text-to-image","input":{"seed":1,"seed":2}}'],
    ['twice within a list', '{"kind":"text-to-image","input":[[],{"a":{"b":1,"b":1}}]}'],
    ['of the prototype', '{"kind":"text-to-image","__proto__":{"maxCredits":1}}'],
    ['of the prototype within the input', '{"kind":"text-to-image","input":{"__proto__":{"a":1}}}'],
    [
      'of the prototype as an escape',
      '{"kind":"text-to-image","metadata":{"__pr\\u006fto__":"a"}}',
    ],
  ])('%s makes its body unreadable, and nothing is started', async (_, body) => {
    const key = uniqueId('order');
    expectProblem(await send('POST', '/generations', body, key), 400, 'MALFORMED_REQUEST');
    await expectNothingStarted(key);
  });

  test('may have the same name in several places and in a text', async () => {
    const said = {
      kind: 'text-to-image',
      input: { kind: '{"a":1,"a":2}', list: [{ a: 1 }, { a: 2 }], a: { a: 1 } },
    };
    expect((await send('POST', '/generations', JSON.stringify(said))).status).toBe(201);
  });

  test.each([
    ['POST', '/generations', { kind: 'text-to-image', accountId: 'other' }],
    ['POST', '/generations', { kind: 'text-to-image', requestId: 'other' }],
    ['POST', '/purchases', { packId: 'pack-125', shownPriceCents: 4900, accountId: 'other' }],
    ['POST', '/purchases', { packId: 'pack-125', shownPriceCents: 4900, purchaseId: 'other' }],
    ['PUT', '/settings/low-balance', { lowBalance: [], accountId: 'other' }],
    ['PUT', '/settings/low-balance', { lowBalance: [], key: 'other' }],
    ['PUT', '/settings/low-balance', { lowBalance: [], setting: 'limits' }],
  ])('with an id is refused in a body of %s %s: %j', async (method, path, body) => {
    expectProblem(await send(method, path, JSON.stringify(body)), 400, 'INVALID_ARGUMENT');
  });

  test.each([
    ['of 200,000 characters', 'x'.repeat(200_000)],
    ['of half a surrogate pair', '\\ud83d'],
    [
      'of a thousand names',
      Array.from({ length: 1_000 }, (_, index) => `name${index}`).join('":1,"'),
    ],
  ])('with an unknown name %s is refused in few words', async (_, name) => {
    const answer = await send('POST', '/generations', `{"kind":"text-to-image","${name}":1}`);
    expectProblem(answer, 400, 'INVALID_ARGUMENT');
    expect(answer.body.detail.length).toBeLessThan(3_000);
    expect(answer.body.detail.isWellFormed()).toBe(true);
  });

  test.each([
    '/balance?__proto__=1',
    '/history?__proto__[limit]=1',
    '/quotes?kind=text-to-image&constructor=1',
  ])('of a prototype is refused in %s', async (path) => {
    expectProblem(await web.ask(account, 'GET', path), 400, 'INVALID_ARGUMENT');
  });
});
