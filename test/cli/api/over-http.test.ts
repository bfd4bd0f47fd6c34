import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SERVICE_SCOPES } from '../../../contract/scopes';
import { createLedger, type Ledger } from '../../../ledger/ledger';
import { openWeb, serve, serviceToken, type Web } from '../../web/harness';
import { uniqueId } from '../../workflows/harness';
import { errorOf, holdfast, holdfastJson } from '../command-line';

let web: Web;
let served: Awaited<ReturnType<typeof serve>>;
let operators: Ledger;
let token: string;
beforeAll(async () => {
  web = await openWeb();
  operators = createLedger({ databaseUrl: web.stack.database.operatorUrl });
  served = await serve(web.stack, { operator: { ledger: operators, stuckIntervalMs: 60_000 } });
  await web.stack.startWorker({ grantLimits: { creditsMax: 500, creditsPerDay: 100_000 } });
  const reads = ['balance:read', 'prices:read', 'generations:read', 'settings:read'];
  const writes = ['settings:write', 'top-up:write', 'generations:cancel'];
  token = await serviceToken(...SERVICE_SCOPES, ...reads, ...writes);
});
afterAll(async () => {
  await served.app.close();
  await operators.close();
  await web.close();
});

/** With no server in its environment but the API. */
const ask = (...words: string[]) =>
  holdfastJson({ HOLDFAST_TOKEN: token }, ...words, '--api', served.url);

const WHY = ['--reason', 'Ticket 4711', '--by', 'studio'];

test('a subscription lives its whole life through the command line, over HTTP alone', async () => {
  const account = uniqueId('acme');
  const subscribe = ['--payment-reference', 'inv-1', '--subscription-id', 'sub-1'];
  const begun = await ask('subscribe', account, 'lite-monthly', ...subscribe);
  expect(begun).toMatchObject({ code: 0, json: { granted: [{ cycle: 1, credits: 150 }] } });
  expect(await ask('renew', account, '--payment-reference', 'inv-2')).toMatchObject({
    ...{ code: 0, json: { newTerm: false, subscription: { paidAhead: 1 } } },
  });
  const changed = await ask(
    'change-plan',
    account,
    'professional-monthly',
    '--payment-reference',
    'u',
  );
  expect(changed).toMatchObject({ code: 0, json: { effect: 'upgrade' } });
  expect(await ask('cancel', account)).toMatchObject({ code: 0 });
  expect(await ask('resume', account)).toMatchObject({ code: 0 });
  expect(await ask('subscription', account)).toMatchObject({
    ...{ code: 0, json: { subscription: { status: 'active' } } },
  });
  expect(await ask('cancel', account, '--now', '--yes')).toMatchObject({
    ...{ code: 0, json: { subscription: { closedWhy: 'ended-now' } } },
  });
  const shown = await ask('balance', account);
  expect(shown.json).toMatchObject({ accountId: account, available: 0 });
  expect(await ask('history', account)).toMatchObject({ code: 0 });
});

test('what an operator does by hand is done over HTTP, and kept with the token’s name', async () => {
  const account = uniqueId('acme');
  const until = ['--source', 'promotion', '--expires-at', '2099-01-01T00:00:00Z'];
  expect(await ask('grant', account, '20', ...until, ...WHY)).toMatchObject({ code: 0 });
  const told = ['--told-by-provider', 're_1', '--amount-cents', '100', ...WHY];
  expect(await ask('refund', account, 'none', ...told)).toMatchObject({
    code: 3,
    json: errorOf('PURCHASE_NOT_FOUND'),
  });
  const disputed = ['--told-by-provider', 'dp_1', '--state', 'open', ...WHY];
  expect(await ask('dispute', account, 'none', ...disputed)).toMatchObject({
    code: 3,
    json: errorOf('PURCHASE_NOT_FOUND'),
  });
  const ordered = ['--order', 'ticket-1', '--amount-cents', '100', ...WHY];
  expect(await ask('refund', account, 'none', ...ordered)).toMatchObject({
    code: 3,
    json: errorOf('PURCHASE_NOT_FOUND'),
  });
  expect(await ask('close-refund', account, 'none', '--yes', ...WHY)).toMatchObject({
    code: 3,
    json: errorOf('REFUND_ORDER_NOT_FOUND'),
  });
  const key = ['--key', 'ticket-1'];
  expect(await ask('deduct', account, '5', ...WHY, ...key)).toMatchObject({ code: 0 });
  const again = await holdfast(
    { HOLDFAST_TOKEN: token },
    ...['deduct', account, '5', ...WHY, ...key, '--api', served.url],
  );
  expect(again.stdout).toContain('This key was used before');
  for (const words of [
    ['stop', account, ...WHY],
    ['admit', account, ...WHY],
    ['operator-limits', account, '--daily', '500', ...WHY],
    ['forget-declines', account, '--yes', ...WHY],
    ['erase', account, '--yes', ...WHY],
  ])
    expect([words, await ask(...words)]).toMatchObject([words, { code: 0 }]);
  const { json } = await ask('acts', account);
  const acts = (json as { acts: { what: string; by: string }[] }).acts;
  expect(acts.map(({ what }) => what).sort()).toEqual(
    ['admit', 'deduct', 'erase', 'forget-declines', 'grant', 'limits', 'stop'].sort(),
  );
  expect(new Set(acts.map(({ by }) => by))).toEqual(new Set(['studio']));
  const set = await ask('limits', account, '--daily', '7', '--by', 'studio');
  expect(set).toMatchObject({ code: 0, json: { limits: { dailyCreditsMax: 7 } } });
});

