import { uniqueId } from '../../workflows/harness';
import { grant } from '../books';
import { expectProblem, openWeb, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

describe('the balance', () => {
  test('is the ledger’s, now and at an earlier time', async () => {
    const account = uniqueId('acme');
    const { grantedAt } = await grant(web.stack, account, 'first', 100);
    await grant(web.stack, account, 'second', 50);
    const { body } = await web.ask(account, 'GET', '/balance');
    expect(body).toEqual({ ...(await web.stack.ledger.balance(account)), at: expect.any(String) });
    expect(body).toMatchObject({ available: 150, grants: [{ remaining: 100 }, { remaining: 50 }] });
    expect((await web.ask(account, 'GET', `/balance?asOf=${grantedAt}`)).body).toMatchObject({
      available: 100,
    });
    expect(
      (await web.ask(account, 'GET', '/balance?asOf=2020-01-01T00:00:00%2B02:00')).body,
    ).toMatchObject({
      available: 0,
    });
  });

  test('of an unknown account is zero', async () => {
    expect((await web.ask(uniqueId('new'), 'GET', '/balance')).body).toMatchObject({
      available: 0,
      at: null,
      grants: [],
    });
  });

  test.each(['yesterday', '', '2026-01-31', '0000-01-01T00:00:00Z', '2026-01-31T09:30:00'])(
    'is refused with asOf=%s',
    async (asOf) => {
      expectProblem(await web.ask('acme', 'GET', `/balance?asOf=${asOf}`), 400, 'INVALID_TIME');
    },
  );

  test('is refused with a parameter that is unknown or comes twice', async () => {
    expectProblem(
      await web.ask('acme', 'GET', '/balance?asof=2026-01-31T09:30:00Z'),
      400,
      'INVALID_ARGUMENT',
    );
    const twice = '/balance?asOf=2026-01-31T09:30:00Z&asOf=2026-01-30T09:30:00Z';
    expectProblem(await web.ask('acme', 'GET', twice), 400, 'INVALID_TIME');
  });
});

describe('the usage', () => {
  test('is the credits charged, per day and type', async () => {
    const account = uniqueId('acme');
    await grant(web.stack, account, 'first', 100);
    const { generations } = web.stack.client;
    for (const [requestId, kind] of [
      ['a', 'text-to-image'],
      ['b', 'text-to-image'],
      ['c', 'text-to-speech'],
    ] as const) {
      await generations.start({ accountId: account, requestId, kind });
      await generations.result(account, requestId);
    }
    const input = { simulate: 'permanent' };
    await generations.start({
      accountId: account,
      requestId: 'failed',
      kind: 'text-to-image',
      input,
    });
    await generations.result(account, 'failed');
    const { body } = await web.ask(account, 'GET', '/usage?days=2&timeZone=Europe/Berlin');
    expect(body).toMatchObject({ accountId: account, timeZone: 'Europe/Berlin', days: [{}, {}] });
    expect(body.days.flatMap(({ kinds }: { kinds: object[] }) => kinds)).toEqual([
      { kind: 'text-to-image', credits: 4, generations: 2 },
      { kind: 'text-to-speech', credits: 2, generations: 1 },
    ]);
    expect((await web.ask(account, 'GET', '/history?limit=1')).body.entries).toMatchObject([
      { kind: 'text-to-image' },
    ]);
    expect((await web.ask(account, 'GET', '/usage')).body.days).toHaveLength(30);
  });

  test.each([
    ['days=0', 'INVALID_ARGUMENT'],
    ['days=367', 'INVALID_ARGUMENT'],
    ['timeZone=Mars/Olympus', 'INVALID_TIME_ZONE'],
    ['timeZone=', 'INVALID_TIME_ZONE'],
  ])('is refused with %s', async (query, code) => {
    expectProblem(await web.ask('acme', 'GET', `/usage?${query}`), 400, code);
  });
});

describe('the subscription', () => {
  test('is null for an account that never had one, and else its present state', async () => {
    const account = uniqueId('acme');
    expect((await web.ask(account, 'GET', '/subscription')).body).toEqual({ subscription: null });
    const request = {
      accountId: account,
      subscriptionId: 'main',
      planId: 'lite-monthly',
      paymentReference: 'p1',
    };
    await web.stack.client.subscriptions.subscribe(request);
    const { body } = await web.ask(account, 'GET', '/subscription');
    expect(body.subscription).toEqual({
      ...(await web.stack.ledger.subscription(account)),
      at: expect.any(String),
    });
    expect(body.subscription).toMatchObject({ status: 'active', planId: 'lite-monthly', cycle: 1 });
  });
});

describe('a price', () => {
  test('is quoted, and the quote says whether the account has the credits', async () => {
    const account = uniqueId('acme');
    await grant(web.stack, account, 'first', 3);
    const { body } = await web.ask(account, 'GET', '/quotes?kind=ai-avatar&seconds=10');
    expect(body).toMatchObject({
      kind: 'ai-avatar',
      seconds: 10,
      credits: 4,
      available: 3,
      affordable: false,
      shortfall: 1,
    });
    const withAudio = await web.ask(
      account,
      'GET',
      '/quotes?kind=text-to-video-veo3&seconds=8&audio=true',
    );
    expect(withAudio.body).toMatchObject({ credits: 40, audio: true });
    expect((await web.ask(account, 'GET', '/quotes?kind=text-to-image')).body).toMatchObject({
      credits: 2,
      affordable: true,
    });
  });

  test.each([
    ['', 'UNKNOWN_KIND'],
    ['kind=hologram', 'UNKNOWN_KIND'],
    ['kind=__proto__', 'UNKNOWN_KIND'],
    ['kind=ai-avatar', 'DURATION_REQUIRED'],
    ['kind=ai-avatar&seconds=ten', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=1e1', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=1.0001', 'INVALID_DURATION'],
    ['kind=ai-avatar&seconds=-1', 'DURATION_NOT_POSITIVE'],
    ['kind=ai-avatar&seconds=10&audio=yes', 'INVALID_ARGUMENT'],
    ['kind=ai-avatar&seconds=10&audio=true', 'AUDIO_NOT_ALLOWED'],
    ['kind=ai-avatar&seconds=10&accountId=other', 'INVALID_ARGUMENT'],
  ])('is not quoted for %j', async (query, code) => {
    expectProblem(await web.ask('acme', 'GET', `/quotes?${query}`), 400, code);
  });

  test('is listed for each kind that is sold, with the kind’s limits', async () => {
    const { body } = await web.ask('acme', 'GET', '/prices');
    expect(body.kinds).toHaveLength(5);
    expect(body.kinds).toContainEqual({
      ...{
        kind: 'text-to-video-veo3',
        name: expect.any(String),
        credits: 3,
        perSeconds: 1,
        creditsWithAudio: 5,
        maxSeconds: 8,
      },
    });
    expect(body.kinds).toContainEqual(
      expect.objectContaining({ kind: 'text-to-image', perSeconds: null, maxSeconds: null }),
    );
    expect(body.plans).toContainEqual({
      planId: 'lite-monthly',
      name: 'Lite Monthly',
      credits: 150,
      cycle: 'P1M',
    });
    expect(body.packs).toEqual((await web.ask('acme', 'GET', '/packs')).body.packs);
    expect(body.packs[0]).toEqual({
      packId: 'pack-125',
      credits: 125,
      priceCents: 4900,
      currency: 'USD',
    });
  });
});
