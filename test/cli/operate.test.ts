import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import defaultCatalog from '../../catalog/default.json';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { BRIEF, errorOf, holdfast, holdfastJson, variablesOf } from './command-line';

const ACME = uniqueId('acme');

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.startWorker({ holdSeconds: 1 });
  await stack.fund(ACME, 100);
});
afterAll(() => stack.close());

test('setup waits for Temporal, and creates a namespace that isn’t there', async () => {
  const { DATABASE_URL: _ledger, ...others } = variables;
  const elsewhere = { ...others, TEMPORAL_NAMESPACE: uniqueId('set-up') };
  const alone = await holdfastJson(elsewhere, 'setup');
  expect(alone).toMatchObject({ code: 4, json: { error: { code: 'TEMPORAL_UNAVAILABLE' } } });
  const setUp = ['setup', '--wait', '60', '--create-namespace', '3'];
  expect(await holdfastJson(elsewhere, ...setUp)).toMatchObject({ code: 0 });
  expect(await holdfastJson(elsewhere, ...setUp)).toMatchObject({ code: 0 });
});

test('setup is safe to repeat, and then the doctor finds nothing wrong', async () => {
  const set = {
    code: 0,
    json: {
      searchAttributes: 'registered',
      reconciliation: { everySeconds: 3600, idleSeconds: 3600 },
    },
  };
  const hourly = { ...variables, HOLDFAST_RECONCILE_INTERVAL_SECONDS: '3600' };
  expect(await holdfastJson(hourly, 'setup')).toEqual(set);
  expect(await holdfastJson(hourly, 'setup')).toEqual(set);
  try {
    const { code, json } = await holdfastJson(variables, 'doctor');
    expect(json).toEqual({
      healthy: true,
      checks: [
        'postgres',
        'schema',
        'catalog',
        'stuck',
        'queue-heads',
        'temporal',
        'temporal-identity',
        'ledger-identity',
        'search-attributes',
        'retention',
        `workers-workflow-${stack.temporal.taskQueue}`,
        `workers-activity-${stack.temporal.taskQueue}`,
        `workers-activity-${stack.temporal.taskQueue}-generation`,
        `workers-activity-${stack.temporal.taskQueue}-notices`,
        `workers-activity-${stack.temporal.taskQueue}-payments`,
        'backlog',
        'reconciliation-schedule',
        'workflow-tasks',
        'activities',
        'providers',
        'clocks',
        'payload-codec',
      ].map((name) => ({ name, ok: true, detail: expect.any(String) })),
    });
    expect(code).toBe(0);
  } finally {
    await stack.temporal.client.schedule.getHandle('reconciliation').delete();
  }
});

test('the doctor says what is wrong and what to do', async () => {
  const { code, stdout } = await holdfast(
    { ...variables, HOLDFAST_TASK_QUEUE: 'nobody-polls-this' },
    'doctor',
  );
  expect(code).toBe(4);
  expect(stdout).toMatch(
    /PROBLEM {2}workers-workflow-nobody-polls-this: 0 pollers.*\n +→ Start a worker/,
  );
  expect(stdout).toMatch(
    /PROBLEM {2}reconciliation-schedule: there is none\n +→ Run `holdfast setup`/,
  );
});

test('the catalog is shown', async () => {
  expect(await holdfastJson(variables, 'catalog', 'show')).toEqual({
    code: 0,
    json: { catalogVersion: '1', validUntil: null, catalog: defaultCatalog.versions[0] },
  });
});

