import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { AccountWatch } from '../../../web/events/account-watch';
import { EventStreams } from '../../../web/events/event-streams';
import type { Principal } from '../../../web/http/tokens/principal';

const UNKNOWN = /^unknown/;

let streams: EventStreams;
let opened: Readable[];
beforeEach(() => {
  opened = [];
  const watch = {
    join: async () => () => {},
    knows: (accountId: string) => !UNKNOWN.test(accountId),
  } as unknown as AccountWatch;
  const limits = { streamsMax: 40, streamsPerAccountMax: 10, streamBufferBytesMax: 1_000 };
  streams = new EventStreams({ watch, limits, heartbeatMs: 60_000 });
});
afterEach(async () => {
  for (const readable of opened) await close(readable);
  expect(streams.count).toBe(0);
});

async function close(readable: Readable): Promise<void> {
  if (readable.closed) return;
  readable.destroy();
  await once(readable, 'close');
}

function caller(kind: Principal['kind'], name: string): Principal {
  const expiresAtMs = Date.now() + 300_000;
  return { kind, name, scopes: new Set(), scopeClaim: null, expiresAtMs, tokenHash: '' };
}

/** Opens one after the other until one is refused; returns how many were opened. */
async function openAll(principal: Principal, accounts: string[]): Promise<number> {
  for (const [index, accountId] of accounts.entries()) {
    try {
      opened.push(await streams.open(accountId, principal));
    } catch (error) {
      expect(error).toMatchObject({ code: 'TOO_MANY_STREAMS', retryable: true });
      return index;
    }
  }
  return accounts.length;
}

const times = (count: number, accountId: string) => Array<string>(count).fill(accountId);
const named = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);

async function openOwn(accountId: string, count = 1): Promise<number> {
  return openAll(caller('account', accountId), times(count, accountId));
}

test('some accounts with many streams leave places for accounts that have none', async () => {
  let taken = 0;
  for (const account of named(10, 'greedy')) taken += await openOwn(account, 10);
  // Three accounts with ten each, and then one for each of the others.
  expect(taken).toBe(37);
  for (const account of named(3, 'acme')) expect(await openOwn(account)).toBe(1);
  expect(await openOwn('late')).toBe(0);
});

test('a service can take no more than the places that all share', async () => {
  expect(await openAll(caller('service', 'studio'), named(40, 'acme'))).toBe(30);
  expect(await openAll(caller('service', 'other'), ['acme'])).toBe(0);
  for (const account of named(10, 'acme')) expect(await openOwn(account)).toBe(1);
});

test('the streams that a service opens for an account are not the account’s', async () => {
  expect(await openAll(caller('service', 'studio'), times(20, 'acme'))).toBe(10);
  expect(await openOwn('acme', 20)).toBe(10);
});

test('accounts that the ledger doesn’t know have a few places together', async () => {
  let taken = 0;
  for (const account of named(10, 'unknown')) taken += await openOwn(account, 2);
  expect(taken).toBe(4);
  expect(await openAll(caller('service', 'studio'), named(5, 'unknown-of-service'))).toBe(0);
  expect(await openOwn('acme', 10)).toBe(10);
  await close(opened[0] as Readable);
  expect(await openOwn('unknown-late')).toBe(1);
});
