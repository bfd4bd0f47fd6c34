import { atOnce } from '../../ledger/ledger-support';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../harness';
import { Shop, simulated } from '../purchase/shop';
import { currentDetailsOf, workflowIdsOf } from '../workflow-support';
import { TopUps } from './top-up-support';

let shop: Shop;
let topUps: TopUps;
beforeAll(async () => {
  shop = await Shop.open();
  topUps = new TopUps(shop);
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

/** An account whose card was declined, and whose workflow waits for the next attempt. */
async function waiting(): Promise<string> {
  const accountId = await topUps.buyer(simulated('declined'), 10);
  await topUps.call(accountId);
  await eventually(async () => (await shop.record(accountId, 'top-up-1'))?.status === 'declined');
  await topUps.call(accountId);
  await topUps.untilSleeping(accountId);
  return accountId;
}

test('a top-up’s workflow asks the ledger after the last call, in any run', async () => {
  const accountId = await topUps.buyer({}, 150);
  await atOnce(40, async () => (await topUps.call(accountId)).result());
  const { client } = shop.holdfast.temporal;
  let signals = 0;
  for await (const { runId } of client.workflow.list({
    query: `WorkflowId = "top-up/${accountId}"`,
  })) {
    const { events = [] } = await client.workflow
      .getHandle(`top-up/${accountId}`, runId)
      .fetchHistory();
    const signalled =
      events?.map((event) => Boolean(event.workflowExecutionSignaledEventAttributes)) ?? [];
    const asked = events?.map((event) => Boolean(event.markerRecordedEventAttributes)) ?? [];
    signals += signalled.filter(Boolean).length;
    // The next run asks first.
    if (events?.some((event) => event.workflowExecutionContinuedAsNewEventAttributes)) continue;
    expect(asked.lastIndexOf(true)).toBeGreaterThan(signalled.lastIndexOf(true));
  }
  expect(signals).toBeGreaterThan(0);
});

test('a film that is refused for lack of credits has a pack bought, though the balance is above the threshold', async () => {
  const accountId = await topUps.buyer({ belowCredits: 10 }, 15);
  const { client } = shop.holdfast;
  const film = { accountId, kind: 'text-to-video-bytedance', seconds: 16 };
  expect(await client.generations.start({ ...film, requestId: 'film' })).toMatchObject({
    status: 'ended',
    result: { reason: 'INSUFFICIENT_CREDITS', required: 24, available: 15 },
  });
  await eventually(async () => (await client.balance(accountId)).available === 140);
  expect(await client.generations.start({ ...film, requestId: 'again' })).toMatchObject({
    status: 'admitted',
  });
  await client.generations.result(accountId, 'again');
  expect(await topUps.payments(accountId)).toHaveLength(1);
});

test('a top-up’s workflow has short runs, however often it is called while it waits', async () => {
  const accountId = await waiting();
  const { runId } = await topUps.workflow(accountId).describe();
  for (let times = 0; times < 12; times += 1) {
    await topUps.call(accountId);
    await topUps.untilSleeping(accountId);
  }
  await eventually(async () => (await topUps.workflow(accountId).describe()).runId !== runId);
  const { client } = shop.holdfast.temporal;
  const first = await client.workflow.getHandle(`top-up/${accountId}`, runId).fetchHistory();
  expect(first.events?.length).toBeLessThan(60);
  await topUps.set(accountId, {});
  expect(await topUps.settle(accountId)).toBe('enough');
});

test('a top-up’s workflow shows what it waits for, and is found by its account', async () => {
  const accountId = await waiting();
  const { connection, namespace } = shop.holdfast.temporal;
  const metadata = await connection.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId: `top-up/${accountId}` },
  });
  expect(metadata.workflowExecutionInfo?.searchAttributes?.indexedFields).toHaveProperty(
    'HoldfastAccount',
  );
  expect(await currentDetailsOf(topUps.workflow(accountId))).toMatch(
    /^\*\*Waiting\.\*\* The last payment was declined; nothing is charged before/,
  );
  await topUps.set(accountId, null);
  expect(await topUps.settle(accountId)).toBe('off');
  const ids = await workflowIdsOf(shop.holdfast.temporal, `HoldfastAccount = "${accountId}"`);
  expect(ids).toContain(`top-up/${accountId}`);
});

test('a top-up’s workflow fails under an id that is not its account’s', async () => {
  const { client, taskQueue } = shop.holdfast.temporal;
  for (const args of [[{ accountId: 'other' }], [{}], [null], []]) {
    const workflowId = `top-up/${uniqueId('account')}`;
    const handle = await client.workflow.start('topUpWorkflow', { workflowId, taskQueue, args });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'WORKFLOW_ID_MISMATCH' },
    });
  }
});

test('a top-up’s workflow for a malformed account id ends with INVALID_ACCOUNT_ID', async () => {
  const { client, taskQueue } = shop.holdfast.temporal;
  const start = { workflowId: 'top-up/a:b', taskQueue, args: [{ accountId: 'a:b' }] };
  const handle = await client.workflow.start('topUpWorkflow', start);
  expect(await handle.result()).toEqual({ status: 'none', reason: 'INVALID_ACCOUNT_ID' });
});
