import { once } from 'node:events';
import { connect } from 'node:net';
import { createHoldfastClient } from '../../../client/client';
import { createLedger } from '../../../ledger/ledger';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../../workflows/harness';
import { openTcpProxy } from '../../workflows/tcp-proxy';
import { grant } from '../books';
import { expectProblem, openWeb, serve, serviceToken, tokenOf, type Web } from '../harness';
import { type EventReader, readEvents } from './event-reader';

const AVATAR = { kind: 'ai-avatar', seconds: 10 };

let web: Web;
beforeAll(async () => {
  web = await openWeb({
    limits: { streamsPerAccountMax: 3, streamsMax: 5 },
    streamHeartbeatMs: 100,
  });
  await web.stack.startWorker();
});
const readers: EventReader[] = [];
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await eventually(async () => (await openStreams(web)) === 0);
});
afterAll(() => web.close());

async function funded(credits: number): Promise<string> {
  const account = uniqueId('acme');
  await web.stack.fund(account, credits);
  return account;
}

async function read(
  account: string,
  { token, headers = {}, url = web.url }: { token?: string; headers?: object; url?: string } = {},
) {
  const reader = await readEvents(
    `${url}/v1/accounts/${account}/events`,
    token ?? (await tokenOf(account)),
    headers as Record<string, string>,
  );
  readers.push(reader);
  return reader;
}

/** By the connections that the server has, but for those that fetch keeps for its next call. */
function openStreams({ app }: Pick<Web, 'app'>): Promise<number> {
  app.server.closeIdleConnections();
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

test('a stream begins with a snapshot of the account', async () => {
  const account = await funded(10);
  const reader = await read(account);
  expect({ status: reader.status, headers: reader.headers }).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
  expect(await reader.first('balance')).toMatchObject({
    accountId: account,
    available: 10,
    reserved: 0,
  });
  expect(await reader.first('generations')).toEqual({ open: [] });
});

test('a stream sends nothing while nothing changes', async () => {
  const reader = await read(await funded(10));
  // For several of the looks that the server takes each second.
  await eventually(async () => (reader.text().match(/^:$/gm) ?? []).length >= 30);
  expect(reader.events.map(({ event }) => event)).toEqual(['balance', 'generations']);
});

test('a stream sends a generation’s reservation and its end', async () => {
  const account = await funded(10);
  const reader = await read(account);
  await reader.first('generations');
  await web.ask(account, 'POST', '/generations', {
    key: 'order-1',
    body: { ...AVATAR, input: { simulate: 'shorter' } },
  });
  expect(await reader.first('balance', ({ reserved }) => reserved === 4)).toMatchObject({
    available: 6,
  });
  expect(await reader.first('generations', ({ open }) => open.length === 1)).toMatchObject({
    ...{ open: [{ requestId: 'order-1', status: 'running', reserved: 4 }] },
  });
  expect(await reader.first('generation')).toMatchObject({
    ...{ requestId: 'order-1', status: 'committed', charged: 2, returned: 2 },
  });
  expect(await reader.first('balance', ({ spent }) => spent === 2)).toMatchObject({
    available: 8,
    reserved: 0,
  });
  expect(reader.events.findLast(({ event }) => event === 'generations')?.data).toEqual({
    open: [],
  });
});

test('a stream sends a waiting generation and its end', async () => {
  const account = await funded(1);
  const reader = await read(account);
  const body = { ...AVATAR, onInsufficientCredits: 'wait', waitTimeout: 'PT1H' };
  await web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  expect(await reader.first('generations', ({ open }) => open.length === 1)).toMatchObject({
    ...{ open: [{ requestId: 'order-1', status: 'waiting', wait: { place: 1, required: 4 } }] },
  });
  await web.ask(account, 'DELETE', '/generations/order-1');
  expect(await reader.first('generation')).toMatchObject({
    requestId: 'order-1',
    status: 'cancelled',
    charged: 0,
  });
});

test('all streams of an account get its events, and those of other accounts don’t', async () => {
  const account = await funded(10);
  const [first, second, other] = [
    await read(account),
    await read(account),
    await read(await funded(3)),
  ];
  await web.stack.client.generations.start({ accountId: account, requestId: 'order-1', ...AVATAR });
  for (const reader of [first, second]) await reader.first('generation');
  expect(other.text()).not.toContain('order-1');
});

test('a service token reads a stream with its scope', async () => {
  const account = await funded(10);
  const reader = await read(account, { token: await serviceToken('events:read') });
  expect(await reader.first('balance')).toMatchObject({ accountId: account });
});

test('a client that connects again gets a snapshot with any Last-Event-ID', async () => {
  const account = await funded(10);
  for (const lastId of ['7', '-1', 'x'.repeat(1_000), '\t', '"><script>']) {
    const reader = await read(account, { headers: { 'last-event-id': lastId } });
    expect(await reader.first('balance')).toMatchObject({ available: 10 });
    reader.close();
    await eventually(async () => (await openStreams(web)) === 0);
  }
});

test('a stream sends signs of life, and ends with its token', async () => {
  const account = await funded(10);
  const token = await tokenOf(account, { exp: Math.floor(Date.now() / 1000) - 3 });
  const reader = await read(account, { token });
  await reader.first('token-expired');
  await eventually(async () => reader.isOver());
  expect(reader.text()).toMatch(/^:$/m);
});

test('an account can’t have more streams than the limit, and closing one makes room', async () => {
  const account = await funded(10);
  const open = [await read(account), await read(account), await read(account)];
  expectProblem(await web.ask(account, 'GET', '/events'), 429, 'TOO_MANY_STREAMS', {
    streamsPerAccountMax: 3,
  });
  const others = [await read(await funded(1)), await read(await funded(1))];
  expectProblem(await web.ask(await funded(1), 'GET', '/events'), 429, 'TOO_MANY_STREAMS');
  for (const reader of [open[0], others[0]]) reader?.close();
  await eventually(async () => (await openStreams(web)) === 3);
  await (await read(account)).first('balance');
});

test('a client that leaves before its stream is open leaves nothing behind', async () => {
  const account = await funded(10);
  const head = `GET /v1/accounts/me/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await tokenOf(account)}\r\n\r\n`;
  for (let round = 0; round < 10; round++) {
    const socket = connect(Number(new URL(web.url).port), '127.0.0.1');
    socket.write(head, () => setTimeout(() => socket.destroy(), round));
    await once(socket, 'close');
  }
  // The server may hear of the last of them after the next have been asked for.
  let open: Awaited<ReturnType<typeof read>>[] = [];
  await eventually(async () => {
    open = [await read(account), await read(account), await read(account)];
    const isRoom = open.every(({ status }) => status === 200);
    if (!isRoom) for (const reader of open) reader.close();
    return isRoom;
  });
  for (const reader of open) await reader.first('balance');
  expect(await openStreams(web)).toBe(3);
});

test('a client that stops reading is disconnected, and the others are not', async () => {
  const served = await serve(web.stack, { limits: { streamBufferBytesMax: 200_000 } });
  try {
    const account = await funded(10);
    const [slow, reader] = [
      await read(account, { url: served.url }),
      await read(account, { url: served.url }),
    ];
    slow.stall();
    // About 200 KB with each change, which soon exceeds the operating system's buffers.
    const metadata = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`k${index}`, 'x'.repeat(512)]),
    );
    await web.stack.sql(
      `INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, catalog_version, allocated_grants,
         allocated_credits, reserved_at, expires_at)
       SELECT $1, 'big-' || n, $2, 'open', 0, 1, '{}', '{}', now(), now() + interval '1 day' FROM generate_series(1, 20) AS n`,
      [account, { kind: 'text-to-image', metadata }],
    );
    let available = 10;
    const change = async () => {
      await grant(web.stack, account, `grant-${available}`, 1);
      available += 1;
    };
    await eventually(async () => {
      await change();
      return (await openStreams(served)) === 1;
    });
    await change();
    expect(
      await reader.first('balance', (balance) => balance.available === available),
    ).toBeDefined();
    expect(reader.isOver()).toBe(false);
  } finally {
    await served.app.close();
    await web.stack.sql("DELETE FROM holdfast.reservations WHERE request_id LIKE 'big-%'");
  }
});

