import { Client, Connection } from '@temporalio/client';
import { createHoldfastClient } from '../../client/client';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { openTcpProxy } from '../workflows/tcp-proxy';

const ACCOUNT = uniqueId('unanswered');
const IMAGE = { accountId: ACCOUNT, kind: 'text-to-image' };

describe('a caller who gets no answer', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
    // The search attributes are registered by the first worker of a namespace.
    const worker = await holdfast.startWorker({
      taskQueue: uniqueId('other'),
      generationTaskQueue: uniqueId('other'),
    });
    await worker.stop();
    await holdfast.client.operations.checkLedger();
  });
  afterAll(() => holdfast.closeSettled());

  test('gets NO_WORKER without a worker; a timely repetition is served, and a late one is not charged', async () => {
    const { client, ledger, provider, temporal } = holdfast;
    const late = { ...IMAGE, requestId: 'late', admitWithinSeconds: 1 };
    const patient = { ...IMAGE, requestId: 'patient' };
    const gift = {
      credits: 1,
      source: 'promotion' as const,
      reason: 'r',
      by: 'b',
      expiresAt: '2099-01-01T00:00:00Z',
    };
    // Whose namespace it is has been asked then, which on a busy machine takes its part of the second.
    await client.operations.checkLedger();
    const { taskQueue } = temporal;
    const notAfter = expect.stringMatching(/^\d{4}-.*Z$/);
    const asked: [Promise<unknown>, object][] = [
      [client.generations.start(late, { timeoutMs: 1_000 }), { taskQueue, notAfter }],
      [client.generations.start(patient, { timeoutMs: 1_000 }), { taskQueue, notAfter }],
      [
        client.grants.create({ accountId: ACCOUNT, key: 'k', ...gift }, { timeoutMs: 1_000 }),
        { taskQueue, notAfter },
      ],
      [client.reconciliation.run(), { taskQueue }],
    ];
    await Promise.all(
      asked.map(([outcome, details]) =>
        expect(outcome).rejects.toMatchObject({ code: 'NO_WORKER', details }),
      ),
    );
    const { startTime } = await temporal.client.workflow
      .getHandle(`generation/${ACCOUNT}/late`)
      .describe();
    await eventually(async () => Date.now() > startTime.getTime() + 1_100);
    await holdfast.startWorker();

    expect(await client.generations.start(late)).toMatchObject({
      status: 'ended',
      result: { status: 'rejected', reason: 'ADMISSION_TIMED_OUT', reserved: 0, charged: 0 },
    });
    expect(await ledger.request(ACCOUNT, 'late')).toMatchObject({
      status: 'released',
      reserved: 0,
    });
    expect(await client.generations.start(patient)).toMatchObject({ status: 'admitted' });
    expect(await client.generations.result(ACCOUNT, 'patient')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    await eventually(async () => (await ledger.balance(ACCOUNT)).granted === 101);
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 99, spent: 2 });
    expect(provider.submitted).toEqual([`generation/${ACCOUNT}/patient`]);
  });

  test('gets TEMPORAL_UNAVAILABLE from every method if Temporal can’t be reached', async () => {
    const { ledger, temporal } = holdfast;
    const wire = await openTcpProxy(`http://${temporal.address}`);
    const connection = await Connection.connect({ address: new URL(wire.url).host });
    const client = createHoldfastClient({
      temporal: new Client({ connection }),
      ledger,
      taskQueue: temporal.taskQueue,
    });
    wire.cut();
    const unavailable = { name: 'HoldfastError', code: 'TEMPORAL_UNAVAILABLE' };
    const request = { ...IMAGE, requestId: 'unreachable' };
    const questions: (() => Promise<unknown>)[] = [
      () => client.generations.start(request, { timeoutMs: 1_000 }),
      () => client.generations.status(ACCOUNT, 'r'),
      () => client.generations.cancel(ACCOUNT, 'r'),
      () => client.generations.result(ACCOUNT, 'r'),
      () => client.reconciliation.run(),
      () => client.reconciliation.schedule({ everySeconds: 60 }),
    ];
    await Promise.all(
      questions.map((ask) =>
        expect(connection.withDeadline(Date.now() + 1_000, ask)).rejects.toMatchObject(unavailable),
      ),
    );
    expect(await ledger.request(ACCOUNT, 'unreachable')).toBeNull();
    await connection.close();
    await wire.close();
  });
});
