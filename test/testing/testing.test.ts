import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { Client } from 'pg';
import '../support/process/temporal';
import { aThirdImageIsRefused } from '../../docs/examples/film-test';
import {
  createTestLedger,
  openTestHoldfast,
  replayHistories,
  type TestHoldfast,
  type TestHoldfastOptions,
} from '../../testing/testing';
import { blocksOf, read } from '../docs/markdown';
import { testServers } from '../support/test-servers';
import { describeTimeSkipping, openEnvironment } from '../support/time-skipping';
import { uniqueId } from '../workflows/harness';

const IMAGE = { kind: 'text-to-image', input: {} };
const { adminUrl: databaseUrl, temporal, workflowBundlePath } = testServers();

async function open(
  options: Pick<TestHoldfastOptions, 'environment' | 'generationProvider'>,
): Promise<TestHoldfast> {
  opened = await openTestHoldfast({ ...options, databaseUrl, workflowBundlePath });
  return opened;
}

let opened: TestHoldfast | undefined;
async function closeOpened(): Promise<void> {
  await opened?.close();
  opened = undefined;
}

afterEach(closeOpened);

/** Of a database or a role. */
async function isThere(name: string): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT datname FROM pg_database WHERE datname = $1
     UNION ALL SELECT rolname FROM pg_roles
       WHERE rolname = $1 OR shobj_description(oid, 'pg_authid') LIKE '% of database ' || $1`,
    [name],
  );
  await client.end();
  return rowCount !== 0;
}

test('a ledger for tests serves its login, and leaves nothing behind', async () => {
  const { databaseUrl: url, drop } = await createTestLedger({ databaseUrl });
  const name = new URL(url).pathname.slice(1);
  expect(await isThere(name)).toBe(true);
  await drop();
  expect(await isThere(name)).toBe(false);
});

test('a ledger for tests that can’t be migrated leaves nothing behind', async () => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const count = async () =>
    (await client.query("SELECT FROM pg_database WHERE datname LIKE 'holdfast_testing_%'"))
      .rowCount;
  const before = await count();
  const catalog = [{ version: 1 }] as never;
  await expect(createTestLedger({ databaseUrl, catalog })).rejects.toMatchObject({
    code: 'LEDGER_RULE_BROKEN',
  });
  expect(await count()).toBe(before);
  await client.end();
});

test('a service’s generation is charged by a provider of the test, and the books add up', async () => {
  const environment = await TestWorkflowEnvironment.createFromExistingServer(temporal);
  const seen: string[] = [];
  const holdfast = await open({
    environment,
    generationProvider: {
      submit: async ({ idempotencyKey }) => void seen.push(idempotencyKey),
      state: async () => ({
        ...{ state: 'succeeded', outputUrl: 'https://example.com/image', durationMs: null },
      }),
      cancel: async () => {},
    },
  });
  const accountId = uniqueId('acme');
  await holdfast.fund(accountId, 3);
  const start = (requestId: string) =>
    holdfast.client.generations.start({ accountId, requestId, ...IMAGE });
  expect(await start('first')).toMatchObject({ status: 'admitted' });
  expect(await holdfast.client.generations.result(accountId, 'first')).toMatchObject({
    ...{ status: 'committed', charged: 2, outputUrl: 'https://example.com/image' },
  });
  expect(await start('second')).toMatchObject({ result: { status: 'rejected' } });
  expect(seen).toEqual([`generation/${accountId}/first`]);
  expect(await holdfast.violations()).toEqual([]);
});

describeTimeSkipping('with skipped time', () => {
  test('a product’s workflow has its film generated, and a subscription lapses after its cycle', async () => {
    const environment = await openEnvironment();
    const holdfast = await open({ environment });
    const accountId = 'acme';
    const plan = { planId: 'lite-monthly', paymentReference: 'invoice-1' };
    await holdfast.client.subscriptions.subscribe({ accountId, subscriptionId: 'main', ...plan });
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: require.resolve('./product-workflows'),
      logger: new DefaultLogger('ERROR'),
    });
    const worker = await Worker.create({
      ...{ connection: environment.nativeConnection, taskQueue: 'product', workflowBundle },
    });
    const film = { accountId, requestId: 'film', ...IMAGE };
    const outcome = await worker.runUntil(
      environment.client.workflow.execute('filmWorkflow', {
        ...{ workflowId: 'film', taskQueue: 'product', args: [film, holdfast.taskQueue] },
      }),
    );
    expect(outcome).toBe('committed');
    expect(await holdfast.client.balance(accountId)).toMatchObject({ granted: 150, spent: 2 });

    await environment.sleep('40 days');
    expect(await holdfast.client.balance(accountId)).toMatchObject({ available: 0, expired: 148 });
    expect(await holdfast.violations()).toEqual([]);
    const history = await environment.client.workflow.getHandle('film').fetchHistory();
    await Worker.runReplayHistory({ workflowBundle }, history, 'film');
    // Before the environment, which its workers use.
    await closeOpened();
  });
});

test('the how-to’s example is what the file has, and passes', async () => {
  const environment = await TestWorkflowEnvironment.createFromExistingServer(temporal);
  const [shown] = blocksOf(read('docs/how-to/test-your-product.md'), 'ts');
  const file = read('docs/examples/film-test.ts');
  expect(shown).toBe(file.replace('../../testing/testing', 'holdfast/testing').trimEnd());
  await aThirdImageIsRefused({ environment, databaseUrl, workflowBundlePath });
  await environment.teardown();
});

test('it has the replay of runs in a namespace', () => {
  expect(replayHistories).toBeInstanceOf(Function);
});