test('streams report an unreachable ledger, also new streams, and its return', async () => {
  const proxy = await openTcpProxy(web.stack.database.webUrl);
  const ledger = createLedger({ databaseUrl: proxy.url });
  const { client: temporal, taskQueue } = web.stack.temporal;
  const served = await serve(web.stack, {
    ledger,
    client: createHoldfastClient({ temporal, ledger, taskQueue }),
  });
  try {
    const account = await funded(10);
    const reader = await read(account, { url: served.url });
    await reader.first('balance');
    proxy.cut();
    expect(await reader.first('unavailable')).toEqual({ code: 'LEDGER_UNAVAILABLE' });
    const later = await read(account, { url: served.url });
    await later.first('unavailable');
    expect(later.events.map(({ event }) => event)).toEqual([
      'balance',
      'generations',
      'unavailable',
    ]);
    expectProblem(await served.ask(uniqueId('other'), 'GET', '/events'), 503, 'LEDGER_UNAVAILABLE');
    proxy.mend();
    await grant(web.stack, account, 'grant-1', 1);
    expect(await reader.first('balance', ({ available }) => available === 11)).toBeDefined();
    expect(reader.events.filter(({ event }) => event === 'unavailable')).toHaveLength(1);
  } finally {
    await served.app.close();
    await ledger.close();
    await proxy.close();
  }
});

test('a server that stops ends its streams', async () => {
  const served = await serve(web.stack);
  const reader = await read(await funded(1), { url: served.url });
  await reader.first('balance');
  await served.app.close();
  await eventually(async () => reader.isOver());
});
