import { openWeb, serve, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

test('answers carry headers that forbid browsers to store, frame or sniff them', async () => {
  const { headers } = await web.ask('acme', 'GET', '/balance');
  expect(Object.fromEntries(headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'strict-transport-security': expect.stringContaining('max-age='),
  });
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('x-powered-by')).toBeNull();
});

describe('pages of other origins', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve(web.stack, { corsOrigins: ['https://app.example'] });
  });
  afterAll(() => served.app.close());

  const preflight = (origin: string) =>
    fetch(`${served.url}/v1/accounts/me/generations`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,idempotency-key,traceparent',
      },
    });

  test('may call the API if they are configured', async () => {
    const { headers } = await preflight('https://app.example');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('access-control-allow-headers')).toMatch(
      /Authorization.*Idempotency-Key.*traceparent, tracestate/,
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('may not call the API if they aren’t configured', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.evil.example', 'null']) {
      const { headers } = await preflight(origin);
      expect(headers.get('access-control-allow-origin')).not.toBe(origin);
    }
  });
});
