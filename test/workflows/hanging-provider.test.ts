import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from './harness';

describe('a generation provider that hangs', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
  });
  afterAll(() => holdfast.closeSettled());

  test('keeps no slot for ever: the jobs of others run, its own end when they are cancelled, and the worker stops', async () => {
    const { client, ledger, provider } = holdfast;
    const hung: string[] = [];
    const generationProvider = {
      ...provider,
      submit: (job: Parameters<typeof provider.submit>[0]) => {
        if (!job.idempotencyKey.includes('/hang-')) return provider.submit(job);
        hung.push(job.idempotencyKey);
        return new Promise<void>(() => {});
      },
    };
    const worker = await holdfast.startWorker(
      { maxConcurrentGenerations: 3 },
      { generationProvider },
    );
    const accountId = uniqueId('hanging');
    await holdfast.fund(accountId, 100);
    const start = (requestId: string) =>
      client.generations.start({ accountId, requestId, kind: 'text-to-image' });
    const hanging = ['hang-1', 'hang-2', 'hang-3'];
    for (const requestId of hanging) await start(requestId);
    // Every slot, more than once: an attempt that was given up is followed by another.
    await eventually(async () => hung.length > hanging.length);
    await start('other');
    expect(await client.generations.result(accountId, 'other')).toMatchObject({
      status: 'committed',
    });

    for (const requestId of hanging) await client.generations.cancel(accountId, requestId);
    for (const requestId of hanging) {
      expect(await client.generations.result(accountId, requestId)).toMatchObject({
        ...{ status: 'cancelled', charged: 0 },
      });
    }
    expect(await ledger.balance(accountId)).toMatchObject({ reserved: 0, spent: 2 });
    await worker.stop();
  });
});
