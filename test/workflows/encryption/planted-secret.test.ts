import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { requestHashOf } from '../../../domain/generation/request-body';
import { hashOf } from '../../../domain/hash';
import { newKey, settingOf } from '../../codec/keys';
import { eventually } from '../../support/eventually';
import { newNamespace, testTemporal } from '../../support/temporal';
import { serve } from '../../web/harness';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import { currentDetailsOf, summariesOf } from '../workflow-support';
import { encodingsIn, keptByTemporal, type Place, placesOf } from './traces';

const secret = (name: string) => `${name}-${randomBytes(9).toString('hex')}`;

/** What a person wrote, or a provider made of it. Each stands in one place of the story. */
const SECRETS = {
  prompt: secret('prompt'),
  output: secret('output'),
  metadata: secret('metadata'),
  grantReason: secret('grant'),
  grantName: secret('granter'),
  stopReason: secret('stop'),
  stopName: secret('stopper'),
  paymentMethod: secret('card'),
  delivery: secret('delivery'),
  refusal: secret('refusal'),
};
const ACCOUNT = uniqueId('private');
const STOPPED = uniqueId('stopped');

const asks = (requestId: string, how: string, accountId = ACCOUNT) => ({
  accountId,
  requestId,
  kind: 'text-to-image',
  input: {
    ...{ prompt: SECRETS.prompt, how, reason: SECRETS.refusal },
    outputUrl: `https://cdn.example/${SECRETS.output}`,
  },
  metadata: { project: SECRETS.metadata },
});
const REQUESTS = [
  asks('done', 'done'),
  asks('flaky', 'flaky'),
  asks('refused', 'refused'),
  asks('last', 'done'),
];

/** Unkeyed hashes let a guessed prompt be confirmed. */
const HASHES = REQUESTS.flatMap((request) => [hashOf(request.input), requestHashOf(request)]);

describe('with the codec on, what a person wrote', () => {
  let holdfast: Holdfast;
  let worker: WorkerProcess;
  let webLog: string[];

  beforeAll(async () => {
    const codecKeys = [newKey('k1')];
    holdfast = await openHoldfast({ namespace: await newNamespace('codec'), codecKeys });
    const settings = {
      HOLDFAST_CODEC_KEYS: settingOf(codecKeys),
      HOLDFAST_LOG_LEVEL: 'trace',
      SECRET: SECRETS.delivery,
    };
    worker = await startWorkerProcess(holdfast, settings, join(__dirname, 'talkative-worker.js'));
    await tellTheStory(holdfast);
    webLog = await tellByHttp(holdfast);
  });
  afterAll(async () => {
    await worker?.kill();
    await holdfast?.closeSettled();
  });

  test('is nowhere in Temporal: histories, descriptions, lists, and current details', async () => {
    const workflows = await allEnded(holdfast);
    const types = workflows.map(({ workflowId }) => workflowId.split('/')[0]);
    expect(new Set(types)).toEqual(
      new Set(['generation', 'grant', 'settings', 'purchase', 'subscription', 'notices']),
    );
    expect(placesOf([...Object.values(SECRETS), ...HASHES], workflows)).toEqual([]);
    // What a later version adds is encrypted too.
    expect(encodingsIn(workflows)).toEqual(new Set(['binary/encrypted']));
  });

  test('would be encrypted in a Schedule as well', async () => {
    const { temporal, client } = holdfast;
    await client.reconciliation.schedule({ everySeconds: 3_600 });
    const schedule = await temporal.client.workflowService.describeSchedule({
      namespace: temporal.namespace,
      scheduleId: 'reconciliation',
    });
    expect(encodingsIn(schedule)).toEqual(new Set(['binary/encrypted']));
  });

  test('would have been found there: a client without the codec leaves it in clear', async () => {
    const { client, taskQueue } = await testTemporal(holdfast.temporal.namespace);
    const workflowId = `generation/${ACCOUNT}/clear`;
    const args = [asks('clear', 'done')];
    const clear = await client.workflow.start('generationWorkflow', {
      workflowId,
      taskQueue,
      args,
    });
    const history = await clear.fetchHistory();
    expect(placesOf([SECRETS.prompt], history)).toEqual([
      '.events.workflowExecutionStartedEventAttributes.input.payloads.data',
    ]);
    await clear.terminate();
  });

  test('is shown to who has the keys', async () => {
    const { client, temporal } = holdfast;
    const result = await client.generations.result(ACCOUNT, 'done');
    expect(result).toMatchObject({ status: 'committed' });
    expect(result.outputUrl).toContain(SECRETS.output);
    const handle = temporal.client.workflow.getHandle(`generation/${ACCOUNT}/done`);
    expect(await currentDetailsOf(handle)).toContain(SECRETS.output);
    expect(await (await handle.describe()).staticSummary()).toBe(`text-to-image for ${ACCOUNT}`);
    expect(await summariesOf(handle)).toContain('Commit 2 credits');
  });

  test('is in no line that worker and web process have logged, at the level trace', async () => {
    const lines = worker.written();
    expect(lines).toContain('Activity failed');
    expect(lines).toContain(`generation/${ACCOUNT}/flaky`);
    expect(webLog.join('')).toContain('answered');
    expect(placesOf([...Object.values(SECRETS), ...HASHES], [lines, webLog])).toEqual([]);
  });

  test('is in the database where accounts are kept, and the prompt is not', async () => {
    const found: Record<string, Place[]> = {};
    for (const [name, text] of Object.entries(SECRETS))
      found[name] = await columnsWith(holdfast, text);
    // Each of these is shown to the account's owner or to operators for as long as the account is
    // kept (docs/how-to/encryption.md).
    expect(found).toEqual({
      prompt: [],
      output: ['reservations.output_url'],
      metadata: ['reservations.body.metadata.project'],
      grantReason: ['personal_texts.text'],
      grantName: ['entries.by_name', 'idempotency_keys.body.by', 'operator_acts.by_name'],
      stopReason: ['personal_texts.text', 'stops.reason'],
      stopName: ['operator_acts.by_name', 'stops.by_name'],
      paymentMethod: ['purchases.body.paymentMethod', 'purchases.reason'],
      delivery: ['notices.reason'],
      refusal: ['personal_texts.text', 'reservations.reason'],
    });
    // A guessed prompt isn't confirmed by what is kept of it.
    for (const hash of HASHES) expect(await columnsWith(holdfast, hash)).toEqual([]);
  });
});

