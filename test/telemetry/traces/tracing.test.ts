import { Worker } from '@temporalio/worker';
import { eventually } from '../../support/eventually';
import { testServers } from '../../support/test-servers';
import { tokenOf } from '../../web/harness';
import { type Holdfast, openHoldfast, uniqueId } from '../../workflows/harness';
import { type Collector, pathTo, startCollector } from './collector';
import { startTracedProcesses } from './traced-processes';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const accountId = uniqueId('traced');
const workflowId = `generation/${accountId}/r1`;
const secret = uniqueId('a prompt of a person');

let stack: Holdfast;
let collector: Collector;
let log: string;
let strangeFailures: number;

/** One generation over HTTP, whose caller has a trace, with worker and web in their processes. */
beforeAll(async () => {
  [stack, collector] = await Promise.all([openHoldfast(), startCollector()]);
  await stack.fund(accountId, 10);
  const traced = await startTracedProcesses(stack, collector);
  try {
    await generate(traced.url);
    await signalStrangely();
    await eventually(async () =>
      collector.spans.some(({ name }) => name === 'RunWorkflow:generationWorkflow'),
    );
  } finally {
    log = await traced.stop();
  }
});
afterAll(async () => {
  await stack.closeSettled();
  await collector.close();
});

async function generate(url: string): Promise<void> {
  const path = `/v1/accounts/${accountId}/generations`;
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf(accountId)}`,
      'idempotency-key': 'r1',
      'content-type': 'application/json',
      traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
      baggage: `prompt=${secret.replaceAll(' ', '-')}`,
    },
    body: JSON.stringify({ kind: 'text-to-image', input: { prompt: secret } }),
  });
  expect(answer.status).toBeLessThan(300);
  await stack.client.generations.result(accountId, 'r1');
}

/** A signal whose header of a trace is none, to a generation that runs. */
async function signalStrangely(): Promise<void> {
  const { generations } = stack.client;
  const { connection, namespace, client } = stack.temporal;
  const request = { accountId, requestId: 'strange', kind: 'text-to-image' };
  await generations.start({ ...request, input: { simulate: 'hang' } });
  const strange = { metadata: { encoding: Buffer.from('none') }, data: Buffer.from('none') };
  await connection.workflowService.signalWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: `generation/${accountId}/strange` },
    signalName: 'wake',
    header: { fields: { '_tracer-data': strange } },
  });
  await generations.cancel(accountId, 'strange');
  const { status } = await generations.result(accountId, 'strange');
  expect(status).toBe('cancelled');
  const { events } = await client.workflow
    .getHandle(`generation/${accountId}/strange`)
    .fetchHistory();
  strangeFailures = (events ?? []).filter(
    (event) => event.workflowTaskFailedEventAttributes,
  ).length;
}

const REQUEST = [
  'POST /v1/accounts/:accountId/generations',
  'UpdateWithStartWorkflow:admission',
  'RunWorkflow:generationWorkflow',
];

test('a trace leads from the HTTP request through workflow and activities to SQL and to the provider', () => {
  const { spans } = collector;
  const own = spans.filter(({ traceId }) => traceId === TRACE_ID);
  const admitted = [...REQUEST, 'StartActivity:admit', 'RunActivity:admit'];
  expect(pathTo(own, 'SQL:reserve_credits')).toEqual([...admitted, 'SQL:reserve_credits']);
  const ran = [...REQUEST, 'StartActivity:generate', 'RunActivity:generate'];
  expect(pathTo(own, 'Provider:generation.submit')).toEqual([...ran, 'Provider:generation.submit']);
  const charged = [...REQUEST, 'StartActivity:commit', 'RunActivity:commit'];
  expect(pathTo(own, 'SQL:commit_reservation')).toEqual([...charged, 'SQL:commit_reservation']);
  expect(new Set(own.map(({ service }) => service))).toEqual(
    new Set(['holdfast-web', 'holdfast-worker']),
  );
});

test('a trace has no input, and hands on no baggage', () => {
  expect(collector.text()).not.toContain(secret);
  expect(collector.text()).not.toContain(secret.replaceAll(' ', '-'));
});

test('the log’s lines of outcomes have the trace’s id', () => {
  const outcomes = log.split('\n').filter((line) => line.includes('"msg":"generation committed"'));
  expect(outcomes).toHaveLength(1);
  expect(JSON.parse(outcomes[0] as string)).toMatchObject({ traceId: TRACE_ID });
});

test('a header of a trace that can’t be read fails no task', () => {
  expect(strangeFailures).toBe(0);
});

test('the history of a traced run holds no baggage, and replays on workflows without tracing', async () => {
  const handle = stack.temporal.client.workflow.getHandle(workflowId);
  const history = await handle.fetchHistory();
  expect(history.events).toHaveLength(15);
  const bundle = { codePath: testServers().workflowBundlePath };
  const replayed: (Error | undefined)[] = [];
  const runs = [{ workflowId, history }];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: bundle }, runs))
    replayed.push(error);
  expect(replayed).toEqual([undefined]);
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  expect(Object.keys(started?.header?.fields ?? {})).toEqual(['_tracer-data']);
});
