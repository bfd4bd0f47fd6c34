import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { brokenIn } from '../ledger/ledger-support';
import { eventually } from '../support/eventually';
import { openWeb, serviceToken, type Web } from '../web/harness';
import { uniqueId } from '../workflows/harness';
import { ROOT } from './markdown';

const SECRET = 'pdl_ntfset_a_secret_of_the_destination';
/** SEED chooses the orders. */
const SEED = Number(process.env.SEED ?? 19);

let web: Web;
let receiver: ChildProcess;
let url: string;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.setCatalog({
    billingPrices: {
      pri_lite: { planId: 'lite-monthly' },
      pri_pro: { planId: 'professional-monthly' },
      pri_pack: { packId: 'pack-125' },
    },
  });
  await web.stack.startWorker();
  receiver = spawn(process.execPath, [join(ROOT, 'docs/examples/paddle-receiver.mjs')], {
    env: {
      ...{ PADDLE_SECRET: SECRET, HOLDFAST_URL: web.url, PORT: '0' },
      HOLDFAST_TOKEN: await serviceToken('billing-events:write'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(receiver.stdout as NodeJS.ReadableStream, 'data');
  url = String(line).trim();
});
afterAll(async () => {
  receiver.kill();
  await web.close();
});

async function post(event: object, secret = SECRET, ts = Math.floor(Date.now() / 1000)) {
  const body = JSON.stringify(event);
  const h1 = createHmac('sha256', secret).update(`${ts}:${body}`).digest('hex');
  const headers = { 'paddle-signature': `ts=${ts};h1=${h1}` };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

let minute = 0;
function event(event_type: string, data: object) {
  minute += 1;
  const occurred_at = new Date(Date.UTC(2026, 0, 31, 9, minute)).toISOString();
  return { event_id: uniqueId('evt'), event_type, occurred_at, data };
}

/** Subscribe, renew, upgrade, buy a pack, have two fifths of it refunded, let it end. */
function story(account: string) {
  minute = 0;
  const subscription = { id: `sub_${account}` };
  const named = { custom_data: { holdfast_account: account } };
  const priced = (id: string) => ({ items: [{ price: { id }, quantity: 1 }] });
  const paid = (id: string, price: string, more: object) =>
    event('transaction.completed', {
      ...{ id: `${id}_${account}`, billed_at: '2026-01-31T09:00:00Z', ...named, ...priced(price) },
      ...{ subscription_id: subscription.id, ...more },
    });
  const refund = {
    ...{ id: `adj_${account}`, action: 'refund', status: 'approved', currency_code: 'USD' },
    ...{ transaction_id: `txn_pack_${account}`, totals: { subtotal: '1960', total: '2332' } },
  };
  const standing = (price: string, scheduled_change: object | null) =>
    event('subscription.updated', {
      ...subscription,
      ...named,
      ...priced(price),
      scheduled_change,
    });
  return [
    event('subscription.created', { ...subscription, ...named, ...priced('pri_lite') }),
    paid('txn_1', 'pri_lite', { origin: 'web' }),
    paid('txn_2', 'pri_lite', { origin: 'subscription_recurring' }),
    standing('pri_pro', null),
    paid('txn_3', 'pri_pro', { origin: 'subscription_update' }),
    paid('txn_pack', 'pri_pack', { origin: 'web', subscription_id: null }),
    event('adjustment.created', { ...refund, status: 'pending_approval' }),
    event('adjustment.updated', refund),
    standing('pri_pro', { action: 'cancel' }),
  ];
}

const kept = (told: { event_id: string }) =>
  web.stack.ledger.billing.get({ source: 'paddle', eventId: told.event_id });

test('what Paddle tells, in any order and any number of times, leaves the same books', async () => {
  const orders = fc.record({
    order: fc.shuffledSubarray([...Array(9).keys()], { minLength: 9 }),
    repeated: fc.array(fc.nat(8), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(orders, async ({ order, repeated }) => {
      const account = uniqueId('acme');
      const events = story(account);
      for (const n of [...order, ...repeated]) expect(await post(events[n] as object)).toBe(200);
      for (const told of events)
        await eventually(async () => (await kept(told))?.endedAt != null, 30_000);
      for (const told of events)
        expect(['applied', 'ignored']).toContain((await kept(told))?.state);
      expect(await web.stack.ledger.subscription(account)).toMatchObject({
        ...{ planId: 'professional-monthly', paidCycle: 2, cancelAtPeriodEnd: true },
      });
      expect(await web.stack.ledger.balance(account)).toMatchObject({
        ...{ granted: 350 + 125, refunded: 50 },
      });
    }),
    { seed: SEED, numRuns: 3 },
  );
  expect(await brokenIn(web.stack.ledger)).toEqual([]);
}, 300_000);

test('what Paddle has not signed, or long ago, is told to no one', async () => {
  const [first] = story(uniqueId('acme'));
  if (!first) throw new Error('There is no event.');
  expect(await post(first, 'another secret')).toBe(400);
  expect(await post(first, SECRET, Math.floor(Date.now() / 1000) - 400)).toBe(400);
  expect(await kept(first)).toBeNull();
});
