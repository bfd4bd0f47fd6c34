import type { Client, WorkflowStartOptions } from '@temporalio/client';
import { Client as Database } from 'pg';
import { checkWorkflows } from '../../cli/commands/operate/health/workflow-checks';
import { type FailingWorkflow, failingWorkflows } from '../../client/failing-workflows';
import type { HealthCheck } from '../../contract/operation';
import { eventually } from '../support/eventually';
import { startRefusingTemporal } from '../support/refusing-temporal';
import { newNamespace } from '../support/temporal';
import { type Holdfast, uniqueId } from '../workflows/harness';
import { give } from '../workflows/waiting/waiting-support';
import { holdfast, holdfastJson } from './command-line';
import { fundedIn, openInterventionStack } from './intervention-support';

const BUILD =
  /1 poller for workflow tasks on task queue \S+; 1 of build @temporalio\/worker@[\d.]+\+\w+ without a deployment/;

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  ({ stack, variables } = await openInterventionStack());
});
afterAll(() => stack.closeSettled());

async function checkNamed(name: string, more: Record<string, string> = {}, ...words: string[]) {
  const { json } = await holdfastJson({ ...variables, ...more }, 'doctor', ...words);
  const { checks } = json as { checks: HealthCheck[] };
  const check = checks.find((one) => one.name === name);
  if (!check) throw new Error(`There is no check ${name}: ${JSON.stringify(checks)}`);
  return check;
}

test('the pollers are named by their build', async () => {
  const check = await checkNamed(`workers-workflow-${stack.temporal.taskQueue}`);
  expect(check).toMatchObject({ ok: true, detail: expect.stringMatching(BUILD) });
});

describe('a workflow whose task fails', () => {
  const failing = uniqueId('unknown-to-the-worker');
  const newest = uniqueId('delayed');
  const startedAfter = new Date().toISOString();
  beforeAll(async () => {
    await start(failing);
    await start(uniqueId('elsewhere'), { taskQueue: `${stack.temporal.taskQueue}-elsewhere` });
    await eventually(async () => !(await checkNamed('workflow-tasks')).ok);
    await start(newest, { startDelay: '1 hour' });
  });
  afterAll(async () => {
    for (const id of [failing, newest])
      await stack.temporal.client.workflow.getHandle(id).terminate();
  });

  /** Of a type that the worker doesn't know, as one that is older than the client. */
  async function start(workflowId: string, more: Partial<WorkflowStartOptions> = {}) {
    const { client, taskQueue } = stack.temporal;
    await client.workflow.start('laterWorkflow', { workflowId, taskQueue, ...more });
  }

  test('is found, with why, since when and the command that shows it', async () => {
    const { detail, fix, found } = await checkNamed('workflow-tasks');
    expect(detail).toMatch(
      /^1 has failed 2 times in a row or more; \d running workflows were looked at$/,
    );
    expect(fix).toMatch(/bring back the workers that ran before/);
    expect(found).toEqual([
      {
        where: failing,
        since: expect.any(String),
        what: expect.stringMatching(/^its workflow task, attempt \d+: .*laterWorkflow/),
        command: `temporal workflow describe --namespace ${stack.temporal.namespace} --workflow-id ${failing}`,
      },
    ]);
    expect((found?.[0]?.since ?? '') > startedAfter).toBe(true);
    const { code, stdout } = await holdfast(variables, 'doctor');
    expect(code).toBe(4);
    expect(stdout).toMatch(
      new RegExp(`\n {10}- ${failing}, since [\\d-]+ [\\d:]+Z: its workflow task, attempt`),
    );
  });

  test('is beyond a look that ends before it, which says so', async () => {
    await eventually(async () => {
      const { ok, detail } = await checkNamed('workflow-tasks', {}, '--workflows', '1');
      return ok && /the newest 1 of \d running workflows were looked at/.test(detail);
    });
    expect(await checkNamed('workflow-tasks', {}, '--workflows', '2')).toMatchObject({ ok: false });
  });

  test('is looked at first where the server reports it', async () => {
    const found = await failingWorkflows(
      reporting(stack.temporal.client, failing),
      stack.temporal.taskQueue,
      { limit: 1 },
    );
    expect(found).toMatchObject({ looked: 1, failing: [{ workflowId: failing }] });
  });
});

