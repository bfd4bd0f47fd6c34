import { createHoldfastClient } from '../../../client/client';
import { requestBodyOf } from '../../../domain/generation/request-body';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { resetToFirstTask } from '../workflow-support';
import {
  costing,
  entriesOf,
  give,
  giveUnheard,
  park,
  patient,
  queueOf,
  untilServed,
} from './waiting-support';

describe('a waiting request that is sent again', () => {
  let holdfast: Holdfast;
  let accountId: string;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  beforeEach(async () => {
    accountId = uniqueId('again');
    await holdfast.openAccount(accountId);
  });
  afterAll(() => holdfast.closeSettled());

  test('gets its place, then its reservation, then its result, and waits and runs once', async () => {
    const { client } = holdfast;
    await park(holdfast, accountId, 'ahead', 10);
    const input = { simulate: 'slow' };
    expect(await park(holdfast, accountId, 'r1', 5, { input })).toMatchObject({
      place: 2,
      shortfall: 15,
    });
    expect(await park(holdfast, accountId, 'r1', 5, { input })).toMatchObject({
      place: 2,
      shortfall: 15,
    });
    await client.generations.cancel(accountId, 'ahead');
    await client.generations.result(accountId, 'ahead');
    // The answer is the present state, not the first answer. How a request waits is not part of its
    // body.
    expect(await park(holdfast, accountId, 'r1', 5, { input, waitTimeout: 'PT1H' })).toMatchObject({
      place: 1,
      shortfall: 5,
    });
    const hasty = { accountId, requestId: 'r1', ...costing(5), input };
    expect(await client.generations.start(hasty)).toMatchObject({ status: 'waiting' });
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);

    await give(holdfast, accountId, 5, 'more');
    await untilServed(holdfast, accountId, 'r1');
    const admitted = { accountId, requestId: 'r1', status: 'admitted', reserved: 5 };
    expect(await client.generations.start(patient(accountId, 'r1', 5, { input }))).toEqual(
      admitted,
    );
    const result = await client.generations.result(accountId, 'r1');
    expect(result).toMatchObject({ status: 'committed', charged: 5 });
    const again = await client.generations.start(patient(accountId, 'r1', 5, { input }));
    expect(again).toEqual({ accountId, requestId: 'r1', status: 'ended', reserved: 5, result });
    expect(await entriesOf(holdfast, accountId, 'r1')).toEqual(['commit', 'reserve']);
  });

  test('gets the end of the first one if that has timed out', async () => {
    const { client } = holdfast;
    const request = patient(accountId, 'r1', 5, { waitTimeout: 'PT1S' });
    await client.generations.start(request);
    const result = await client.generations.result(accountId, 'r1');
    expect(result).toMatchObject({ status: 'rejected', reason: 'WAIT_TIMED_OUT' });
    expect(await client.generations.start(request)).toMatchObject({ status: 'ended', result });
  });

  test('gets its end from the ledger if Temporal has no workflow of it', async () => {
    const { client, ledger } = holdfast;
    const request = patient(accountId, 'r1', 5);
    const quote = { credits: 5, catalogVersion: '1' };
    await ledger.reserve(accountId, 'r1', requestBodyOf(request), quote, 60_000, {
      timeout: 'P1D',
    });
    await expect(client.generations.result(accountId, 'r1')).rejects.toMatchObject({
      code: 'GENERATION_INTERRUPTED',
    });
    await ledger.release(accountId, 'r1', 'orphaned');
    const result = await client.generations.result(accountId, 'r1');
    expect(result).toMatchObject({
      status: 'rejected',
      reason: 'orphaned',
      reserved: 0,
      charged: 0,
    });
    expect(await client.generations.start(request)).toMatchObject({ status: 'ended', result });
  });

  test('with another body is a conflict', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await expect(
      holdfast.client.generations.start(patient(accountId, 'r1', 6)),
    ).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await holdfast.client.generations.cancel(accountId, 'r1');
    expect(await holdfast.client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'cancelled',
      reserved: 0,
    });
  });

  test('by a client without a ledger gets its place and its result', async () => {
    const { temporal } = holdfast;
    const client = createHoldfastClient({
      temporal: temporal.client,
      taskQueue: temporal.taskQueue,
    });
    for (const _time of ['first', 'again']) {
      expect(await client.generations.start(patient(accountId, 'r1', 5))).toMatchObject({
        status: 'waiting',
        reserved: 0,
        waiting: { place: 1, required: 5 },
      });
    }
    await give(holdfast, accountId, 5, 'more');
    expect(await client.generations.result(accountId, 'r1')).toMatchObject({ status: 'committed' });
  });

  test.each(['it still waits', 'it can be served by then'])(
    'by a reset of its workflow goes on and is charged once, if %s',
    async (how) => {
      const { client, temporal } = holdfast;
      await park(holdfast, accountId, 'r1', 5, { admitWithinSeconds: 5 });
      const { since } = (await client.waiting(accountId)).tickets[0] ?? {};
      await eventually(async () => Date.now() > Date.parse(String(since)) + 5_500);
      if (how === 'it can be served by then') await giveUnheard(holdfast, accountId, 5, 'unheard');

      const handle = temporal.client.workflow.getHandle(`generation/${accountId}/r1`);
      await resetToFirstTask(temporal, handle.workflowId);
      if (how === 'it still waits') {
        // The first task has been done again when the workflow has found its place.
        await eventually(async () => {
          const later = (await handle.fetchHistory()).events ?? [];
          return later.some((event) => event.timerStartedEventAttributes);
        });
        expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
        await give(holdfast, accountId, 5, 'heard');
      }
      expect(await client.generations.result(accountId, 'r1')).toMatchObject({
        status: 'committed',
        charged: 5,
      });
      expect(await entriesOf(holdfast, accountId, 'r1')).toEqual(['commit', 'reserve']);
    },
  );
});
