import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { PollingBuild } from '../../client/client';
import { findTemporalBinary } from '../../scripts/stack/temporal-binary';
import type { RunningWorker, WorkerOptions } from '../../worker/worker';
import { generationWorkflowId, subscriptionWorkflowId } from '../../workflows/messages';
import { blocksOf, read } from '../docs/markdown';
import { eventually } from '../support/eventually';
import { uniqueId } from '../workflows/harness';
import { Shop, simulated } from '../workflows/purchase/shop';
import { give, park } from '../workflows/waiting/waiting-support';
import { workflowIdsOf } from '../workflows/workflow-support';

const PAGE = read('docs/how-to/deploy.md');
const DEPLOYMENT = uniqueId('deployment');
const ACCOUNT = uniqueId('builds');
const SUBSCRIPTION = subscriptionWorkflowId(ACCOUNT, 's');

let shop: Shop;
let folder: string;
let current: RunningWorker;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  symlinkSync(await findTemporalBinary(() => undefined), join(folder, 'temporal'));
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('./marked-workflows'),
    failureConverterPath: require.resolve('../../workflows/failure-converter'),
    payloadConverterPath: require.resolve('../../workflows/payload-converter'),
    workflowInterceptorModules: [require.resolve('../../workflows/unreadable-payloads')],
    logger: new DefaultLogger('ERROR'),
  });
  writeFileSync(laterBundle(), code);
  shop = await Shop.open();
  await shop.holdfast.fund(ACCOUNT, 1_000);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await shop.holdfast.closeSettled();
});

/** The workflows of build `two`, which do a step that build `one` doesn't know. */
function laterBundle(): string {
  return join(folder, 'later-bundle.js');
}

/** Runs the n-th block of commands under a heading of the page, and returns what it prints. */
async function deploy(
  heading: string,
  builds: { OLD?: string; NEW?: string },
  n = 0,
): Promise<string> {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const command = blocksOf(section.split('\n## ')[0] ?? '', 'sh')[n] ?? 'exit 1';
  const { address, namespace } = shop.holdfast.temporal;
  const env = {
    ...process.env,
    ...{ PATH: `${folder}${delimiter}${process.env.PATH}`, DEPLOYMENT, ...builds },
    ...{ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
  };
  const { stdout } = await promisify(execFile)('sh', ['-ec', command], { env });
  return stdout;
}

function start(buildId: string, options?: WorkerOptions) {
  return shop.holdfast.startWorker({ deployment: { name: DEPLOYMENT, buildId } }, options);
}

/** Waits until every task queue sends a build its work so. Null is workers without a deployment. */
async function untilRouted(build: string | null, as: PollingBuild['routing']): Promise<void> {
  await eventually(async () => {
    const queues = await shop.holdfast.client.operations.taskQueues();
    return queues.every(({ builds }) =>
      builds.some(
        ({ deployment, buildId, routing }) => (deployment && buildId) === build && routing === as,
      ),
    );
  });
}

/** The builds that have completed a workflow's tasks, in their order; `none` without a deployment. */
async function buildsOf(workflowId: string, runId?: string): Promise<string[]> {
  const handle = shop.holdfast.temporal.client.workflow.getHandle(workflowId, runId);
  const { events } = await handle.fetchHistory();
  const builds = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: completed }) =>
    completed ? [completed.deploymentVersion?.buildId || 'none'] : [],
  );
  return builds.filter((build, at) => build !== builds[at - 1]);
}

async function begin(requestId: string): Promise<string> {
  const request = { accountId: ACCOUNT, requestId, kind: 'text-to-image' };
  expect(await shop.holdfast.client.generations.start(request)).toMatchObject({
    status: 'admitted',
  });
  return generationWorkflowId(ACCOUNT, requestId);
}

/** Begins a generation that doesn't end before it is let go. */
async function hold(requestId: string): Promise<void> {
  shop.holdfast.provider.hold(generationWorkflowId(ACCOUNT, requestId));
  await begin(requestId);
}

/** The builds of a generation that is to end committed, and whose job was begun once. */
async function end(requestId: string): Promise<string[]> {
  const { client, provider } = shop.holdfast;
  const key = generationWorkflowId(ACCOUNT, requestId);
  provider.letGo(key);
  expect(await client.generations.result(ACCOUNT, requestId)).toMatchObject({
    status: 'committed',
    charged: 2,
  });
  expect(provider.submitted.filter((submitted) => submitted === key)).toHaveLength(1);
  return buildsOf(key);
}

async function generate(requestId: string): Promise<string[]> {
  await begin(requestId);
  return end(requestId);
}

/** Puts a request into the queue of a new account, and returns the account. */
async function queue(): Promise<string> {
  const accountId = uniqueId('waiting');
  await shop.holdfast.openAccount(accountId);
  await park(shop.holdfast, accountId, 'r', 5);
  return accountId;
}

/** The builds of the last run of a request from the queue, which is to end committed. */
async function serve(accountId: string): Promise<string[]> {
  const { client, provider } = shop.holdfast;
  expect(await client.generations.result(accountId, 'r')).toMatchObject({
    status: 'committed',
    charged: 5,
  });
  const key = generationWorkflowId(accountId, 'r');
  expect(provider.submitted.filter((submitted) => submitted === key)).toHaveLength(1);
  return buildsOf(key);
}

/** Renews the subscription, and returns the build that its workflow has then. */
async function renew(): Promise<string | undefined> {
  const paymentReference = uniqueId('pay');
  const { subscriptions } = shop.holdfast.client;
  await subscriptions.renew({ accountId: ACCOUNT, subscriptionId: 's', paymentReference });
  let builds: string[] = [];
  // A run that has only begun, because the one before was long, has completed no task.
  await eventually(async () => {
    builds = await buildsOf(SUBSCRIPTION);
    return builds.length > 0;
  });
  return builds.at(-1);
}

