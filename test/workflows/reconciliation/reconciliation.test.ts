import type { ReconciliationReport } from '../../../workflows/workflows';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { untilDueForReconciliation } from '../workflow-support';

const ACCOUNT = uniqueId('reconciled');

/** Reservations are due to be looked at a second after they were made. */
describe('reconciliation', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 1_000);
    await holdfast.startWorker({ holdSeconds: 1 });
  });
  afterAll(() => holdfast.closeSettled());

  const keyOf = (requestId: string) => `generation/${ACCOUNT}/${requestId}`;

  async function startJob(requestId: string, simulate?: string): Promise<void> {
    const input = simulate === undefined ? undefined : { simulate };
    await holdfast.client.generations.start({
      accountId: ACCOUNT,
      requestId,
      kind: 'ai-avatar',
      seconds: 30,
      input,
    });
    await eventually(async () => holdfast.provider.submitted.includes(keyOf(requestId)));
  }

  async function terminate(requestId: string): Promise<void> {
    await holdfast.temporal.client.workflow.getHandle(keyOf(requestId)).terminate();
  }

  /** Runs one pass as soon as the request's reservation is due. */
  async function reconcileWhenDue(
    requestId: string,
    confirm = false,
  ): Promise<ReconciliationReport> {
    await untilDueForReconciliation(holdfast, ACCOUNT, requestId);
    return holdfast.client.reconciliation.run({ confirm });
  }

  test('releases what a terminated workflow has reserved, after it has stopped the job', async () => {
    const { client, ledger, provider } = holdfast;
    await startJob('terminated', 'hang');
    await terminate('terminated');
    await expect(client.generations.result(ACCOUNT, 'terminated')).rejects.toMatchObject({
      code: 'GENERATION_INTERRUPTED',
    });

    expect(await reconcileWhenDue('terminated')).toMatchObject({
      status: 'done',
      orphans: 1,
      released: 1,
      committed: 0,
    });
    expect(await ledger.request(ACCOUNT, 'terminated')).toMatchObject({
      status: 'released',
      reason: 'orphaned',
    });
    expect(await provider.state(keyOf('terminated'))).toMatchObject({ state: 'cancelled' });
    expect(await client.generations.result(ACCOUNT, 'terminated')).toMatchObject({
      status: 'released',
      reason: 'orphaned',
      charged: 0,
    });
  });

  test('commits for a terminated workflow whose job has finished, at the price of what was delivered', async () => {
    const { client, ledger, provider } = holdfast;
    provider.hold(keyOf('finished'));
    await startJob('finished', 'shorter');
    await terminate('finished');
    provider.letGo(keyOf('finished'));
    await eventually(async () => (await provider.state(keyOf('finished'))).state === 'succeeded');

    expect(await reconcileWhenDue('finished')).toMatchObject({
      orphans: 1,
      released: 0,
      committed: 1,
    });
    expect(await ledger.request(ACCOUNT, 'finished')).toMatchObject({
      status: 'committed',
      reserved: 10,
      charged: 5,
    });
    expect(await client.generations.result(ACCOUNT, 'finished')).toMatchObject({
      status: 'committed',
      charged: 5,
    });
  });

  test('extends the reservation of a running workflow, however often it is due', async () => {
    const { client, ledger } = holdfast;
    await startJob('running', 'hang');
    for (let pass = 0; pass < 2; pass++) {
      const before = await ledger.request(ACCOUNT, 'running');
      expect(await reconcileWhenDue('running')).toMatchObject({ extended: 1, orphans: 0 });
      const after = await ledger.request(ACCOUNT, 'running');
      expect(after?.status).toBe('open');
      expect(Date.parse(String(after?.expiresAt))).toBeGreaterThan(
        Date.parse(String(before?.expiresAt)),
      );
    }
    await client.generations.cancel(ACCOUNT, 'running');
    expect(await client.generations.result(ACCOUNT, 'running')).toMatchObject({
      status: 'cancelled',
    });
  });

  test('releases a reservation without a workflow on the second pass and not before', async () => {
    const { ledger } = holdfast;
    await ledger.reserve(
      ACCOUNT,
      'nowhere',
      { kind: 'text-to-image' },
      { credits: 2, catalogVersion: '1' },
      1,
    );
    expect(await reconcileWhenDue('nowhere')).toMatchObject({
      missing: 1,
      orphans: 0,
      released: 0,
    });
    expect(await ledger.request(ACCOUNT, 'nowhere')).toMatchObject({ status: 'open' });
    expect(await reconcileWhenDue('nowhere')).toMatchObject({
      missing: 1,
      orphans: 1,
      released: 1,
    });
    expect(await ledger.request(ACCOUNT, 'nowhere')).toMatchObject({
      status: 'released',
      reason: 'orphaned',
    });
  });

  test('leaves an output for a released reservation uncharged, and the result says delivered unpaid', async () => {
    const { client, ledger, provider, temporal } = holdfast;
    provider.hold(keyOf('unpaid'));
    await startJob('unpaid');
    await ledger.release(ACCOUNT, 'unpaid', 'orphaned');
    provider.letGo(keyOf('unpaid'));
    const { spent } = await ledger.balance(ACCOUNT);
    expect(await client.generations.result(ACCOUNT, 'unpaid')).toMatchObject({
      status: 'released',
      reason: 'orphaned',
      charged: 0,
      deliveredUnpaid: true,
      outputUrl: expect.stringMatching(/^file:/),
    });
    expect((await ledger.balance(ACCOUNT)).spent).toBe(spent);
    const { searchAttributes } = await temporal.client.workflow
      .getHandle(keyOf('unpaid'))
      .describe();
    expect(searchAttributes).toMatchObject({ HoldfastState: ['orphaned'] });
  });

  test('stops before it would release more than its limit, until it is confirmed', async () => {
    const { client, ledger } = holdfast;
    const ids = Array.from({ length: 21 }, (_, index) => `many-${index}`);
    const quote = { credits: 2, catalogVersion: '1' };
    await Promise.all(
      ids.map((id) => ledger.reserve(ACCOUNT, id, { kind: 'text-to-image' }, quote, 1)),
    );
    expect(await client.reconciliation.run()).toMatchObject({
      status: 'done',
      open: 21,
      missing: 21,
      released: 0,
    });

    const stopped = await client.reconciliation.run();
    expect(stopped).toMatchObject({
      status: 'stopped',
      reason: 'RECONCILIATION_LIMIT',
      orphans: 21,
      released: 0,
    });
    expect(stopped.message).toContain('holdfast reconcile --confirm');
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ reserved: 42 });

    const word = { reason: 'Ticket 4711', by: 'sam' };
    const confirmed = await client.reconciliation.run({ confirm: true, ...word });
    expect(confirmed).toMatchObject({ status: 'done', orphans: 21, released: 21 });
    const { acts } = await ledger.acts.read({ limit: 1 });
    const claimedIdentity = holdfast.temporal.client.options.identity;
    expect(acts).toMatchObject([{ what: 'reconcile', ...word, claimedIdentity }]);
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ reserved: 0 });
  });
});
