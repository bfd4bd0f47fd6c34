import { Client as PgClient } from 'pg';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from './harness';
import { startWorkerProcess, type WorkerProcess } from './worker-process';

const ACCOUNT = uniqueId('lost');

/** Real processes that are really killed; each test has a ledger and queues of its own. */
describe('when a worker is lost', () => {
  let holdfast: Holdfast;
  let processes: WorkerProcess[];
  beforeEach(async () => {
    holdfast = await openHoldfast();
    processes = [];
    await holdfast.fund(ACCOUNT, 100);
  });
  afterEach(async () => {
    await Promise.all(processes.map((worker) => worker.kill()));
    await holdfast.expectSettled();
    await holdfast.close();
  });

  async function startProcess(): Promise<WorkerProcess> {
    const worker = await startWorkerProcess(holdfast);
    processes.push(worker);
    return worker;
  }

  async function untilJobRuns(requestId: string): Promise<void> {
    await eventually(async () => Number((await holdfast.client.generations.status(ACCOUNT, requestId)).progress) > 0);
  }

  async function eventTypes(requestId: string): Promise<Record<string, number>> {
    const handle = holdfast.temporal.client.workflow.getHandle(`generation/${ACCOUNT}/${requestId}`);
    const { events } = await handle.fetchHistory();
    return {
      timedOutTasks: events?.filter((event) => event.workflowTaskTimedOutEventAttributes).length ?? 0,
      timedOutActivities: events?.filter((event) => event.activityTaskTimedOutEventAttributes).length ?? 0,
    };
  }

  test('in the middle of a generation, another one sees the same job through, and it is charged once', async () => {
    const { client, ledger, provider } = holdfast;
    const worker = await startProcess();
    // 3 s × 10: it still runs when the server has missed the heartbeats for 10 s.
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'killed',
      kind: 'text-to-speech',
      input: { simulate: 'slow' },
    });
    await untilJobRuns('killed');
    await worker.kill();
    const job = await provider.state(`generation/${ACCOUNT}/killed`);
    expect(job.state).toBe('running');

    await holdfast.startWorker();
    expect(await client.generations.result(ACCOUNT, 'killed')).toMatchObject({ status: 'committed', charged: 2 });
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 98, spent: 2 });
    const { entries } = await ledger.history(ACCOUNT);
    expect(entries.map(({ type }) => type)).toEqual(['commit', 'reserve', 'grant']);
  });

  test('in the first task, after it had reserved, the request is admitted once and at the first price', async () => {
    const { client, ledger, sql } = holdfast;
    const worker = await startProcess();
    // The reserve waits in Postgres, and goes through there after the worker that asked for it is dead.
    const blocker = new PgClient({ connectionString: holdfast.database.ownerUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [ACCOUNT]);
    const admission = client.generations.start(
      { accountId: ACCOUNT, requestId: 'first-task', kind: 'text-to-image' },
      { timeoutMs: 30_000 },
    );
    const waiting =
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%reserve_credits%' AND wait_event_type = 'Lock' AND datname = current_database()";
    await eventually(async () => (await sql(waiting)).length > 0);
    await worker.kill();
    await blocker.query('COMMIT');
    await blocker.end();
    await eventually(async () => (await ledger.request(ACCOUNT, 'first-task'))?.status === 'open');
    await sql(
      `INSERT INTO holdfast.catalog_versions
       SELECT 2, clock_timestamp(), jsonb_set(document, '{kinds,text-to-image,price,credits}', '7') FROM holdfast.catalog_versions`,
    );

    await holdfast.startWorker();
    expect(await admission).toMatchObject({ status: 'admitted', reserved: 2 });
    expect(await client.generations.result(ACCOUNT, 'first-task')).toMatchObject({ status: 'committed', charged: 2 });
    expect(await eventTypes('first-task')).toMatchObject({ timedOutTasks: 1 });
    const { entries } = await ledger.history(ACCOUNT);
    expect(entries.map(({ type }) => type)).toEqual(['commit', 'reserve', 'grant']);
  });

  test('by an orderly shutdown in the middle, the job goes on and another worker takes it over at once', async () => {
    const { client, ledger, provider } = holdfast;
    const worker = await startProcess();
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'shutdown',
      kind: 'text-to-image',
      input: { simulate: 'slow' },
    });
    await untilJobRuns('shutdown');
    expect(await worker.terminate()).toBe(0);
    expect((await provider.state(`generation/${ACCOUNT}/shutdown`)).state).toBe('running');
    expect(await ledger.request(ACCOUNT, 'shutdown')).toMatchObject({ status: 'open' });

    await holdfast.startWorker();
    await untilJobRuns('shutdown');
    await client.generations.cancel(ACCOUNT, 'shutdown');
    expect(await client.generations.result(ACCOUNT, 'shutdown')).toMatchObject({ status: 'cancelled', charged: 0 });
    expect(await eventTypes('shutdown')).toEqual({ timedOutTasks: 0, timedOutActivities: 0 });
  });
});
