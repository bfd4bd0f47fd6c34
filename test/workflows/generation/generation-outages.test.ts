import { eventually } from '../../support/eventually';
import { lockAccount } from '../account-lock';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy';
import { untilStarted } from '../workflow-support';

const ACCOUNT = uniqueId('a1');

describe('an outage of Postgres', () => {
  let holdfast: Holdfast;
  let proxy: TcpProxy;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    proxy = await openTcpProxy(holdfast.database.workerUrl);
    await holdfast.fund(ACCOUNT, 100);
    await holdfast.startWorker({ databaseUrl: proxy.url });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await holdfast.closeSettled();
    await proxy.close();
  });

  test('makes a finished generation wait for its commit, which then charges once', async () => {
    const { client, ledger, temporal } = holdfast;
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'commit',
      kind: 'text-to-image',
    });
    proxy.cut();

    const handle = temporal.client.workflow.getHandle(`generation/${ACCOUNT}/commit`);
    const isRetrying = ({
      activityType,
      attempt,
    }: {
      activityType?: { name?: string | null } | null;
      attempt?: number | null;
    }) => activityType?.name === 'commit' && Number(attempt) > 1;
    await eventually(async () =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(isRetrying),
    );
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ reserved: 2, spent: 0 });

    proxy.mend();
    expect(await client.generations.result(ACCOUNT, 'commit')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ reserved: 0, spent: 2 });
  });

  test('admits no request, and one that came during it reserves and costs nothing afterwards', async () => {
    const { client, ledger, provider, temporal } = holdfast;
    proxy.cut();
    const request = {
      accountId: ACCOUNT,
      requestId: 'admission',
      kind: 'text-to-image',
      admitWithinSeconds: 1,
    };
    await expect(client.generations.start(request, { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'ADMISSION_UNKNOWN',
    });
    // On a busy machine the workflow starts long after the call. The outage lasts until its
    // deadline is over.
    const handle = temporal.client.workflow.getHandle(`generation/${ACCOUNT}/admission`);
    await untilStarted(temporal, handle.workflowId);
    const { startTime } = await handle.describe();
    await eventually(async () => Date.now() > startTime.getTime() + 1_000);
    proxy.mend();

    expect(await client.generations.result(ACCOUNT, 'admission')).toMatchObject({
      status: 'rejected',
      reason: 'ADMISSION_TIMED_OUT',
      charged: 0,
    });
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 98, reserved: 0, spent: 2 });
    expect(provider.submitted).not.toContain(`generation/${ACCOUNT}/admission`);
  });

  test('admits no request by an attempt that began in time and got through after the deadline', async () => {
    const { client, ledger, temporal } = holdfast;
    const accountId = uniqueId('locked');
    await holdfast.fund(accountId, 10);
    const lock = await lockAccount(holdfast, accountId);
    const request = { accountId, requestId: 'late', kind: 'text-to-image', admitWithinSeconds: 1 };
    const asked = client.generations.start(request, { timeoutMs: 60_000 });
    const handle = temporal.client.workflow.getHandle(`generation/${accountId}/late`);
    await untilStarted(temporal, handle.workflowId);
    const { startTime } = await handle.describe();
    await eventually(async () => Date.now() > startTime.getTime() + 1_500);
    await lock.release();
    expect(await asked).toMatchObject({
      status: 'ended',
      result: { reason: 'ADMISSION_TIMED_OUT', charged: 0 },
    });
    expect(await ledger.balance(accountId)).toMatchObject({ available: 10, reserved: 0 });
    // The ledger itself has refused the attempt, so there is nothing that was reserved and released.
    const { entries } = await client.history(accountId);
    expect(entries.map(({ type }) => type)).toEqual(['grant']);
  });

  test('lets a request be admitted if it ends before the deadline', async () => {
    const { client } = holdfast;
    proxy.cut();
    const admission = client.generations.start({
      accountId: ACCOUNT,
      requestId: 'in-time',
      kind: 'text-to-image',
    });
    const handle = holdfast.temporal.client.workflow.getHandle(`generation/${ACCOUNT}/in-time`);
    await eventually(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.raw.pendingActivities?.[0]?.activityType?.name === 'admit';
    });
    proxy.mend();
    expect(await admission).toMatchObject({ status: 'admitted', reserved: 2 });
    expect(await client.generations.result(ACCOUNT, 'in-time')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
  });
});
