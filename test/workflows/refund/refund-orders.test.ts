import { createHoldfastClient, createProofSigner } from '../../../client/client';
import type { PaymentSimulation } from '../../../contract/simulations';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../harness';
import { Shop, simulated } from '../purchase/shop';
import { currentDetailsOf } from '../workflow-support';

const PRICE = 4_900;
const PLAN = 150;
const SIGNER = {
  ...{ issuer: 'https://billing.example', audience: 'this-ledger' },
  secret: 'a secret of more than thirty-two bytes, for proofs',
};
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ refund: 'debt' });
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

/** An account that has bought a pack with a payment method of this simulation. */
async function buyer(mode?: PaymentSimulation): Promise<string> {
  const accountId = await shop.buyer();
  const bought = await shop.buy(accountId, mode && simulated(mode));
  expect(bought).toMatchObject({ status: 'granted' });
  return accountId;
}

const order = (accountId: string, amountCents: number, orderId = 'o', timeoutMs = 15_000) =>
  shop.holdfast.client.refunds.order(
    { accountId, orderId, purchaseId: 'p', amountCents, reason: 'Ticket 4711', by: 'sam' },
    { timeoutMs },
  );
const balance = (accountId: string) => shop.holdfast.client.balance(accountId);
const workflowOf = (accountId: string, orderId = 'o') =>
  shop.holdfast.temporal.client.workflow.getHandle(`refund/${accountId}/${orderId}`);
const givenBack = async (accountId: string) => (await shop.payment(accountId))?.partCents ?? 0;

test('a refund that is ordered is made, booked, and once the same whoever tells of it', async () => {
  const accountId = await buyer();
  const made = await order(accountId, 1_000);
  expect(made).toMatchObject({
    ...{ status: 'made', heldCredits: 0 },
    refund: { amountCents: 1_000, takenCredits: 26 },
  });
  expect(await order(accountId, 1_000)).toEqual(made);
  expect(await givenBack(accountId)).toBe(1_000);
  const told = { accountId, purchaseId: 'p', amountCents: 1_000 };
  const refundId = made.refund?.refundId as string;
  expect(await shop.holdfast.ledger.purchases.bookRefund({ ...told, refundId })).toMatchObject({
    replayed: true,
  });
  expect(await balance(accountId)).toMatchObject({ available: PLAN + 99, refunded: 26 });
  expect(await currentDetailsOf(workflowOf(accountId))).toMatch(
    /^\*\*Made\.\*\* 10 USD of purchase p has gone back as re_/,
  );
  const { raw } = await workflowOf(accountId).describe();
  expect(raw.workflowExecutionInfo?.type?.name).toBe('refundWorkflow');
  await expect(order(accountId, 1_001)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  expect(await shop.holdfast.client.refunds.get(accountId, 'o')).toEqual(made);
});

test.each(['refund-transient', 'refund-lost-answer'] as const)(
  'a provider in the mode %s gives the money back once',
  async (mode) => {
    const accountId = await buyer(mode);
    const made = await order(accountId, 2_000, 'o', 30_000);
    expect(made).toMatchObject({ status: 'made', refund: { amountCents: 2_000 } });
    expect(await givenBack(accountId)).toBe(2_000);
  },
);

test('what the provider refuses for good gives the credits back', async () => {
  const accountId = await buyer('refund-refused');
  expect(await order(accountId, PRICE)).toMatchObject({
    ...{ status: 'refused', reason: 'charge-disputed', refund: null },
  });
  expect(await balance(accountId)).toMatchObject({ available: PLAN + 125, refunded: 0 });
  expect(await givenBack(accountId)).toBe(0);
  expect(await currentDetailsOf(workflowOf(accountId))).toContain('charge-disputed');
});

test('what the provider has not decided holds the credits', async () => {
  const accountId = await buyer('refund-pending');
  const open = await order(accountId, PRICE, 'o', 2_000);
  expect(open).toMatchObject({ status: 'open', heldCredits: 125 });
  expect(await balance(accountId)).toMatchObject({ available: PLAN });
  expect(await currentDetailsOf(workflowOf(accountId))).toContain('has not decided yet');
});

test('an order that an operator closes ends, and what it held comes back', async () => {
  const accountId = await buyer('refund-pending');
  await order(accountId, PRICE, 'o', 2_000);
  const close = { accountId, orderId: 'o', reason: 'Ticket 4712', by: 'kim' };
  await shop.holdfast.ledger.refunds.close(close);
  await eventually(async () => {
    const { status } = await workflowOf(accountId).describe();
    return status.name === 'COMPLETED';
  }, 30_000);
  expect(await balance(accountId)).toMatchObject({ available: PLAN + 125 });
});

test('what the provider makes in another amount is booked as it says', async () => {
  const accountId = await buyer('refund-other-amount');
  expect(await order(accountId, 1_001)).toMatchObject({
    ...{ status: 'made', amountCents: 1_001, refund: { amountCents: 1_000, takenCredits: 26 } },
  });
  expect(await currentDetailsOf(workflowOf(accountId))).toContain('given 10 USD back instead');
});

test('what the provider makes in another currency is not booked, and an operator sees it', async () => {
  const accountId = await buyer('refund-other-currency');
  expect(await order(accountId, 1_000, 'o', 5_000)).toMatchObject({
    ...{ status: 'open', heldCredits: 26, reason: 'REFUND_MISMATCH' },
  });
  const { stuck } = await shop.holdfast.ledger.interventions.stuck(100, 60_000);
  expect(stuck).toContainEqual(
    expect.objectContaining({ what: 'refund-order', accountId, problem: 'not-booked' }),
  );
  await shop.holdfast.ledger.refunds.close({
    ...{ accountId, orderId: 'o', reason: 'Ticket 4712', by: 'kim' },
  });
});

test('two operators who refund the same purchase at once give back what was paid at most', async () => {
  const accountId = await buyer();
  const outcomes = await Promise.allSettled(
    [3_000, 3_000, 1_900].map((cents, index) => order(accountId, cents, `o${index}`, 30_000)),
  );
  const refused = outcomes.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const { reason } of refused as PromiseRejectedResult[])
    expect(reason).toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT' });
  const record = await shop.record(accountId);
  const cents = (record?.refunds ?? []).reduce((sum, { amountCents }) => sum + amountCents, 0);
  expect(await givenBack(accountId)).toBe(cents);
  expect(cents).toBeLessThanOrEqual(PRICE);
});

