import { startWorker } from '../../worker/worker';
import { uniqueId } from '../workflows/harness';
import { openTwoProducts, type TwoProducts } from '../workflows/two-products';

const FOREIGN = { name: 'HoldfastError', code: 'LEDGER_MISMATCH' };

let products: TwoProducts;
beforeEach(async () => {
  products = await openTwoProducts();
});
afterEach(() => products.close());

test('a worker does not start in a namespace that belongs to another ledger, on whichever task queue', async () => {
  const { first, second } = products;
  await first.startWorker();
  const { config } = second;
  await expect(second.startWorker(config)).rejects.toMatchObject(FOREIGN);
  const taskQueue = uniqueId('another');
  const elsewhere = { ...config, taskQueue, generationTaskQueue: `${taskQueue}-generation` };
  await expect(second.startWorker(elsewhere)).rejects.toMatchObject(FOREIGN);
  expect(await second.ledger.recordedTemporalIdentity()).toBeNull();
});

test('of the workers of two ledgers that start at the same moment, those of one run', async () => {
  const { first, second } = products;
  const started = await Promise.allSettled([
    first.startWorker(),
    second.startWorker(second.config),
    first.startWorker(),
    second.startWorker(second.config),
  ]);
  const ran = started.map(({ status }) => status === 'fulfilled');
  expect(ran).toEqual(expect.arrayContaining([true, false]));
  expect(ran).toEqual([ran[0], !ran[0], ran[0], !ran[0]]);
  for (const answer of started)
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject(FOREIGN);
});

test('a worker whose web process has another ledger’s namespace recorded first is the one that is refused', async () => {
  const { first, second, clientOf } = products;
  await clientOf(second).operations.checkLedger();
  await expect(first.startWorker()).rejects.toMatchObject(FOREIGN);
  await second.startWorker(second.config);
});

test('a worker that runs stops once an operator has given the namespace to another ledger', async () => {
  const { first, second, clientOf, endRecord } = products;
  const intervals = jest.spyOn(globalThis, 'setInterval');
  const worker = await startWorker(first.config, {
    generationProvider: first.provider,
    workflowBundlePath: first.temporal.workflowBundle.codePath,
  });
  const [look, ...others] = intervals.mock.calls.flatMap(([what, ms]) =>
    ms === 30_000 ? [what] : [],
  );
  intervals.mockRestore();
  expect(others).toEqual([]);
  await endRecord();
  await look?.();
  expect(await first.client.operations.recordedLedger()).toBe(await first.ledger.ledgerId());

  await endRecord();
  await clientOf(second).operations.checkLedger();
  await look?.();
  await expect(worker.finished).rejects.toMatchObject(FOREIGN);
  await second.startWorker(second.config);
});

test('the record is done with after one workflow task, also after its worker has gone', async () => {
  const { first } = products;
  const worker = await first.startWorker();
  const record = first.temporal.client.workflow.getHandle('holdfast-ledger');
  await worker.stop();
  await first.startWorker();
  const description = await record.describe();
  expect(description).toMatchObject({
    type: 'ledgerWorkflow',
    status: { name: 'RUNNING' },
    memo: { ledgerId: await first.ledger.ledgerId() },
  });
  expect(await description.staticSummary()).toBe(`Ledger ${await first.ledger.ledgerId()}`);
  expect(await description.staticDetails()).toContain('docs/how-to/runbook.md');
  expect(description.raw.pendingActivities).toEqual([]);
});
