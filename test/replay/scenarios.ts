import { Client as PgClient } from 'pg';
import { type GenerationRequest, requestBodyOf } from '../../domain/request';
import { generationWorkflowId } from '../../workflows/messages';
import { eventually } from '../support/eventually';
import type { Holdfast } from '../workflows/harness';

/**
 * One recorded run each: every way through every workflow. Adding a way through means adding a scenario; a recorded
 * history is never written again (see record.ts).
 */
export interface Scenario {
  name: string;
  /** Leaves one workflow behind, closed or still open, and returns its id. */
  run(holdfast: Holdfast): Promise<string>;
}

const ACCOUNT = 'replay';

export const SCENARIOS: Scenario[] = [
  generation('committed', { kind: 'ai-avatar', seconds: 10, input: { script: 'Hello' }, metadata: { project: 'p1' } }),
  generation('committed-shorter', { kind: 'ai-avatar', seconds: 10, input: { simulate: 'shorter' } }),
  generation('committed-after-transient-failures', { kind: 'text-to-image', input: { simulate: 'transient' } }),
  generation('released-permanent', { kind: 'text-to-image', input: { simulate: 'permanent' } }),
  generation('released-refused', { kind: 'text-to-image', input: { simulate: 'refused' } }),
  generation('released-timed-out', { kind: 'text-to-speech', input: { simulate: 'hang' } }),
  generation('rejected-insufficient-credits', { kind: 'ai-avatar', seconds: 86_400 }),
  generation('rejected-price-changed', { kind: 'ai-avatar', seconds: 10, maxCredits: 1 }),
  cancelled('cancelled', 'hang'),
  cancelled('cancelled-too-late', 'finish-after-cancel'),
  { name: 'generation.invalid', run: startBare({ kind: 'no-such-kind' }, 'invalid') },
  {
    name: 'generation.committed-without-update',
    run: startBare({ kind: 'text-to-image' }, 'committed-without-update'),
  },
  { name: 'generation.cancelled-before-admission', run: cancelBeforeAdmission },
  { name: 'generation.admission-timed-out', run: admitTooLate },
  { name: 'generation.known', run: askAgainAfterForgetting },
  { name: 'generation.orphaned', run: releaseUnderneath },
  { name: 'generation.committed-by-regular-activity', run: blockCommit },
  { name: 'generation.open', run: leaveRunning },
  { name: 'grant.granted', run: (holdfast) => grantOnce(holdfast, 'granted', '2099-01-01T00:00:00Z') },
  { name: 'grant.refused', run: (holdfast) => grantOnce(holdfast, 'refused', '2001-01-01T00:00:00Z') },
  { name: 'reconciliation.nothing-due', run: (holdfast) => reconcile(holdfast) },
  { name: 'reconciliation.orphan-released', run: reconcileOrphan },
  { name: 'reconciliation.stopped-at-limit', run: (holdfast) => reconcileMany(holdfast, false) },
  { name: 'reconciliation.confirmed', run: (holdfast) => reconcileMany(holdfast, true) },
  { name: 'reconciliation.wrong-temporal', run: reconcileElsewhere },
];

/** Each scenario has a request of its own name, so that inputs are the same in every recording. */
function requestOf(name: string, asked: Partial<GenerationRequest>): GenerationRequest {
  return { accountId: ACCOUNT, requestId: name, kind: 'text-to-image', ...asked };
}

function generation(name: string, asked: Partial<GenerationRequest>): Scenario {
  return {
    name: `generation.${name}`,
    async run(holdfast) {
      await start(holdfast, requestOf(name, asked));
      await holdfast.client.generations.result(ACCOUNT, name);
      return generationWorkflowId(ACCOUNT, name);
    },
  };
}

function cancelled(name: string, simulate: string): Scenario {
  return {
    name: `generation.${name}`,
    async run(holdfast) {
      await start(holdfast, requestOf(name, { input: { simulate } }));
      await untilJobRuns(holdfast, name);
      await holdfast.client.generations.cancel(ACCOUNT, name);
      await holdfast.client.generations.result(ACCOUNT, name);
      return generationWorkflowId(ACCOUNT, name);
    },
  };
}

async function start(holdfast: Holdfast, request: GenerationRequest): Promise<void> {
  await holdfast.startWorker();
  await holdfast.client.generations.start(request);
}

async function untilJobRuns(holdfast: Holdfast, requestId: string): Promise<void> {
  await eventually(async () => {
    const { progress } = await holdfast.client.generations.status(ACCOUNT, requestId);
    return progress !== null;
  });
}

function startBare(asked: Partial<GenerationRequest>, name: string) {
  return async (holdfast: Holdfast): Promise<string> => {
    await holdfast.startWorker();
    const workflowId = generationWorkflowId(ACCOUNT, name);
    const handle = await holdfast.temporal.client.workflow.start('generationWorkflow', {
      workflowId,
      taskQueue: holdfast.config.taskQueue,
      args: [requestOf(name, asked)],
    });
    await handle.result().catch(() => undefined);
    return workflowId;
  };
}

async function cancelBeforeAdmission(holdfast: Holdfast): Promise<string> {
  const name = 'cancelled-before-admission';
  const workflowId = generationWorkflowId(ACCOUNT, name);
  const handle = await holdfast.temporal.client.workflow.start('generationWorkflow', {
    workflowId,
    taskQueue: holdfast.config.taskQueue,
    args: [requestOf(name, {})],
  });
  await handle.cancel();
  await holdfast.startWorker();
  await handle.result();
  return workflowId;
}

