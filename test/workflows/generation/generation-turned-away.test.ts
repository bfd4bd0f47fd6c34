import { requestBodyOf } from '../../../domain/generation/request-body';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const ACCOUNT = uniqueId('a1');

const IMAGE = { accountId: ACCOUNT, kind: 'text-to-image' };

/**
 * Requests that are too late or cancelled before a worker takes them up: the worker starts after
 * all of them.
 */
describe('a request that is turned away before its admission', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
  });
  afterAll(() => holdfast.closeSettled());

  /**
   * Leaves a job and a reservation as an earlier run does that was reset, or whose workflow was
   * deleted.
   */
  async function leaveJob(requestId: string, simulate: string | null): Promise<void> {
    const request = { ...IMAGE, requestId, input: { simulate } };
    const quote = { credits: 2, catalogVersion: '1' };
    await holdfast.ledger.reserve(ACCOUNT, requestId, requestBodyOf(request), quote, 60_000);
    await holdfast.provider.submit({
      idempotencyKey: `generation/${ACCOUNT}/${requestId}`,
      kind: 'text-to-image',
      durationMs: null,
      audio: false,
      input: simulate === null ? null : { simulate },
    });
  }

  const late = (requestId: string, more: object = {}) =>
    holdfast.startBare(`generation/${ACCOUNT}/${requestId}`, {
      ...IMAGE,
      requestId,
      admitWithinSeconds: 0.1,
      ...more,
    });

  async function cancelled(requestId: string, more: object = {}) {
    const request = { ...IMAGE, requestId, ...more };
    const handle = await holdfast.startBare(`generation/${ACCOUNT}/${requestId}`, request);
    await handle.cancel();
    return handle;
  }

  /** Jobs of earlier runs that run and that have finished, and a request id that was used. */
  async function leaveEarlierRuns(): Promise<void> {
    const { ledger, provider } = holdfast;
    await leaveJob('late-running', 'hang');
    await leaveJob('late-finished', null);
    await leaveJob('cancelled-finished', null);
    await leaveJob('cancelled-running', 'hang');
    const quote = { credits: 2, catalogVersion: '1' };
    await ledger.reserve(ACCOUNT, 'taken', { kind: 'text-to-image' }, quote, 60_000);
    await ledger.commit(ACCOUNT, 'taken', 2, 'file:///taken.png');
    for (const requestId of ['late-finished', 'cancelled-finished']) {
      const key = `generation/${ACCOUNT}/${requestId}`;
      await eventually(async () => (await provider.state(key)).state === 'succeeded');
    }
  }

  async function sendAll() {
    const badId = { ...IMAGE, accountId: 'a:1', requestId: 'r', admitWithinSeconds: 0.1 };
    return {
      late: await late('late'),
      cancelled: await cancelled('cancelled'),
      lateRunning: await late('late-running', { input: { simulate: 'hang' } }),
      lateFinished: await late('late-finished', { input: { simulate: null } }),
      cancelledRunning: await cancelled('cancelled-running', { input: { simulate: 'hang' } }),
      cancelledFinished: await cancelled('cancelled-finished', { input: { simulate: null } }),
      lateTaken: await late('taken', { kind: 'text-to-speech' }),
      lateBadMetadata: await late('late-bad-metadata', { metadata: 5 }),
      lateBadId: await holdfast.startBare('generation/a:1/r', badId),
      cancelledBadId: await cancelled('r:1'),
    };
  }

  test('ends by what has become of the job that an earlier run has started, if there is one', async () => {
    const { ledger, provider } = holdfast;
    await leaveEarlierRuns();
    const handles = await sendAll();
    const { startTime } = await handles.lateBadId.describe();
    await eventually(async () => Date.now() > startTime.getTime() + 200);
    await holdfast.startWorker();

    expect(await handles.late.result()).toMatchObject({
      status: 'rejected',
      reason: 'ADMISSION_TIMED_OUT',
      reserved: 0,
    });
    expect(await handles.cancelled.result()).toMatchObject({
      status: 'cancelled',
      reserved: 0,
      charged: 0,
    });
    expect(await handles.lateRunning.result()).toMatchObject({
      status: 'rejected',
      reason: 'ADMISSION_TIMED_OUT',
    });
    expect(await provider.state(`generation/${ACCOUNT}/late-running`)).toEqual({
      state: 'cancelled',
    });
    expect(await handles.lateFinished.result()).toMatchObject({ status: 'committed', charged: 2 });
    expect(await handles.cancelledRunning.result()).toMatchObject({
      status: 'cancelled',
      reserved: 2,
      charged: 0,
    });
    expect(await provider.state(`generation/${ACCOUNT}/cancelled-running`)).toEqual({
      state: 'cancelled',
    });
    expect(await handles.cancelledFinished.result()).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await handles.lateTaken.result()).toMatchObject({
      status: 'rejected',
      reason: 'IDEMPOTENCY_CONFLICT',
    });
    await expect(handles.lateBadMetadata.result()).rejects.toMatchObject({
      cause: { type: 'INVALID_METADATA' },
    });
    await expect(handles.lateBadId.result()).rejects.toMatchObject({
      cause: { type: 'INVALID_ACCOUNT_ID' },
    });
    await expect(handles.cancelledBadId.result()).rejects.toMatchObject({
      cause: { type: 'INVALID_REQUEST_ID' },
    });

    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 94, reserved: 0, spent: 6 });
  });

  test('closes its key for good: a reserve that arrives later gets the tombstone’s answer', async () => {
    const { ledger } = holdfast;
    expect(await ledger.request(ACCOUNT, 'late')).toMatchObject({
      status: 'released',
      reason: 'ADMISSION_TIMED_OUT',
    });
    const quote = { credits: 2, catalogVersion: '1' };
    const reserved = await ledger.reserve(
      ACCOUNT,
      'late',
      { kind: 'text-to-image' },
      quote,
      60_000,
    );
    expect(reserved).toMatchObject({
      ok: true,
      replayed: true,
      value: { status: 'released', reserved: 0 },
    });
  });
});