test('a workflow that is started again under its id gives nothing back twice', async () => {
  const accountId = await buyer();
  await order(accountId, 1_000);
  const { client, taskQueue } = shop.holdfast.temporal;
  const request = {
    ...{ accountId, orderId: 'o', purchaseId: 'p', amountCents: 1_000 },
    ...{ reason: 'again', by: 'kim' },
  };
  const again = await client.workflow.execute('refundWorkflow', {
    ...{ workflowId: `refund/${accountId}/o`, taskQueue, args: [request] },
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  expect(again).toMatchObject({ ok: true, order: { status: 'made' } });
  expect(await givenBack(accountId)).toBe(1_000);
});

test('where proofs are required, no refund is ordered without one', async () => {
  const strict = await Shop.open({ refund: 'unused' });
  try {
    const { holdfast } = strict;
    const accountId = await strict.buyer();
    await holdfast.startWorker({ commandProofs: { ...SIGNER, mode: 'required' } });
    expect(await strict.buy(accountId)).toMatchObject({ status: 'granted' });
    const asked = {
      ...{ accountId, orderId: uniqueId('order'), purchaseId: 'p', amountCents: 1_000 },
      ...{ reason: 'Ticket 4711', by: 'sam' },
    };
    await expect(holdfast.client.refunds.order(asked)).rejects.toMatchObject({
      code: 'PROOF_REQUIRED',
    });
    expect(await holdfast.client.balance(accountId)).toMatchObject({ refunded: 0 });
    const { client: temporal, taskQueue } = holdfast.temporal;
    const proof = createProofSigner({ ...SIGNER, subject: 'billing' });
    const signed = createHoldfastClient({ temporal, ledger: holdfast.ledger, taskQueue, proof });
    expect(await signed.refunds.order(asked)).toMatchObject({ status: 'made' });
  } finally {
    await strict.close();
  }
});