async function admitTooLate(holdfast: Holdfast): Promise<string> {
  const name = 'admission-timed-out';
  const workflowId = generationWorkflowId(ACCOUNT, name);
  const handle = await holdfast.temporal.client.workflow.start('generationWorkflow', {
    workflowId,
    taskQueue: holdfast.config.taskQueue,
    args: [requestOf(name, { admitWithinSeconds: 0.1 })],
  });
  const { startTime } = await handle.describe();
  await eventually(async () => Date.now() > startTime.getTime() + 200);
  await holdfast.startWorker();
  await handle.result();
  return workflowId;
}

/** The ledger knows a request of which Temporal knows nothing any more. */
async function askAgainAfterForgetting(holdfast: Holdfast): Promise<string> {
  const request = requestOf('known', {});
  const quote = { credits: 2, catalogVersion: '1' };
  await holdfast.ledger.reserve(ACCOUNT, 'known', requestBodyOf(request), quote, 60_000);
  await holdfast.ledger.commit(ACCOUNT, 'known', 2, 'file:///earlier.png');
  await start(holdfast, request);
  await holdfast.client.generations.result(ACCOUNT, 'known');
  return generationWorkflowId(ACCOUNT, 'known');
}

async function releaseUnderneath(holdfast: Holdfast): Promise<string> {
  const name = 'orphaned';
  await start(holdfast, requestOf(name, {}));
  await holdfast.ledger.release(ACCOUNT, name, 'orphaned');
  await holdfast.client.generations.result(ACCOUNT, name);
  return generationWorkflowId(ACCOUNT, name);
}

async function leaveRunning(holdfast: Holdfast): Promise<string> {
  await start(holdfast, requestOf('open', { input: { simulate: 'hang' } }));
  await untilJobRuns(holdfast, 'open');
  return generationWorkflowId(ACCOUNT, 'open');
}

async function grantOnce(holdfast: Holdfast, key: string, expiresAt: string): Promise<string> {
  await holdfast.startWorker();
  const grant = {
    accountId: ACCOUNT,
    key,
    credits: 5,
    source: 'promotion' as const,
    reason: 'replay',
    by: 'test',
    expiresAt,
  };
  await holdfast.client.grants.create(grant).catch(() => undefined);
  return `grant/${ACCOUNT}/${key}`;
}

async function reconcile(holdfast: Holdfast, pass = 'only', confirm?: boolean): Promise<string> {
  await holdfast.startWorker();
  const { taskQueue } = holdfast.config;
  const workflowId = `reconciliation/${taskQueue}/${pass}`;
  const args = [confirm === undefined ? {} : { confirm }];
  await holdfast.temporal.client.workflow.execute('reconciliationWorkflow', { workflowId, taskQueue, args });
  return workflowId;
}

async function reconcileOrphan(holdfast: Holdfast): Promise<string> {
  const name = 'reconciled';
  await holdfast.startWorker({ holdSeconds: 0 });
  await holdfast.client.generations.start(requestOf(name, { input: { simulate: 'hang' } }));
  await holdfast.temporal.client.workflow.getHandle(generationWorkflowId(ACCOUNT, name)).terminate();
  return reconcile(holdfast);
}

/** Just too many reservations of which Temporal knows nothing, as after a loss of its database. */
async function reconcileMany(holdfast: Holdfast, confirm: boolean): Promise<string> {
  const quote = { credits: 2, catalogVersion: '1' };
  for (let n = 1; n <= 21; n += 1) {
    await holdfast.ledger.reserve(ACCOUNT, `lost-${n}`, { kind: 'text-to-image' }, quote, 0);
  }
  await reconcile(holdfast, 'first');
  return reconcile(holdfast, 'second', confirm);
}

async function reconcileElsewhere(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  // The worker that runs already is asked; one that starts now would refuse to.
  await holdfast.sql("UPDATE holdfast.temporal_identity SET cluster_id = 'another'");
  const { taskQueue } = holdfast.config;
  const workflowId = `reconciliation/${taskQueue}/elsewhere`;
  await holdfast.temporal.client.workflow.execute('reconciliationWorkflow', { workflowId, taskQueue, args: [{}] });
  return workflowId;
}

/** While somebody holds the account's row, the local commit gives up and its regular twin takes over. */
async function blockCommit(holdfast: Holdfast): Promise<string> {
  const name = 'committed-by-regular-activity';
  const workflowId = generationWorkflowId(ACCOUNT, name);
  await start(holdfast, requestOf(name, {}));
  await asOwner(holdfast, async (owner) => {
    await owner.query('BEGIN');
    await owner.query('SELECT FROM holdfast.accounts FOR UPDATE');
    const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
    await eventually(async () => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'commit') ?? false;
    });
    await owner.query('COMMIT');
  });
  await holdfast.client.generations.result(ACCOUNT, name);
  return workflowId;
}

async function asOwner<T>(holdfast: Holdfast, run: (owner: PgClient) => Promise<T>): Promise<void> {
  const owner = new PgClient({ connectionString: holdfast.database.ownerUrl });
  await owner.connect();
  try {
    await run(owner);
  } finally {
    await owner.end();
  }
}
