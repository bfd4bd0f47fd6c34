import { atOnce } from '../../ledger/ledger-support';
import { eventually } from '../../support/eventually';
import { Shop, simulated } from '../purchase/shop';
import { TopUps } from './top-up-support';

let shop: Shop;
let topUps: TopUps;
beforeAll(async () => {
  shop = await Shop.open();
  topUps = new TopUps(shop);
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

/**
 * Runs generations of 4 credits at the same time, each followed by a call. Returns how many were
 * committed.
 */
async function runDry(accountId: string, count: number): Promise<number> {
  const results = await atOnce(count, async (index) => {
    // Admitted however busy the machine is.
    const asked = { kind: 'ai-avatar', seconds: 12, admitWithinSeconds: 3_600 };
    const request = { accountId, requestId: `r${index}`, ...asked };
    await shop.holdfast.client.generations.start(request, { timeoutMs: 60_000 });
    await topUps.call(accountId);
    return shop.holdfast.client.generations.result(accountId, `r${index}`);
  });
  return results.filter(({ status }) => status === 'committed').length;
}

test('32 generations that run an account dry in the same second buy one pack', async () => {
  const accountId = await topUps.buyer({}, 130);
  const committed = await runDry(accountId, 32);
  expect(committed).toBe(32);
  expect(await topUps.settle(accountId)).toBe('enough');
  expect(await topUps.payments(accountId)).toMatchObject([{ timesTaken: 1, amountCents: 4900 }]);
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({
    available: 130 - 128 + 125,
    spent: 128,
  });
});

test('32 generations that run an account dry never buy beyond the cap', async () => {
  const accountId = await topUps.buyer({ belowCredits: 124, monthlyCapCents: 4900 }, 20);
  const committed = await runDry(accountId, 32);
  await topUps.settle(accountId);
  const { available } = await shop.holdfast.client.balance(accountId);
  expect(available).toBe(20 + 125 - 4 * committed);
  await topUps.spend(accountId, available);
  expect(await topUps.settle(accountId)).toBe('monthly-cap');
  const payments = await topUps.payments(accountId);
  expect(payments).toMatchObject([{ timesTaken: 1, amountCents: 4900 }]);
  expect(await topUps.failures(accountId)).toHaveLength(1);
});

test('32 calls at once for a card that is declined charge it once', async () => {
  const accountId = await topUps.buyer(simulated('declined'), 10);
  await atOnce(32, () => topUps.call(accountId));
  await eventually(async () => (await shop.record(accountId, 'top-up-1'))?.status === 'declined');
  await atOnce(32, () => topUps.call(accountId));
  await topUps.untilSleeping(accountId);
  expect(await topUps.payments(accountId)).toMatchObject([{ state: 'declined', timesTaken: 0 }]);
  expect(await topUps.failures(accountId)).toHaveLength(1);
});

test('the ledger opens one purchase for 32 requests at the same time', async () => {
  const accountId = await topUps.buyer({}, 10);
  const begun = await atOnce(32, () => shop.holdfast.ledger.topUps.begin(accountId));
  const purchase = {
    accountId,
    purchaseId: 'top-up-1',
    packId: 'pack-125',
    shownPriceCents: 4900,
    currency: 'USD',
  };
  expect(begun).toEqual(
    Array(32).fill({ ok: true, replayed: false, value: { step: 'buy', purchase } }),
  );
  expect(await topUps.settle(accountId)).toBe('enough');
  expect(await topUps.payments(accountId)).toHaveLength(1);
});
