import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { type ReplayOptions, type ReplayReport, replayHistories } from '../../../replay/replay';
import { generationWorkflowId, subscriptionWorkflowId } from '../../../workflows/messages';
import {
  holdfastJson,
  onlyDocument,
  start,
  startOnTerminal,
  variablesOf,
} from '../../cli/command-line';
import { blocksOf, read } from '../../docs/markdown';
import { eventually } from '../../support/eventually';
import { startRefusingTemporal } from '../../support/refusing-temporal';
import { newNamespace } from '../../support/temporal';
import { type Holdfast, openHoldfast } from '../../workflows/harness';

const ACCOUNT = 'acme';
const HANGING = { kind: 'text-to-image', input: { simulate: 'hang' } };
const PRODUCT_QUEUE = 'product';
const BY_OTHER_BUILD = generationWorkflowId(ACCOUNT, 'by-another-build');
const VIDEO = 'WorkflowType = "videoWorkflow"';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-replay-'));
const otherBuild = join(folder, 'bundle.js');
let holdfast: Holdfast;
let productCode: string;
let stopProduct: () => Promise<void>;

beforeAll(async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('./product-workflows'),
    logger: new DefaultLogger('ERROR'),
  });
  productCode = code;
  writeFileSync(otherBuild, code);
  holdfast = await openHoldfast({ namespace: await newNamespace('replay') });
  await holdfast.fund(ACCOUNT, 100);
  await beginByOtherBuild();
  await holdfast.startWorker();
  await holdfast.client.subscriptions.subscribe({
    ...{ accountId: ACCOUNT, subscriptionId: 's', planId: 'lite-monthly', paymentReference: 'p' },
  });
  await holdfast.client.generations.start({ accountId: ACCOUNT, requestId: 'hangs', ...HANGING });
  await runProduct();
  await untilListed(7);
});

afterAll(async () => {
  await stopProduct();
  await holdfast.close();
  rmSync(folder, { recursive: true });
});

async function beginByOtherBuild(): Promise<void> {
  const worker = await holdfast.startWorker({}, { workflowBundlePath: otherBuild });
  await holdfast.startBare(BY_OTHER_BUILD, {
    ...{ accountId: ACCOUNT, requestId: 'by-another-build', ...HANGING },
  });
  await eventually(async () => holdfast.provider.submitted.includes(BY_OTHER_BUILD));
  await worker.stop();
}

/** One video has been generated, and its workflow goes on; another one waits for its generation. */
async function runProduct(): Promise<void> {
  const { address, namespace, client } = holdfast.temporal;
  const connection = await NativeConnection.connect({ address });
  const options = { connection, namespace, taskQueue: PRODUCT_QUEUE };
  const worker = await Worker.create({ ...options, workflowBundle: { code: productCode } });
  const running = worker.run();
  stopProduct = async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
  for (const requestId of ['video-1', 'video-2']) {
    const hangs = requestId === 'video-2';
    await client.workflow.start('videoWorkflow', {
      workflowId: requestId,
      taskQueue: PRODUCT_QUEUE,
      args: [
        {
          ...{ accountId: ACCOUNT, requestId, kind: 'text-to-image' },
          ...(hangs && { input: HANGING.input }),
        },
        holdfast.config.taskQueue,
      ],
    });
  }
  await eventually(async () => {
    const { events } = await client.workflow.getHandle('video-1').fetchHistory();
    return events?.some((event) => event.timerStartedEventAttributes) ?? false;
  });
}

/** Temporal’s lists are a moment late. */
async function untilListed(running: number): Promise<void> {
  const { workflow } = holdfast.temporal.client;
  await eventually(
    async () => (await workflow.count('ExecutionStatus = "Running"')).count === running,
  );
}

/** Replays by the present workflows unless told otherwise. */
function replay(options: Partial<ReplayOptions> = {}): Promise<ReplayReport> {
  const { client, workflowBundle, taskQueue } = holdfast.temporal;
  return replayHistories({ client, worker: { workflowBundle }, taskQueue, ...options });
}