/** A server that has set the attribute `TemporalReportedProblems` on the workflow. */
function reporting(client: Client, workflowId: string): Client {
  const { workflowService } = client;
  const listWorkflowExecutions = (asked: { query: string }) =>
    workflowService.listWorkflowExecutions({
      ...asked,
      query: asked.query.replace(/TemporalReportedProblems IN .*/, `WorkflowId = "${workflowId}"`),
    });
  const service = Object.create(workflowService, {
    listWorkflowExecutions: { value: listWorkflowExecutions },
  });
  return Object.create(client, { workflowService: { value: service } });
}

test('an activity that fails again and again is found, and what it leaves is stuck', async () => {
  const account = await fundedIn(stack);
  await stack.sql(`CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = '53100'; END $$`);
  await stack.sql(`CREATE TRIGGER refuse_commits BEFORE UPDATE ON holdfast.reservations FOR EACH ROW
    WHEN (new.state = 'committed') EXECUTE FUNCTION refuse_commit()`);
  const where = `generation/${account}/r`;
  try {
    const request = { accountId: account, requestId: 'r', kind: 'text-to-image' };
    await stack.client.generations.start(request);
    await eventually(async () => !(await checkNamed('activities')).ok);
    expect(await checkNamed('activities')).toMatchObject({
      detail: expect.stringMatching(/^1 has failed 3 times or more; /),
      found: [
        {
          where,
          since: expect.any(String),
          what: expect.stringMatching(/^commit, attempt \d+: .*the disk is full/),
        },
      ],
    });
    expect(await checkNamed('stuck')).toMatchObject({
      ...{ ok: false, detail: '1 thing waits for an operator' },
      fix: expect.stringMatching(/holdfast stuck/),
      found: [{ where, command: `holdfast release ${account} r --reason "…" --by NAME` }],
    });
  } finally {
    await stack.sql('DROP TRIGGER refuse_commits ON holdfast.reservations');
    await stack.sql('DROP FUNCTION refuse_commit()');
  }
  await stack.client.generations.result(account, 'r');
  expect(await checkNamed('activities')).toMatchObject({ ok: true });
});

test('what waits for a provider that doesn’t answer is told apart, with what to do', () => {
  const step = { workflowId: 'generation/a/r', kind: 'activity', name: 'generate', attempt: 9 };
  const message = 'Of 6 calls of the generation provider (submit for text-to-video) 6 have had …';
  const failing = { ...step, message, since: null, failureType: 'PROVIDER_NOT_ANSWERING' };
  const look = { running: 1, looked: 1, failing: [failing as FailingWorkflow] };
  const [, activities, providers] = checkWorkflows(look, 'default');
  expect(activities).toMatchObject({ name: 'activities', ok: true });
  expect(providers).toMatchObject({
    ...{ name: 'providers', ok: false, fix: expect.stringContaining('GET /healthz') },
    found: [{ where: 'generation/a/r', what: `generate, attempt 9: ${message}` }],
  });
});

test('a first ticket that could be served and has no workflow is found', async () => {
  const account = await fundedIn(stack, 1);
  const body = { kind: 'text-to-image' };
  const quote = { credits: 2, catalogVersion: '1' };
  await stack.ledger.reserve(account, 'lost', body, quote, 600_000, { timeout: 'P1D' });
  await give(stack, account, 5, 'more');
  expect(await checkNamed('queue-heads')).toMatchObject({ ok: true });
  await stack.sql(
    "UPDATE holdfast.reservations SET woken_at = woken_at - interval '2 minutes' WHERE account_id = $1",
    [account],
  );
  expect(await checkNamed('queue-heads')).toMatchObject({
    ...{ ok: false, detail: '1 could be served, and are not' },
    found: [
      {
        where: `generation/${account}/lost`,
        what: expect.stringMatching(/waits for 2 credits since .*which are there/),
        command: `holdfast show ${account} lost`,
      },
    ],
  });
  await stack.ledger.release(account, 'lost', 'cancelled');
});

