import { createHoldfastClient, type HoldfastClient } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { createLedger } from '../../../ledger/ledger';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../../workflows/harness';
import { openTcpProxy } from '../../workflows/tcp-proxy';
import { lengthenHistory } from '../books';
import { expectProblem, openWeb, SECRET, serve, serviceToken, tokenOf, type Web } from '../harness';

/** A text that stands in everything that a caller sends. */
const MARK = 'Xq7Marker';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

test('every request has a line, with its route, status and account', async () => {
  const account = uniqueId('acme');
  await web.ask(account, 'GET', '/balance');
  const lines = web.log
    .map((line) => JSON.parse(line))
    .filter((line) => line.accountId === account);
  expect(lines).toEqual([
    expect.objectContaining({
      ...{
        msg: 'answered',
        req: { method: 'GET', route: '/v1/accounts/:accountId/balance' },
        res: { statusCode: 200 },
      },
      ms: expect.any(Number),
    }),
  ]);
});

test('a probe has a line at debug, and at info when it finds something wrong', async () => {
  const [info, debug] = [30, 20];
  const linesOf = (log: string[], path: string) =>
    log
      .map((line) => JSON.parse(line))
      .filter(({ req }) => req?.route === path)
      .map(({ level, res }) => [level, res.statusCode]);
  for (const path of ['/health/live', '/health/ready']) {
    await fetch(web.url + path);
    expect(linesOf(web.log, path)).toEqual([[debug, 200]]);
  }
  const ledger = Object.assign(Object.create(web.stack.ledger), {
    effectiveCatalog: () => Promise.reject(new HoldfastError('LEDGER_UNAVAILABLE', 'away')),
  });
  const served = await serve(web.stack, { ledger });
  try {
    await fetch(`${served.url}/health/ready`);
    expect(linesOf(served.log, '/health/ready')).toEqual([[info, 503]]);
  } finally {
    await served.app.close();
  }
});

test('no token, no header, no path and no input is logged, whether accepted or refused', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const token = await tokenOf(account, { jti: MARK });
  const bodies = [
    { kind: 'text-to-image', input: { prompt: MARK }, metadata: { note: MARK } },
    { kind: MARK },
    { kind: 'ai-avatar', seconds: MARK },
    { [MARK]: MARK },
    `{"${MARK}`,
  ];
  for (const body of bodies) {
    await fetch(`${web.url}/v1/accounts/me/generations`, {
      method: 'POST',
      headers: {
        ...{
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': uniqueId(MARK),
        },
        ...{
          'x-forwarded-for': MARK,
          'user-agent': MARK,
          'x-request-id': MARK,
          cookie: MARK,
          referer: `https://${MARK}.example`,
        },
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
  for (const path of [
    `/generations/${MARK}`,
    `/${MARK}`,
    `/balance?asOf=${MARK}`,
    `/balance?${MARK}=${token}`,
    `/generations/%00${MARK}`,
  ]) {
    await web.ask('me', 'GET', path, { token });
  }
  await web.ask(MARK, 'GET', '/balance', { token });
  await web.ask('me', 'GET', '/balance', { token: `${token}${MARK}` });
  await fetch(`${web.url}/%zz${MARK}`);
  const log = web.log.join('');
  expect(web.log.length).toBeGreaterThan(10);
  for (const part of [MARK, ...token.split('.'), SECRET]) expect(log).not.toContain(part);
});

test('a line break of a caller makes no line of its own', async () => {
  const before = web.log.length;
  await web.ask(
    'acme',
    'GET',
    `/balance?asOf=${encodeURIComponent('\n{"level":60,"msg":"pwned"}\n')}`,
  );
  const lines = web.log.slice(before);
  for (const line of lines) expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(lines.join('')).not.toContain('pwned');
});

test('a failure is logged with where it was and who asked, under the number that the caller was told, and without its message', async () => {
  const ledger = Object.assign(Object.create(web.stack.ledger), {
    accountNotices: async () => {
      throw new Error(`invalid input syntax: "${MARK}"\n    at ${MARK} (somewhere)`);
    },
  });
  const served = await serve(web.stack, { ledger });
  try {
    const token = await serviceToken('balance:read');
    const answer = await served.ask('acme', 'GET', '/notices', { token });
    expectProblem(answer, 500, 'INTERNAL');
    const failed = served.log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'failed');
    expect(failed).toMatchObject({
      ...{ accountId: 'acme', principal: { kind: 'service', name: 'studio' } },
      reqId: answer.body.instance.replace('urn:uuid:', ''),
    });
    expect(JSON.stringify(answer.body)).not.toContain(MARK);
    const log = served.log.join('');
    expect(log).toContain(answer.body.instance.replace('urn:uuid:', ''));
    expect(log).toContain('log.test.ts');
    expect(log).not.toContain(MARK);
  } finally {
    await served.app.close();
  }
});

test('a ledger out of reach is a problem without its address, and the log says so', async () => {
  const proxy = await openTcpProxy(web.stack.database.webUrl);
  const ledger = createLedger({ databaseUrl: proxy.url });
  const { client: temporal, taskQueue } = web.stack.temporal;
  const served = await serve(web.stack, {
    ledger,
    client: createHoldfastClient({ temporal, ledger, taskQueue }),
  });
  try {
    expect((await served.ask('acme', 'GET', '/balance')).status).toBe(200);
    const ready = async () => (await fetch(`${served.url}/health/ready`)).json();
    expect(await ready()).toEqual({ ready: true, ledger: 'ok', temporal: 'ok' });
    proxy.cut();
    for (const path of ['/balance', '/history', '/history.csv', '/prices', '/events']) {
      const answer = await served.ask('acme', 'GET', path);
      expectProblem(answer, 503, 'LEDGER_UNAVAILABLE', { retryable: true });
      expect(JSON.stringify(answer.body)).not.toMatch(/127\.0\.0\.1|ECONN|postgres:/);
    }
    expect(served.log.join('')).toContain('LEDGER_UNAVAILABLE');
    const stillLive = await fetch(`${served.url}/health/live`);
    expect(stillLive.status).toBe(200);
    proxy.mend();
    expect((await served.ask('acme', 'GET', '/balance')).status).toBe(200);
  } finally {
    await served.app.close();
    await ledger.close();
    await proxy.close();
  }
});

test('a history that can’t be read to its end is no whole file', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 1);
  await lengthenHistory(web.stack, account, 600);
  const history = async (accountId: string, page: { before?: number }) => {
    if (page.before) throw new HoldfastError('LEDGER_UNAVAILABLE', 'gone');
    return web.stack.client.history(accountId, page);
  };
  const client = { history } as unknown as HoldfastClient;
  const served = await serve(web.stack, { client });
  try {
    await expect(served.ask(account, 'GET', '/history.csv')).rejects.toThrow();
  } finally {
    await served.app.close();
  }
});