test('a catalog version that takes effect later is applied; an effective one can’t be changed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  const file = (name: string, version: object) => {
    const written = path.join(folder, name);
    writeFileSync(written, JSON.stringify({ versions: [version] }));
    return written;
  };
  const [first] = defaultCatalog.versions;
  try {
    const next = file('next.json', { ...first, version: 2, effectiveFrom: '2100-01-01T00:00:00Z' });
    const changed = file('changed.json', { ...first, packs: {} });
    const broken = file('broken.json', { version: 2 });
    expect(await holdfastJson(variables, 'catalog', 'apply', next)).toEqual({
      code: 0,
      json: { applied: [2] },
    });
    const [effective, invalid, quoted] = await Promise.all([
      holdfastJson(variables, 'catalog', 'apply', changed),
      holdfastJson(variables, 'catalog', 'apply', broken),
      holdfastJson(variables, 'quote', 'text-to-image'),
    ]);
    expect(effective).toMatchObject({ code: 3, json: errorOf('CATALOG_VERSION_EFFECTIVE') });
    expect(invalid).toMatchObject({ code: 2, json: errorOf('INVALID_CATALOG') });
    expect(quoted.json).toMatchObject({
      catalogVersion: '1',
      validUntil: '2100-01-01T00:00:00.000Z',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an orphaned reservation is a violation until reconciliation has released it', async () => {
  const prompt = { ...variables, ...BRIEF };
  const request = {
    accountId: ACME,
    requestId: 'orphan',
    kind: 'text-to-image',
    input: { simulate: 'hang' },
  };
  expect(await holdfastJson(prompt, 'audit')).toEqual({
    code: 0,
    json: {
      balanced: true,
      accounts: 1,
      entries: expect.any(Number),
      violations: [],
      entriesRead: 1,
      full: false,
    },
  });
  await stack.client.generations.start(request);
  await stack.temporal.client.workflow.getHandle(`generation/${ACME}/orphan`).terminate();
  await eventually(async () => {
    const twoIntervalsAgo = new Date(Date.now() - 2_500).toISOString();
    return (await stack.ledger.holds.due(twoIntervalsAgo, null, 1)).length > 0;
  });

  const found = await holdfastJson(prompt, 'audit');
  const detail = { requestId: 'orphan', credits: 2, workflow: 'terminated' };
  expect(found).toMatchObject({
    code: 5,
    json: {
      balanced: false,
      violations: [
        { invariant: 'no-open-reservation-of-an-ended-workflow', accountId: ACME, detail },
      ],
    },
  });
  const unasked = await holdfast({ ...prompt, TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'audit');
  expect(unasked).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/could not be asked about 1 overdue/),
  });

  expect(await holdfastJson(prompt, 'reconcile')).toEqual({
    code: 0,
    json: expect.objectContaining({ status: 'done', orphans: 1, released: 1 }),
  });
  expect(await holdfast(prompt, 'audit')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The audit passed/),
  });
});

test('an audit of books that don’t balance ends with 5', async () => {
  await stack.fund('tampered', 10);
  await stack.sql(
    "UPDATE holdfast.accounts SET granted = 11, available = 11 WHERE account_id = 'tampered'",
  );
  try {
    const file = path.join(stack.outputDir, 'audit.prom');
    const { code, json } = await holdfastJson(variables, 'audit', '--metrics', file);
    expect(code).toBe(5);
    const metrics = readFileSync(file, 'utf8');
    expect(Number(/^holdfast_audit_findings (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
    const endedAt = Number(/^holdfast_audit_finished_timestamp_seconds (\S+)$/m.exec(metrics)?.[1]);
    expect(Math.abs(endedAt - Date.now() / 1000)).toBeLessThan(60);
    expect(json).toMatchObject({ balanced: false });
    expect((json as { violations: object[] }).violations).toContainEqual(
      expect.objectContaining({ accountId: 'tampered', invariant: expect.any(String) }),
    );
  } finally {
    await stack.sql(
      "UPDATE holdfast.accounts SET granted = 10, available = 10 WHERE account_id = 'tampered'",
    );
  }
});

test('an audit of one account writes no metrics, and one whose metrics can’t be written ends as ever', async () => {
  const file = path.join(stack.outputDir, 'no', 'such', 'folder.prom');
  expect(await holdfast(variables, 'audit', ACME, '--metrics', file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--metrics is of the whole ledger'),
  });
  expect(await holdfast(variables, 'audit', '--metrics', file)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('The metrics could not be written'),
  });
});

test('acts are shown newest first, of one account or of all, with who did them', async () => {
  const account = uniqueId('acted-on');
  const stop = ['--kind', 'ai-avatar', '--reason', 'Dispute', '--by', 'sam'];
  await stack.fund(account, 5);
  await holdfastJson(variables, 'stop', account, ...stop);
  await holdfastJson(variables, 'stop', account, ...stop.with(3, 'Dispute, again'));
  const { code, stdout } = await holdfast(variables, 'acts', account);
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(head.split(/ {2,}/)).toEqual([
    ...['act', 'at', 'what', 'account', 'about', 'by', 'login', 'reason'],
  ]);
  expect(rows).toEqual([
    expect.stringMatching(/ stop .* kind ai-avatar .* sam .* Dispute, again$/),
    expect.stringMatching(/ stop .* kind ai-avatar .* sam .* Dispute$/),
    expect.stringMatching(/ grant .* entry 1, credits 5 /),
  ]);
  const everybody = await holdfast(variables, 'acts', '--limit', '1000');
  expect(everybody.stdout).toMatch(/ migrate +all .*0016_acts\.sql/);
});