test('workers of a build that isn’t current get no work, and `NO_WORKER` and `doctor` see that', async () => {
  const { client } = shop.holdfast;
  const worker = await start('zero');
  await expect(client.reconciliation.run()).rejects.toMatchObject({ code: 'NO_WORKER' });
  for (const { pollers, builds } of await client.operations.taskQueues()) {
    expect({ pollers, builds }).toEqual({
      pollers: 0,
      builds: [{ deployment: DEPLOYMENT, buildId: 'zero', pollers: 1, routing: 'none' }],
    });
  }
  await worker.stop();
});

test('the first build takes over from workers without a deployment, generations too', async () => {
  const { client } = shop.holdfast;
  const without = await shop.holdfast.startWorker();
  await client.subscriptions.subscribe({
    ...{ accountId: ACCOUNT, subscriptionId: 's', planId: 'lite-monthly' },
    paymentReference: uniqueId('pay'),
  });
  current = await start('one');
  await hold('begun-before');
  expect(await generate('beside')).toEqual(['none']);

  await deploy('The first time', { NEW: 'one' });
  await untilRouted('one', 'current');
  expect(await generate('first')).toEqual(['one']);
  expect(await end('begun-before')).toEqual(['none', 'one']);
  await without.stop();
  expect(await renew()).toBe('one');
});

test('a build that is ramping gets a share, and each generation ends where it began', async () => {
  await start('two', { workflowBundlePath: laterBundle() });
  expect(await generate('before-ramp')).toEqual(['one']);
  await deploy('Ramp up', { NEW: 'two' });
  await untilRouted('two', 'ramping');
  const ids = Array.from({ length: 12 }, (_, n) => `ramp-${n}`);
  const builds = await Promise.all(ids.map(generate));
  expect(builds.filter((of) => of.length !== 1)).toEqual([]);
  expect(builds.flat()).toContain('one');
  await deploy('Ramp up', { NEW: 'two' }, 1);
  await untilRouted('two', 'none');
});

test('on the next build new runs begin, long ones move, and short ones end on the old one', async () => {
  const { holdfast } = shop;
  const buyer = uniqueId('buyer');
  await shop.subscribe(buyer, 's');
  expect(await shop.buy(buyer, simulated('pending'))).toMatchObject({ status: 'pending' });
  const ticket = await queue();
  await hold('over-the-deploy');

  await deploy('Make it current', { NEW: 'two' });
  await untilRouted('two', 'current');
  expect(await generate('on-the-new')).toEqual(['two']);
  expect(await end('over-the-deploy')).toEqual(['one']);
  expect(await renew()).toBe('two');

  await give(holdfast, ticket, 5, 'enough');
  expect(await serve(ticket)).toEqual(['one', 'two']);

  await holdfast.payments.settle(`purchase/${buyer}/p`);
  await holdfast.client.purchases.paymentUpdated(buyer, 'p');
  expect(await shop.result(buyer)).toMatchObject({ status: 'granted', credits: 125 });
  expect(await buildsOf(`purchase/${buyer}/p`)).toEqual(['one', 'two']);
  expect(await holdfast.client.balance(buyer)).toMatchObject({ available: 275 });
});

test('after a rollback new runs begin on the old build, and what was pinned stays on the new one, which alone can continue it', async () => {
  const { workflow } = shop.holdfast.temporal.client;
  const isPinned = async (workflowId: string) => {
    const { raw } = await workflow.getHandle(workflowId).describe();
    return Boolean(raw.workflowExecutionInfo?.versioningInfo?.versioningOverride);
  };
  const ticket = await queue();
  const request = generationWorkflowId(ticket, 'r');
  // Temporal lists what it pins, and its lists are a moment late.
  const moved = `TemporalWorkerDeploymentVersion = '${DEPLOYMENT}:two' AND TemporalWorkflowVersioningBehavior = 'AutoUpgrade'`;
  await eventually(async () => {
    const ids = await workflowIdsOf(shop.holdfast.temporal, moved);
    return ids.includes(request) && ids.includes(SUBSCRIPTION);
  });
  await deploy('Roll back', { NEW: 'two' });
  await eventually(async () => (await isPinned(request)) && (await isPinned(SUBSCRIPTION)));
  await deploy('Roll back', { OLD: 'one' }, 1);
  await untilRouted('one', 'current');
  expect(await generate('back-on-the-old')).toEqual(['one']);
  await give(shop.holdfast, ticket, 5, 'enough');
  expect(await serve(ticket)).toEqual(['two']);
  expect(await renew()).toBe('two');

  await deploy('Roll back', { NEW: 'two' }, 2);
  await eventually(async () => !(await isPinned(SUBSCRIPTION)));
  expect(await renew()).toBe('one');
});

test('a build is drained once nothing pinned runs on it, and is removed when it has stopped polling', async () => {
  await eventually(async () => /drained/.test(await deploy('Drain and remove', { OLD: 'two' })));
  expect(await deploy('Drain and remove', { OLD: 'two' }, 1)).toContain('Total: 0');
  await expect(deploy('Drain and remove', { OLD: 'two' }, 2)).rejects.toMatchObject({
    stderr: expect.stringContaining('active pollers'),
  });
});

test('workers without a deployment take over again', async () => {
  await shop.holdfast.startWorker();
  await deploy('Back to workers without a deployment', {});
  await untilRouted(null, 'current');
  expect(await generate('without-again')).toEqual(['none']);
  await current.stop();
  expect(await renew()).toBe('none');
});