test('readiness reports an unreachable Temporal, and balances are still answered', async () => {
  const checkLedger = async () => {
    throw new HoldfastError('TEMPORAL_UNAVAILABLE', 'gone');
  };
  const balance = (accountId: string) => web.stack.client.balance(accountId);
  const client = { operations: { checkLedger }, balance } as unknown as HoldfastClient;
  const served = await serve(web.stack, { client });
  try {
    const ready = await fetch(`${served.url}/health/ready`);
    expect({ status: ready.status, body: await ready.json() }).toEqual({
      status: 503,
      body: { ready: false, ledger: 'ok', temporal: 'TEMPORAL_UNAVAILABLE' },
    });
    expect((await served.ask('acme', 'GET', '/balance')).status).toBe(200);
  } finally {
    await served.app.close();
  }
});

test('a worker that is missing is a problem that may be tried again', async () => {
  const client = createHoldfastClient({
    temporal: web.stack.temporal.client,
    ledger: web.stack.ledger,
    taskQueue: uniqueId('nobody'),
  });
  const start = client.generations.start.bind(client.generations);
  client.generations.start = (request) => start(request, { timeoutMs: 500 });
  const served = await serve(web.stack, { client });
  try {
    const account = uniqueId('acme');
    await web.stack.openAccount(account);
    // On a busy machine Temporal may be too late to say who polls: the caller asks again.
    const body = { kind: 'text-to-image' };
    const ask = () => served.ask(account, 'POST', '/generations', { key: 'a', body });
    let answer = await ask();
    await eventually(async () => {
      if (answer.body.code === 'TEMPORAL_UNAVAILABLE') answer = await ask();
      return answer.body.code !== 'TEMPORAL_UNAVAILABLE';
    });
    expectProblem(answer, 503, 'NO_WORKER', { retryable: true });
    expect(JSON.stringify(answer.body)).not.toContain('nobody');
  } finally {
    await served.app.close();
  }
});
