import { eventually } from '../../support/eventually';
import { uniqueTaskQueue } from '../../support/temporal';
import { type ForeignAnswer, ForeignWorker } from '../generation/provider-faults/foreign-worker';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { workflowIdsOf } from '../workflow-support';

const ACCOUNT = uniqueId('turns');
const NEVER_STARTED: ForeignAnswer = { json: '{"state":"unknown"}' };
const NO_ANSWER: ForeignAnswer = { heartbeat: '0' };
const WORDS = { reason: 'Ticket 4711', by: 'sam' };
const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);

describe('a pass over many due holds', () => {
  let holdfast: Holdfast;
  let isAway = false;
  let provider: ForeignWorker;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 10_000);
    await holdfast.startWorker({ role: 'workflows' });
    provider = new ForeignWorker(
      holdfast,
      (_activity, requestId) =>
        isAway && requestId.startsWith('avatar') ? NO_ANSWER : NEVER_STARTED,
      20,
    );
  });
  afterAll(async () => {
    await provider.stop();
    await holdfast.closeSettled();
  });

  /** Reservations that are due at once. */
  async function reserve(requestIds: string[], kind = 'text-to-image'): Promise<void> {
    const quote = { credits: 2, catalogVersion: '1' };
    for (const requestId of requestIds)
      await holdfast.ledger.reserve(ACCOUNT, requestId, { kind }, quote, 0);
  }

  /** Their workflows, which no worker takes. */
  async function startWorkflows(requestIds: string[]): Promise<void> {
    const taskQueue = uniqueTaskQueue();
    for (const requestId of requestIds)
      await holdfast.temporal.client.workflow.start('generationWorkflow', {
        ...{ workflowId: `generation/${ACCOUNT}/${requestId}`, taskQueue },
      });
  }

  const handleOf = (requestId: string) =>
    holdfast.temporal.client.workflow.getHandle(`generation/${ACCOUNT}/${requestId}`);
  const statusOf = async (requestId: string) =>
    (await holdfast.ledger.request(ACCOUNT, requestId))?.status;
  const confirm = () => holdfast.client.reconciliation.run({ confirm: true, ...WORDS });

  test('takes several runs, extends what runs, and releases every orphan once', async () => {
    const [running, orphans] = [numbered('running', 25), numbered('orphan', 70)];
    await reserve([...running, ...orphans]);
    await startWorkflows([...running, ...orphans]);
    for (const requestId of orphans) await handleOf(requestId).terminate();

    expect(await holdfast.client.reconciliation.run()).toMatchObject({
      ...{ status: 'stopped', reason: 'RECONCILIATION_LIMIT' },
      ...{ extended: 25, orphans: 70, released: 0 },
    });
    expect(await confirm()).toMatchObject({
      ...{ status: 'done', extended: 0, orphans: 70, released: 70, unsettled: 0 },
    });
    const earlierRuns = `WorkflowType = 'reconciliationWorkflow'
      AND TaskQueue = '${holdfast.config.taskQueue}' AND ExecutionStatus = 'ContinuedAsNew'`;
    await eventually(async () => (await workflowIdsOf(holdfast.temporal, earlierRuns)).length > 0);
    expect(provider.asked).toHaveLength(70);
    expect(await statusOf('running-1')).toBe('open');
    for (const requestId of running) {
      await handleOf(requestId).terminate();
      await holdfast.ledger.release(ACCOUNT, requestId, 'cancelled');
    }
  });

  test('with a provider that hangs settles the orphans of the others, and asks about others next time', async () => {
    isAway = true;
    // They come first, because their holds ran out first.
    await reserve(numbered('avatar', 80), 'ai-avatar');
    await reserve(numbered('image', 3));
    await startWorkflows([...numbered('avatar', 80), ...numbered('image', 3)]);
    for (const requestId of [...numbered('avatar', 80), ...numbered('image', 3)])
      await handleOf(requestId).terminate();

    provider.asked.length = 0;
    expect(await confirm()).toMatchObject({ status: 'done', released: 3, unsettled: 80 });
    const askedFirst = new Set(provider.asked.filter((line) => line.includes('avatar')));
    expect(askedFirst.size).toBeLessThan(40);

    isAway = false;
    provider.asked.length = 0;
    expect(await confirm()).toMatchObject({ released: 80, unsettled: 0 });
    expect(provider.asked.slice(0, 20).filter((line) => askedFirst.has(line))).toEqual([]);
  });
});
