import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, serve, tokenOf, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

describe('a request beyond the limit per minute', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    const limits = {
      accountRequestsPerMinute: 3,
      serviceRequestsPerMinute: 5,
      addressRequestsPerMinute: 4,
    };
    served = await serve(web.stack, { limits });
  });
  afterAll(() => served.app.close());

  test('is refused with the time to wait, counted by account over all of its tokens', async () => {
    const [account, other] = [uniqueId('acme'), uniqueId('other')];
    for (let index = 0; index < 3; index++) {
      const token = await tokenOf(account, { jti: String(index) });
      expect((await served.ask(account, 'GET', '/balance', { token })).status).toBe(200);
    }
    const refused = await served.ask(account, 'GET', '/balance', {
      token: await tokenOf(account, { jti: 'x' }),
    });
    expectProblem(refused, 429, 'RATE_LIMITED', {
      retryable: true,
      retryAfterSeconds: expect.any(Number),
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await served.ask(other, 'GET', '/balance')).status).toBe(200);
  });

  test('is refused without a valid token, also at unknown paths, and doesn’t affect requests with one', async () => {
    const answers = [];
    for (const path of ['/balance', '/nothing', '/balance', '/nothing']) {
      answers.push((await served.ask('acme', 'GET', path, { token: 'a.b.c' })).status);
    }
    expect(answers).toEqual([401, 404, 401, 404]);
    expectProblem(
      await served.ask('acme', 'GET', '/balance', { token: 'a.b.c' }),
      429,
      'RATE_LIMITED',
    );
    expectProblem(
      await served.ask('acme', 'GET', '/nothing', { token: 'a.b.c' }),
      429,
      'RATE_LIMITED',
    );
    expect((await served.ask(uniqueId('acme'), 'GET', '/balance')).status).toBe(200);
    expect((await fetch(`${served.url}/health/live`)).status).toBe(200);
  });
});
