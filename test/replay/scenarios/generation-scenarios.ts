import { createHoldfastClient } from '../../../client/client';
import type { GenerationRequest } from '../../../contract/generation';
import type { JsonValue } from '../../../contract/json';
import { requestBodyOf } from '../../../domain/generation/request-body';
import { generationWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { ForeignWorker } from '../../workflows/generation/provider-faults/foreign-worker';
import type { Holdfast } from '../../workflows/harness';
import { untilStarted } from '../../workflows/workflow-support';
import { ACCOUNT, recordedAs, type Scenario } from './scenario';
import { untilPending, whileAccountsAreHeld } from './scenario-support';

export const GENERATION_SCENARIOS = recordedAs('v3', [
  generation('committed', {
    kind: 'ai-avatar',
    seconds: 10,
    input: { script: 'Hello' },
    metadata: { project: 'p1' },
  }),
  generation('committed-shorter', {
    kind: 'ai-avatar',
    seconds: 10,
    input: { simulate: 'shorter' },
  }),
  generation('committed-after-transient-failures', {
    kind: 'text-to-image',
    input: { simulate: 'transient' },
  }),
  // What the provider says of a job that failed is told since v5.
  generation(
    'released-permanent',
    { kind: 'text-to-image', input: { simulate: 'permanent' } },
    'v5',
  ),
  generation('released-refused', { kind: 'text-to-image', input: { simulate: 'refused' } }, 'v5'),
  {
    ...generation('released-timed-out', { kind: 'text-to-speech', input: { simulate: 'hang' } }),
    // The provider is asked for a job's end with its kind.
    version: 'v4',
  },
  generation('rejected-insufficient-credits', { kind: 'ai-avatar', seconds: 86_400 }, 'v3'),
  generation('rejected-price-changed', { kind: 'ai-avatar', seconds: 10, maxCredits: 1 }, 'v3'),
  cancelled('cancelled', 'hang'),
  cancelled('cancelled-too-late', 'finish-after-cancel'),
  { name: 'generation.cancelled-used', version: 'v3', run: cancelCharged },
  { name: 'generation.invalid', run: startBare({ kind: 'no-such-kind' }, 'invalid') },
  {
    name: 'generation.committed-without-update',
    version: 'v4',
    run: startBare({ kind: 'text-to-image' }, 'committed-without-update'),
  },
  { name: 'generation.cancelled-before-admission', run: cancelBeforeAdmission },
  { name: 'generation.admission-timed-out', run: admitTooLate },
  { name: 'generation.admission-held-up', run: holdAdmissionUp },
  { name: 'generation.known', run: askAgainAfterForgetting },
  { name: 'generation.orphaned', version: 'v4', run: releaseUnderneath },
  { name: 'generation.committed-by-regular-activity', version: 'v4', run: blockCommit },
  { name: 'generation.open', version: 'v4', run: leaveRunning },
  { ...answered('not-understood', { state: 'done' }), version: 'v4' },
  answered('unpayable', { state: 'succeeded', outputUrl: '', durationMs: null }),
  // The ledger's records say whether a request has waited since v2. Since v3 the heartbeat time-out
  // follows from the kind's time limit.
]);

/** A request named after its scenario, so that inputs are the same in every recording. */
function requestOf(name: string, asked: Partial<GenerationRequest>): GenerationRequest {
  return { accountId: ACCOUNT, requestId: name, kind: 'text-to-image', ...asked };
}

function generation(name: string, asked: Partial<GenerationRequest>, version = 'v4'): Scenario {
  return {
    name: `generation.${name}`,
    version,
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
    version: 'v4',
    run: (holdfast) => cancelRunning(holdfast, requestOf(name, { input: { simulate } })),
  };
}

async function cancelRunning(holdfast: Holdfast, request: GenerationRequest): Promise<string> {
  const { requestId } = request;
  await start(holdfast, request);
  await untilJobRuns(holdfast, requestId);
  await holdfast.client.generations.cancel(ACCOUNT, requestId);
  await holdfast.client.generations.result(ACCOUNT, requestId);
  return generationWorkflowId(ACCOUNT, requestId);
}

/** Of a kind whose cancelled generations are charged: 3 of 10 credits. */
async function cancelCharged(holdfast: Holdfast): Promise<string> {
  await holdfast.sql(
    'UPDATE holdfast.catalog_versions SET document = jsonb_set(document, $1, $2)',
    [['kinds', 'ai-avatar', 'cancelled'], '"used"'],
  );
  const asked = { kind: 'ai-avatar', seconds: 30, input: { simulate: 'hang' } };
  return cancelRunning(holdfast, requestOf('cancelled-used', asked));
}

/** By a client without a ledger: it starts a workflow for what is refused as well. */
async function start(
  holdfast: Holdfast,
  request: GenerationRequest,
  options?: { timeoutMs: number },
): Promise<void> {
  await holdfast.startWorker();
  const { client: temporal, taskQueue } = holdfast.temporal;
  await createHoldfastClient({ temporal, taskQueue }).generations.start(request, options);
}

/** A generation whose job is run by a worker in another language. */
function answered(name: string, answer: JsonValue): Scenario {
  return {
    name: `generation.${name}`,
    async run(holdfast) {
      const elsewhere = new ForeignWorker(holdfast, (activity) => ({
        json: JSON.stringify(activity === 'generate' ? answer : { state: 'cancelled' }),
      }));
      await holdfast.startWorker({ role: 'workflows' });
      await holdfast.client.generations.start(requestOf(name, {}));
      await holdfast.client.generations.result(ACCOUNT, name);
      await elsewhere.stop();
      return generationWorkflowId(ACCOUNT, name);
    },
  };
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

/** An attempt to reserve that began in time is still under way at the deadline. */
async function holdAdmissionUp(holdfast: Holdfast): Promise<string> {
  const request = requestOf('admission-held-up', { admitWithinSeconds: 1 });
  const workflowId = generationWorkflowId(ACCOUNT, request.requestId);
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  // So that the second that is left is the request's alone, and the worker has seen a task before.
  await start(holdfast, requestOf('before', { kind: 'ai-avatar', seconds: 86_400 }));
  await whileAccountsAreHeld(holdfast, async () => {
    await start(holdfast, request, { timeoutMs: 1_000 }).catch(() => undefined);
    await untilStarted(holdfast.temporal, workflowId);
    const startTimeMs = (await handle.describe()).startTime.getTime();
    await eventually(async () => Date.now() > startTimeMs + 1_500);
  });
  await handle.result();
  return workflowId;
}

/** The ledger knows a request that Temporal has forgotten. */
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
  const { ledger, provider } = holdfast;
  provider.hold(generationWorkflowId(ACCOUNT, name));
  await start(holdfast, requestOf(name, {}));
  await ledger.release(ACCOUNT, name, 'orphaned');
  provider.letGo(generationWorkflowId(ACCOUNT, name));
  await holdfast.client.generations.result(ACCOUNT, name);
  return generationWorkflowId(ACCOUNT, name);
}

async function leaveRunning(holdfast: Holdfast): Promise<string> {
  await start(holdfast, requestOf('open', { input: { simulate: 'hang' } }));
  await untilJobRuns(holdfast, 'open');
  return generationWorkflowId(ACCOUNT, 'open');
}

async function blockCommit(holdfast: Holdfast): Promise<string> {
  const name = 'committed-by-regular-activity';
  const workflowId = generationWorkflowId(ACCOUNT, name);
  await start(holdfast, requestOf(name, {}));
  await whileAccountsAreHeld(holdfast, () => untilPending(holdfast, workflowId, 'commit'));
  await holdfast.client.generations.result(ACCOUNT, name);
  return workflowId;
}
