import type { GenerationResult } from '../../../client/client';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { untilDueForReconciliation } from '../workflow-support';
import { changeCatalog, costing, give, park, patient, queueOf } from './waiting-support';

/**
 * The head needs more than the account has. The next one would have enough, and waits behind it.
 */
describe('the head of the queue', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker({ holdSeconds: 1 });
  });
  afterAll(() => holdfast.closeSettled());

  async function headAndNext(
    prefix: string,
    head: Parameters<typeof park>[4] = {},
  ): Promise<string> {
    const accountId = uniqueId(prefix);
    await holdfast.fund(accountId, 10);
    await park(holdfast, accountId, 'head', 24, head);
    await park(holdfast, accountId, 'next', 10);
    return accountId;
  }

  const VIDEO = { kind: 'text-to-video-veo3', seconds: 8 };

  async function expectNextServed(
    accountId: string,
    ended: Partial<GenerationResult>,
  ): Promise<void> {
    const { client, ledger } = holdfast;
    expect(await client.generations.result(accountId, 'next')).toMatchObject({
      status: 'committed',
      charged: 10,
    });
    expect(await client.generations.result(accountId, 'head')).toMatchObject({
      reserved: 0,
      charged: 0,
      ...ended,
    });
    expect(await queueOf(holdfast, accountId)).toEqual([]);
    expect(await ledger.balance(accountId)).toMatchObject({ available: 0, reserved: 0, spent: 10 });
    // The ledger has the same end, for a request that is sent again.
    expect(await ledger.request(accountId, 'head')).toMatchObject({
      status: 'released',
      reason: ended.reason ?? 'cancelled',
    });
  }

  test('that is cancelled lets the next one be served', async () => {
    const accountId = await headAndNext('cancelled');
    await holdfast.client.generations.cancel(accountId, 'head');
    await expectNextServed(accountId, { status: 'cancelled' });
  });

  test('whose wait times out is rejected, and lets the next one be served', async () => {
    const accountId = await headAndNext('late', { waitTimeout: 'PT10S' });
    await expectNextServed(accountId, {
      status: 'rejected',
      reason: 'WAIT_TIMED_OUT',
      required: 24,
    });
    const { resolvedAt, wait } = (await holdfast.ledger.request(accountId, 'head')) ?? {};
    expect(Date.parse(String(resolvedAt))).toBeGreaterThanOrEqual(Date.parse(String(wait?.until)));
    const { searchAttributes } = await holdfast.temporal.client.workflow
      .getHandle(`generation/${accountId}/head`)
      .describe();
    expect(searchAttributes).toMatchObject({ HoldfastState: ['rejected'] });
  });

  test('whose deadline has come is rejected then', async () => {
    const until = new Date(Date.now() + 10_000).toISOString();
    const accountId = await headAndNext('moment', { waitUntil: until });
    await expectNextServed(accountId, { status: 'rejected', reason: 'WAIT_TIMED_OUT' });
    expect(await holdfast.ledger.request(accountId, 'head')).toMatchObject({ wait: { until } });
  });

  test('whose workflow is terminated is removed by reconciliation, which lets the next one be served', async () => {
    const { client, temporal } = holdfast;
    const accountId = await headAndNext('terminated');
    await temporal.client.workflow.getHandle(`generation/${accountId}/head`).terminate();
    await expect(client.generations.result(accountId, 'head')).rejects.toMatchObject({
      code: 'GENERATION_INTERRUPTED',
    });
    expect(await queueOf(holdfast, accountId)).toEqual(['head', 'next']);
    await untilDueForReconciliation(holdfast, accountId, 'head');
    expect(await client.reconciliation.run()).toMatchObject({ status: 'done', unclear: 0 });
    await expectNextServed(accountId, { status: 'rejected', reason: 'orphaned' });
  });

  test('whose workflow times out is removed by reconciliation', async () => {
    const { client, temporal } = holdfast;
    const accountId = uniqueId('ran-out');
    await holdfast.fund(accountId, 10);
    // Holdfast's client sets no such limit, but a client that starts workflows by name may.
    const workflowId = `generation/${accountId}/head`;
    const { taskQueue } = temporal;
    const head = await temporal.client.workflow.start('generationWorkflow', {
      ...{
        workflowId,
        taskQueue,
        args: [patient(accountId, 'head', 24)],
        workflowRunTimeout: '10s',
      },
    });
    await eventually(async () => (await queueOf(holdfast, accountId)).length === 1);
    await park(holdfast, accountId, 'next', 10);
    await expect(head.result()).rejects.toMatchObject({ cause: { name: 'TimeoutFailure' } });
    await untilDueForReconciliation(holdfast, accountId, 'head');
    // The pass looks after the account, whose queue's first ticket it drops, before it looks at holds.
    expect(await client.reconciliation.run()).toMatchObject({ status: 'done', unclear: 0 });
    await expectNextServed(accountId, { status: 'rejected', reason: 'orphaned' });
  });

  test('whose workflow was deleted is removed once two passes have not found it', async () => {
    const { client, ledger, temporal } = holdfast;
    const accountId = uniqueId('deleted');
    await holdfast.fund(accountId, 10);
    // The state after the deletion of its workflow, which takes the server most of a minute.
    const { requestId, ...body } = { requestId: 'head', ...costing(24) };
    const quote = { credits: 24, catalogVersion: '1' };
    await ledger.reserve(accountId, requestId, body, quote, 1, { timeout: 'P1D' });
    await park(holdfast, accountId, 'next', 10);
    await expect(
      temporal.client.workflow.getHandle(`generation/${accountId}/head`).describe(),
    ).rejects.toThrow();
    expect(await client.reconciliation.run()).toMatchObject({ missing: 1, released: 0 });
    expect(await queueOf(holdfast, accountId)).toEqual(['head', 'next']);
    expect(await client.reconciliation.run()).toMatchObject({ missing: 1, released: 1 });
    await expectNextServed(accountId, { status: 'rejected', reason: 'orphaned' });
  });

  test('whose job has finished all the same is removed, because it has reserved nothing', async () => {
    const { client, provider, temporal } = holdfast;
    const accountId = await headAndNext('finished');
    const idempotencyKey = `generation/${accountId}/head`;
    await provider.submit({
      idempotencyKey,
      kind: 'ai-avatar',
      durationMs: 72_000,
      audio: false,
      input: null,
    });
    await eventually(async () => (await provider.state(idempotencyKey)).state === 'succeeded');
    await temporal.client.workflow.getHandle(idempotencyKey).terminate();
    await untilDueForReconciliation(holdfast, accountId, 'head');
    await client.reconciliation.run();
    await expectNextServed(accountId, { status: 'rejected', reason: 'orphaned' });
  });

  test('that is released in the ledger ends, although its workflow runs', async () => {
    const accountId = await headAndNext('outside');
    await holdfast.ledger.release(accountId, 'head', 'orphaned');
    await expectNextServed(accountId, { status: 'rejected', reason: 'orphaned' });
  });

  test('whose workflow runs keeps its place, however often reconciliation looks', async () => {
    const { client, ledger } = holdfast;
    const accountId = await headAndNext('kept');
    for (let pass = 0; pass < 2; pass += 1) {
      const before = (await ledger.request(accountId, 'head'))?.expiresAt ?? '';
      await eventually(async () => Date.parse(before) < Date.now());
      expect(await client.reconciliation.run()).toMatchObject({ status: 'done', orphans: 0 });
      expect(
        Date.parse((await ledger.request(accountId, 'head'))?.expiresAt ?? ''),
      ).toBeGreaterThan(Date.parse(before));
    }
    expect(await queueOf(holdfast, accountId)).toEqual(['head', 'next']);
    await client.generations.cancel(accountId, 'head');
    await expectNextServed(accountId, { status: 'cancelled' });
  });

  test('that has become dearer is rejected with both prices, and the next one is served at its own', async () => {
    const accountId = await headAndNext('dear', VIDEO);
    await changeCatalog(holdfast, '{kinds,text-to-video-veo3,price,credits}', '4');
    // Reconciliation wakes the head, whose price has to be asked again.
    await holdfast.client.reconciliation.run();
    await expectNextServed(accountId, {
      ...{ status: 'rejected', reason: 'PRICE_CHANGED', quoted: 32, maxCredits: 24 },
      message: 'The price is 32 credits now, above the 24 at which it was put into the queue.',
    });
  });

  test('that has become cheaper is charged the new price', async () => {
    const { client, ledger } = holdfast;
    await changeCatalog(holdfast, '{kinds,text-to-video-veo3,price,credits}', '3');
    const accountId = uniqueId('cheaper');
    await holdfast.fund(accountId, 10);
    await park(holdfast, accountId, 'head', 24, VIDEO);
    await changeCatalog(holdfast, '{kinds,text-to-video-veo3,price,credits}', '2');
    await give(holdfast, accountId, 6, 'more');
    expect(await client.generations.result(accountId, 'head')).toMatchObject({
      ...{ status: 'committed', reserved: 16, charged: 16 },
    });
    const { catalogVersion } = await ledger.effectiveCatalog();
    expect(await ledger.request(accountId, 'head')).toMatchObject({
      catalogVersion,
      wait: { admitted: 24 },
    });
  });

  test('that asks for a kind that is no longer sold is rejected as UNKNOWN_KIND', async () => {
    const accountId = await headAndNext('unsold', VIDEO);
    await changeCatalog(holdfast, '{kinds,text-to-video-veo3}', null);
    await holdfast.client.reconciliation.run();
    await expectNextServed(accountId, { status: 'rejected', reason: 'UNKNOWN_KIND' });
  });

  test('that costs more than a limit set meanwhile is rejected with that limit', async () => {
    const accountId = await headAndNext('limited');
    await holdfast.ledger.settings.setLimits({ accountId, key: 'k', generationCreditsMax: 15 });
    await expectNextServed(accountId, { status: 'rejected', reason: 'GENERATION_LIMIT_EXCEEDED' });
  });
});