async function tellTheStory({ client, fund }: Holdfast): Promise<void> {
  const long = { timeoutMs: 60_000 };
  await fund(ACCOUNT, 6);
  for (const request of REQUESTS) {
    await client.generations.start(request, long);
    await client.generations.result(ACCOUNT, request.requestId);
  }
  const { grantReason: reason, grantName: by } = SECRETS;
  const grant = { accountId: ACCOUNT, key: 'g1', credits: 5, source: 'adjustment' as const };
  const subscription = { accountId: ACCOUNT, subscriptionId: 's1' };
  const paid = { planId: 'lite-monthly', paymentReference: 'inv-1' };
  await client.subscriptions.subscribe({ ...subscription, ...paid }, long);
  await client.grants.create({ ...grant, reason, by }, long);
  const stop = { accountId: STOPPED, kind: null, reason: SECRETS.stopReason, by: SECRETS.stopName };
  await client.settings.stop(stop, long);
  const refused = await client.generations.start(asks('r1', 'done', STOPPED), long);
  expect(refused.result?.message).toContain(SECRETS.stopReason);
  const [pack] = (await client.packs()).packs;
  const { packId = '', priceCents: shownPriceCents = 0 } = pack ?? {};
  const purchase = { accountId: ACCOUNT, purchaseId: 'p1', packId, shownPriceCents };
  await client.purchases.buy({ ...purchase, paymentMethod: SECRETS.paymentMethod }, long);
  await client.subscriptions.endNow({ ...subscription, key: 'end' }, long);
}

async function tellByHttp(holdfast: Holdfast): Promise<string[]> {
  const web = await serve(holdfast);
  const { requestId, accountId: _, ...body } = asks('by-http', 'refused');
  await web.ask(ACCOUNT, 'POST', '/generations', { key: requestId, body });
  await web.ask(ACCOUNT, 'POST', '/generations', { key: 'bad', body: { ...body, seconds: -1 } });
  await web.app.close();
  return web.log;
}

/** Every workflow of the namespace, once all have ended and the list, which is late, has them. */
async function allEnded({ temporal }: Holdfast) {
  const { client, namespace } = temporal;
  let workflows: Awaited<ReturnType<typeof keptByTemporal>> = [];
  await eventually(async () => {
    workflows = await keptByTemporal(client, namespace);
    const isEnded = ({ history }: (typeof workflows)[number]) =>
      JSON.stringify(history).match(/workflowExecution(Completed|Failed)EventAttributes":\{/);
    return workflows.length > 10 && workflows.every(isEnded);
  });
  return workflows;
}

/** `table.column` of every row that shows the text. */
async function columnsWith({ sql }: Holdfast, text: string): Promise<Place[]> {
  const tables = await sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'holdfast' AND table_type = 'BASE TABLE'`,
  );
  const found = new Set<Place>();
  for (const { name } of tables) {
    const rows = await sql<{ row: object }>(
      `SELECT to_jsonb(t) AS row FROM holdfast.${name} t WHERE strpos(t::text, $1) > 0`,
      [text],
    );
    for (const { row } of rows) for (const place of placesOf([text], row)) found.add(name + place);
  }
  return [...found].sort();
}