describe('a replay of a namespace', () => {
  test('names what this build could not continue, and why, and leaves other products out', async () => {
    const report = await replay();
    expect(report).toEqual({
      status: 'done',
      query: 'ExecutionStatus = "Running"',
      ...{ matching: 7, looked: 7, replayed: 4, gone: 0 },
      broken: [
        {
          workflowId: BY_OTHER_BUILD,
          runId: expect.any(String),
          workflowType: 'generationWorkflow',
          reason: 'nondeterminism',
          why: expect.stringMatching(/^\[TMPRL1100\] Nondeterminism error: .*timer/i),
        },
      ],
      foreign: [{ workflowType: 'videoWorkflow', runs: 2 }],
    });
  });

  test('breaks on a workflow of its own task queue that the build lacks', async () => {
    const { broken, foreign } = await replay({ query: VIDEO, taskQueue: PRODUCT_QUEUE });
    expect(broken.map(({ reason }) => reason)).toEqual(['not-in-build', 'not-in-build']);
    expect(foreign).toEqual([]);
  });

  test('looks at what the query and the limit say, and nothing else', async () => {
    const told: unknown[] = [];
    const query = 'WorkflowType = "billingCycleWorkflow"';
    expect(await replay({ query })).toMatchObject({ looked: 1, replayed: 1, broken: [] });
    const onProgress = (...progress: unknown[]) => told.push(progress);
    expect(await replay({ limit: 2, onProgress })).toMatchObject({ matching: 7, looked: 2 });
    expect(told.at(-1)).toEqual([2, 2]);
    await expect(replay({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('finds nothing where nothing matches', async () => {
    const none = { looked: 0, replayed: 0, broken: [], foreign: [], status: 'done' };
    expect(await replay({ query: 'WorkflowId = "none"' })).toMatchObject(none);
  });

  test('counts a run that is deleted before it could be read', async () => {
    const { client } = holdfast.temporal;
    const workflow = Object.create(client.workflow, {
      getHandle: { value: () => client.workflow.getHandle('deleted') },
    });
    const lagging = Object.create(client, { workflow: { value: workflow } });
    expect(await replay({ client: lagging, limit: 3 })).toMatchObject({ looked: 3, gone: 3 });
  });

  test('refuses a query that makes no sense', async () => {
    const refused = { code: 'INVALID_ARGUMENT', message: /^Temporal refuses the query: / };
    await expect(replay({ query: 'what is this' })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(refused.message),
    });
  });

  test('says that Temporal denies it the histories', async () => {
    const { address, namespace } = holdfast.temporal;
    const denying = await startRefusingTemporal(address, (path) => /History$/.test(path));
    const connection = await Connection.connect({ address: denying.address });
    const client = new Client({ connection, namespace });
    await expect(replay({ client })).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    await connection.close();
    await denying.close();
  });

  test('ends early when it is told to, with what it has found', async () => {
    const stopped = new AbortController();
    const report = await replay({ signal: stopped.signal, onProgress: () => stopped.abort() });
    expect(report.status).toBe('interrupted');
    expect(report.looked).toBeLessThan(7);
    expect(await replay({ signal: AbortSignal.abort() })).toMatchObject({ looked: 0 });
  });
});

describe('a product’s own workflows', () => {
  test('replay on the build that began them', async () => {
    const worker = { workflowBundle: { code: productCode } };
    const report = await replay({ query: VIDEO, worker, taskQueue: PRODUCT_QUEUE });
    expect(report).toMatchObject({ looked: 2, replayed: 2, broken: [] });
  });

  test('break on a build that does something else, each for its reason', async () => {
    const changed = productCode.replace("'generationWorkflow', {", "'imageWorkflow', {");
    const worker = { workflowBundle: { code: changed } };
    const { replayed, broken } = await replay({ query: VIDEO, worker, taskQueue: PRODUCT_QUEUE });
    expect(changed).not.toBe(productCode);
    expect(replayed).toBe(0);
    expect(broken.map(({ reason }) => reason)).toEqual(['nondeterminism', 'nondeterminism']);
  });
});

test('the example of docs/how-to/deploy.md replays a product’s own workflows', async () => {
  const [example = ''] = blocksOf(read('docs/how-to/deploy.md'), 'ts');
  const { code } = transformSync(example.replace('build/workflow-bundle.js', otherBuild), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const { address, namespace } = holdfast.temporal;
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  const process = { env, exitCode: undefined };
  const load = (name: string) => (name === 'holdfast/replay' ? { replayHistories } : require(name));
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  await AsyncFunction('require', 'exports', 'process', code)(load, {}, process);
  expect(process.exitCode).toBe(0);
});

describe('`holdfast replay`', () => {
  test('ends with another code than 0 where something breaks', async () => {
    const { ended } = start(variablesOf(holdfast), ['replay', '--json']);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(5);
    expect(stderr).toBe('');
    expect(onlyDocument(stdout)).toMatchObject({
      replayed: 4,
      broken: [{ workflowId: BY_OTHER_BUILD, reason: 'nondeterminism' }],
      foreign: [{ workflowType: 'videoWorkflow', runs: 2 }],
    });
  });

  test('shows its progress on a terminal, and says what it has found in words', async () => {
    const query = `WorkflowId = "${subscriptionWorkflowId(ACCOUNT, 's')}"`;
    const { ended } = startOnTerminal(variablesOf(holdfast), ['replay', '--query', query]);
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toContain('Replayed [');
    expect(stdout).toContain('1 workflow looked at. 1 replays on this build.');
  });

  test('reads an encrypted namespace by its keys, and says so where they lack', async () => {
    const keys = [{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }];
    const encrypted = await openHoldfast({
      ...{ namespace: await newNamespace('replay'), codecKeys: keys },
    });
    await encrypted.fund(ACCOUNT, 10);
    await encrypted.startWorker();
    await encrypted.client.generations.start({ accountId: ACCOUNT, requestId: 'r', ...HANGING });
    const query = `WorkflowId = "${generationWorkflowId(ACCOUNT, 'r')}"`;
    await eventually(async () => (await encrypted.temporal.client.workflow.count(query)).count > 0);
    const words = ['replay', '--query', query];
    const HOLDFAST_CODEC_KEYS = keys.map(({ id, key }) => `${id}:${key}`).join(',');
    const [knowing, lacking] = await Promise.all([
      start({ ...variablesOf(encrypted), HOLDFAST_CODEC_KEYS }, words).ended,
      start(variablesOf(encrypted), words).ended,
    ]);
    expect([knowing.code, lacking.code]).toEqual([0, 5]);
    expect(lacking.stdout).toMatch(/: unreadable\n.*encrypted by a key.*\n.*HOLDFAST_CODEC_KEYS/);
    await encrypted.close();
  });

  test('refuses a bad query by its code', async () => {
    expect(await holdfastJson(variablesOf(holdfast), 'replay', '--query', '(')).toMatchObject({
      code: 2,
      json: { error: { code: 'INVALID_ARGUMENT' } },
    });
  });
});