test('a generation is cancelled over HTTP, and an unknown one is refused', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const asked = { accountId: account, requestId: 'order-1', kind: 'text-to-image' };
  await web.stack.client.generations.start(asked);
  expect(await ask('cancel-generation', account, 'order-1')).toMatchObject({ code: 0 });
  expect(await ask('cancel-generation', account, 'none')).toMatchObject({
    ...{ code: 3, json: errorOf('REQUEST_NOT_FOUND') },
  });
});

test('an installation is looked at over HTTP', async () => {
  expect(await ask('catalog', 'show')).toMatchObject({ code: 0, json: { catalogVersion: '1' } });
  expect(await ask('packs')).toMatchObject({ code: 0 });
  expect(await ask('quote', 'text-to-image')).toMatchObject({ code: 0, json: { credits: 2 } });
  expect(await ask('reconcile')).toMatchObject({ code: 0, json: { status: 'done' } });
  expect(await ask('stuck')).toMatchObject({ code: 0, json: { stuck: [] } });
  expect(await ask('waiting', uniqueId('acme'))).toMatchObject({ code: 0 });
});

test('a refusal keeps its code, its figures and its exit code', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 3);
  const { code, json } = await ask('deduct', account, '5', ...WHY);
  expect(code).toBe(3);
  expect(json).toMatchObject(errorOf('INSUFFICIENT_CREDITS', { required: 5, available: 3 }));
  const lapsed = await ask('renew', uniqueId('acme'), '--payment-reference', 'inv-1');
  expect(lapsed).toMatchObject({ code: 3, json: errorOf('SUBSCRIPTION_NOT_FOUND') });
});

test.each([
  ['migrate'],
  ['doctor'],
  ['audit'],
  ['setup'],
  ['restore compare'],
  ['import package.json --reason x --by x'],
  ['generate acme text-to-image'],
  ['buy acme pack-125 --shown-price-cents 4900'],
])('%s says that it doesn’t go over HTTP', async (words) => {
  const { code, json } = await ask(...words.split(' '));
  expect({ code, json }).toMatchObject({ code: 3, json: errorOf('NOT_OVER_HTTP') });
});

test('an act is never kept with another name than the token’s', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 3);
  const boss = ['--reason', 'x', '--by', 'the boss'];
  for (const words of [
    ['deduct', account, '1', ...boss],
    ['reconcile', '--confirm', ...boss],
    ['stop', account, ...boss],
    ['limits', account, '--daily', '7', ...boss],
    ['limits', account, '--daily', '7', '--reason', 'x'],
  ])
    expect([words, await ask(...words)]).toMatchObject([
      words,
      { code: 2, json: errorOf('INVALID_ARGUMENT') },
    ]);
  expect((await web.stack.ledger.balance(account)).available).toBe(3);
});

test.each<[string, string[], Record<string, string>, string, number]>([
  ['no token', ['--api', 'https://127.0.0.1:1'], {}, 'UNAUTHENTICATED', 3],
  [
    'a URL in clear',
    ['--api', 'http://api.example'],
    { HOLDFAST_TOKEN: 'a.b.c' },
    'INVALID_ARGUMENT',
    2,
  ],
  ['no URL', ['--token-file', '/none'], {}, 'INVALID_ARGUMENT', 2],
  ['no file', ['--api', 'https://127.0.0.1:1', '--token-file', '/none'], {}, 'INVALID_ARGUMENT', 2],
  ['no server', ['--api', 'http://127.0.0.1:1'], { HOLDFAST_TOKEN: 'a.b.c' }, 'API_UNAVAILABLE', 4],
])('with %s nothing is asked', async (_, words, variables, code, exit) => {
  expect(await holdfastJson(variables, 'balance', 'acme', ...words)).toEqual({
    ...{ code: exit, json: errorOf(code) },
  });
});

test('what is no answer of the API, or leads elsewhere, is told as that', async () => {
  const answers: [number, Record<string, string>, string][] = [
    [200, {}, '<html>'],
    [200, {}, '{"available":"a lot"}'],
    [502, {}, '<html>'],
    [500, {}, '{"code":"WHAT"}'],
    [302, { location: `${served.url}/v1` }, ''],
  ];
  for (const [status, headers, body] of answers) {
    const fake = createServer((_, response) => response.writeHead(status, headers).end(body));
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const { port } = fake.address() as AddressInfo;
    const api = ['--api', `http://127.0.0.1:${port}/`];
    expect(await holdfastJson({ HOLDFAST_TOKEN: token }, 'balance', 'acme', ...api)).toEqual({
      ...{ code: 4, json: errorOf('API_UNAVAILABLE') },
    });
    fake.close();
  }
});