test('a key for one namespace alone is enough for the doctor', async () => {
  await stack.client.reconciliation.schedule({ everySeconds: 3_600 });
  const cloud = await startRefusingTemporal(stack.temporal.address);
  try {
    const cloudy = { ...variables, TEMPORAL_ADDRESS: cloud.address };
    const { code, json } = await holdfastJson(cloudy, 'doctor');
    expect((json as { checks: HealthCheck[] }).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);
    expect([...cloud.refused].join()).toContain('operatorservice');
  } finally {
    await cloud.close();
    await stack.temporal.client.schedule.getHandle('reconciliation').delete();
  }
});

test('a key that may not poll leaves Temporal’s clock out', async () => {
  const reading = await startRefusingTemporal(stack.temporal.address, (path) =>
    path.endsWith('/PollWorkflowTaskQueue'),
  );
  try {
    expect(await checkNamed('clocks', { TEMPORAL_ADDRESS: reading.address })).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^Postgres /),
    });
    expect(reading.refused.size).toBe(1);
  } finally {
    await reading.close();
  }
});

test('a namespace that keeps closed workflows for an hour, and has no room for attributes, is found', async () => {
  const namespace = await newNamespace('doctor', '1 hour');
  const { operatorService } = stack.temporal.connection;
  const searchAttributes = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [`Other${n}`, 2 as const]),
  );
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
  expect(await checkNamed('retention', { TEMPORAL_NAMESPACE: namespace })).toMatchObject({
    ok: false,
    detail: 'closed workflows are kept for 1 h, which is less than 1 d',
    fix: expect.stringContaining('temporal operator namespace update'),
  });
  const check = await checkNamed('search-attributes', { TEMPORAL_NAMESPACE: namespace });
  expect(check).toMatchObject({
    ok: false,
    detail: expect.stringMatching(
      /^the namespace lacks HoldfastAccount, HoldfastKind.*has 8 of type Keyword already: Other0/,
    ),
    fix: expect.stringContaining(`search-attribute create --namespace ${namespace} --name Hold`),
  });
});

test('clocks that are a minute apart are found', async () => {
  expect(await checkNamed('clocks')).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/^Temporal .*, Postgres /),
  });
  const clock = new Database({ connectionString: stack.database.testClockUrl });
  await clock.connect();
  await clock.query(
    "INSERT INTO holdfast.test_clock (set_to) VALUES (now() + interval '1 minute')",
  );
  try {
    expect(await checkNamed('clocks')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(
        /Postgres is (5\d|60)\.\d s ahead of this machine: more than 5 s apart$/,
      ),
      fix: expect.stringMatching(/NTP/),
    });
  } finally {
    await clock.query('DELETE FROM holdfast.test_clock');
    await clock.end();
  }
});

test('a schema that is behind or ahead of the command is found', async () => {
  const [{ name = '' } = {}] = await stack.sql<{ name: string }>(
    'SELECT name FROM holdfast.schema_migrations ORDER BY name DESC LIMIT 1',
  );
  await stack.sql('DELETE FROM holdfast.schema_migrations WHERE name = $1', [name]);
  expect(await checkNamed('schema')).toMatchObject({
    ok: false,
    detail: expect.stringContaining(`it lacks ${name}.`),
    fix: 'Run `holdfast migrate`.',
  });
  await stack.sql("INSERT INTO holdfast.schema_migrations VALUES ($1), ('9999_later.sql')", [name]);
  expect(await checkNamed('schema')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('a newer version has applied 9999_later.sql'),
  });
  await stack.sql("DELETE FROM holdfast.schema_migrations WHERE name = '9999_later.sql'");
  expect(await checkNamed('schema')).toMatchObject({ ok: true });
});
