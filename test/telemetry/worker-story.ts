import { createHoldfastClient } from '../../client/client';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { startWorkerProcess, type WorkerProcess } from '../workflows/worker-process';
import { seriesOfWeb } from './more-series';
import { type Series, scrape } from './scrape';

/** A worker in a process of its own, after something of everything that metrics tell of. */
export interface Told {
  accountId: string;
  secret: string;
  text: string;
  series: Series[];
  /** Of a web process beside it. */
  web: Series[];
  /** The lines of the worker's log. */
  log: Record<string, unknown>[];
}

const KIND = 'text-to-image';

export async function tellOfEverything(): Promise<Told> {
  const stack = await openHoldfast();
  const port = await freePort();
  const worker = await startWorkerProcess(stack, {
    HOLDFAST_METRICS_PORT: String(port),
    HOLDFAST_LOG_LEVEL: 'info',
    HOLDFAST_PAYMENTS: 'stub',
    HOLDFAST_HOLD_SECONDS: '1',
  });
  const accountId = uniqueId('told');
  const secret = uniqueId('a prompt of a person');
  try {
    await generate(stack, accountId, secret);
    await wait(stack, `${accountId}-poor`);
    await buy(stack, `${accountId}-buyer`);
    await reconcile(stack, accountId);
    await failTask(stack);
    await eventually(async () => /workflow_task_execution_failed/.test((await scrape(port)).text));
    const web = await seriesOfWeb(stack, accountId);
    return { accountId, secret, ...(await scrape(port)), web, log: linesOf(worker) };
  } finally {
    await worker.terminate();
    await stack.close();
  }
}

/** One that is committed, one that fails, one that is cancelled, one refused, and one too late. */
async function generate(stack: Holdfast, accountId: string, prompt: string): Promise<void> {
  const { client, temporal } = stack;
  const { generations } = client;
  await stack.fund(accountId, 100);
  const request = (requestId: string, more: object = {}) => ({
    ...{ accountId, requestId, kind: KIND, input: { prompt } },
    ...more,
  });
  for (const [requestId, simulate] of [
    ['committed', { simulate: 'transient' }],
    ['failed', { simulate: 'permanent' }],
  ] as const) {
    await generations.start(request(requestId, { input: { prompt, ...simulate } }));
    await generations.result(accountId, requestId);
  }
  await generations.start(request('cancelled', { input: { prompt, simulate: 'hang' } }));
  await generations.cancel(accountId, 'cancelled');
  await generations.result(accountId, 'cancelled');
  // Without a ledger the client can't foresee a refusal, so the worker refuses.
  const unforeseeing = createHoldfastClient({
    temporal: temporal.client,
    taskQueue: temporal.taskQueue,
  });
  const refused = { ...request('refused'), accountId: `${accountId}-none` };
  await unforeseeing.generations.start(refused).catch(() => undefined);
  const late = request('late', { admitWithinSeconds: 0.001 });
  await unforeseeing.generations.start(late).catch(() => undefined);
}

/** A request that waits for credits until there are some. */
async function wait(stack: Holdfast, accountId: string): Promise<void> {
  const { generations } = stack.client;
  await stack.openAccount(accountId);
  const waits = { onInsufficientCredits: 'wait', waitTimeout: 'PT1H' } as const;
  await generations.start({ accountId, requestId: 'waits', kind: KIND, ...waits });
  await stack.fund(accountId, 10);
  await generations.result(accountId, 'waits');
}

/** A subscription, a pack, and one that is declined. */
async function buy({ client }: Holdfast, accountId: string): Promise<void> {
  await client.subscriptions.subscribe({
    ...{ accountId, subscriptionId: 's', planId: 'lite-monthly', paymentReference: 'paid' },
  });
  const order = { accountId, packId: 'pack-125', shownPriceCents: 4900 };
  await client.purchases.buy({ ...order, purchaseId: 'granted' });
  const declined = { ...order, purchaseId: 'declined', paymentMethod: 'simulate-declined' };
  await client.purchases.buy(declined).catch(() => undefined);
}

/** An orphan, and a grant that has ended. */
async function reconcile(stack: Holdfast, accountId: string): Promise<void> {
  const { client, ledger, temporal } = stack;
  await client.generations.start({
    accountId,
    requestId: 'orphan',
    kind: KIND,
    input: { simulate: 'hang' },
  });
  await temporal.client.workflow.getHandle(`generation/${accountId}/orphan`).terminate();
  const expiresAt = new Date(Date.now() + 1_000).toISOString();
  const promotion = { source: 'promotion', reason: 'test', by: 'test', expiresAt } as const;
  await client.grants.create({
    accountId: `${accountId}-ends`,
    key: 'k',
    credits: 5,
    ...promotion,
  });
  await eventually(
    async () => (await ledger.holds.due(new Date().toISOString(), null, 1)).length > 0,
  );
  await eventually(async () => {
    const report = await client.reconciliation.run();
    return (report.upkeep?.endedGrantsBooked ?? 0) > 0;
  });
}

/** A workflow of a type that no worker has: its task fails. */
async function failTask({ temporal: { client, taskQueue } }: Holdfast): Promise<void> {
  const workflowId = uniqueId('unknown');
  await client.workflow.start('noSuchWorkflow', { workflowId, taskQueue });
}

function linesOf(worker: WorkerProcess): Record<string, unknown>[] {
  return worker
    .written()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
