import { eventually } from '../../support/eventually';
import { lockAccount } from '../account-lock';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';

/** With worker processes that really end. */
describe('a generation whose worker is lost', () => {
  let holdfast: Holdfast;
  let worker: WorkerProcess;
  beforeEach(async () => {
    holdfast = await openHoldfast();
    worker = await startWorkerProcess(holdfast);
  });
  afterEach(async () => {
    await worker.kill();
    await holdfast.closeSettled();
  });

  async function fundedAccount(prefix: string): Promise<string> {
    const accountId = uniqueId(prefix);
    await holdfast.fund(accountId, 100);
    return accountId;
  }

  function start(accountId: string, simulate?: string) {
    const input = simulate === undefined ? null : { simulate };
    const request = { accountId, requestId: 'r1', kind: 'text-to-speech', input };
    return holdfast.client.generations.start(request, { timeoutMs: 60_000 });
  }

  async function untilJobRuns(accountId: string): Promise<void> {
    await eventually(
      async () => Number((await holdfast.client.generations.status(accountId, 'r1')).progress) > 0,
    );
  }

  async function timeOutsOf(accountId: string): Promise<{ tasks: number; activities: number }> {
    const handle = holdfast.temporal.client.workflow.getHandle(`generation/${accountId}/r1`);
    const events = (await handle.fetchHistory()).events ?? [];
    return {
      tasks: events.filter((event) => event.workflowTaskTimedOutEventAttributes).length,
      activities: events.filter((event) => event.activityTaskTimedOutEventAttributes).length,
    };
  }

  async function entryTypes(accountId: string): Promise<string[]> {
    const { entries } = await holdfast.ledger.history(accountId);
    return entries.map(({ type }) => type);
  }

  test('to a kill is finished by another, its admission included, and runs and costs once', async () => {
    const { client, ledger, provider, sql } = holdfast;
    const [generating, admitting] = [
      await fundedAccount('generating'),
      await fundedAccount('admitting'),
    ];
    // A job of at most 50 s is missed after 10 s. This one takes 15 s, so it still runs then.
    await holdfast.limitTime('text-to-speech', 50);
    await start(generating, 'slow');
    await untilJobRuns(generating);
    // This reserve waits in Postgres, and is done there after the worker that called it is dead.
    const lock = await lockAccount(holdfast, admitting);
    const admission = start(admitting);
    await lock.untilWaiting('reserve_credits');
    await worker.kill();
    await lock.release();
    await eventually(async () => (await ledger.request(admitting, 'r1'))?.status === 'open');
    expect((await provider.state(`generation/${generating}/r1`)).state).toBe('running');
    await sql(
      `INSERT INTO holdfast.catalog_versions
       SELECT 2, clock_timestamp(), jsonb_set(document, '{kinds,text-to-speech,price,credits}', '7') FROM holdfast.catalog_versions`,
    );

    await holdfast.startWorker();
    // The price is that of its first, lost task.
    expect(await admission).toMatchObject({ status: 'admitted', reserved: 2 });
    expect(await client.generations.result(admitting, 'r1')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await timeOutsOf(admitting)).toEqual({ tasks: 1, activities: 0 });
    expect(await entryTypes(admitting)).toEqual(['commit', 'reserve', 'grant']);

    expect(await client.generations.result(generating, 'r1')).toMatchObject({
      status: 'committed',
      charged: 2,
    });
    expect(await entryTypes(generating)).toEqual(['commit', 'reserve', 'grant']);
    expect(await ledger.balance(generating)).toMatchObject({ available: 98, spent: 2 });
  });

  test('to an orderly shutdown goes on, and another worker takes it over at once', async () => {
    const { client, ledger, provider } = holdfast;
    const accountId = await fundedAccount('shutdown');
    await start(accountId, 'slow');
    await untilJobRuns(accountId);
    expect(await worker.terminate()).toBe(0);
    expect((await provider.state(`generation/${accountId}/r1`)).state).toBe('running');
    expect(await ledger.request(accountId, 'r1')).toMatchObject({ status: 'open' });

    await holdfast.startWorker();
    await untilJobRuns(accountId);
    await client.generations.cancel(accountId, 'r1');
    expect(await client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'cancelled',
      charged: 0,
    });
    expect(await timeOutsOf(accountId)).toEqual({ tasks: 0, activities: 0 });
  });
});
