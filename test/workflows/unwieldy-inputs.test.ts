import { WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import * as workflows from '../../workflows/workflows';
import { type Holdfast, openHoldfast, uniqueId } from './harness';
import { nestedJson, rawJson } from './raw-json';

type WorkflowType = keyof typeof workflows;

/** For each workflow type, a workflow id and the members of the input that the id is made of. */
const INPUTS: Record<
  WorkflowType,
  { workflowId: (id: string) => string; input: (id: string) => string }
> = {
  billingCycleWorkflow: {
    workflowId: (id) => `subscription/${id}/s`,
    input: (id) => `"accountId":"${id}","subscriptionId":"s"`,
  },
  billingEventWorkflow: {
    workflowId: (id) => `billing-event/stripe/${id}`,
    input: (id) => `"source":"stripe","eventId":"${id}"`,
  },
  expiryWorkflow: {
    workflowId: (id) => `expiry/${id}/s/1`,
    input: (id) => `"accountId":"${id}","subscriptionId":"s","term":1`,
  },
  generationWorkflow: {
    workflowId: (id) => `generation/${id}/r`,
    input: (id) => `"accountId":"${id}","requestId":"r","kind":"text-to-image"`,
  },
  grantWorkflow: {
    workflowId: (id) => `grant/${id}/k`,
    input: (id) => `"accountId":"${id}","key":"k"`,
  },
  // A namespace has one of it, so that any other id is refused first.
  ledgerWorkflow: {
    workflowId: (id) => `holdfast-ledger/${id}`,
    input: (id) => `"ledgerId":"${id}"`,
  },
  noticesWorkflow: { workflowId: (id) => `notices/${id}`, input: (id) => `"accountId":"${id}"` },
  purchaseWorkflow: {
    workflowId: (id) => `purchase/${id}/p`,
    input: (id) => `"accountId":"${id}","purchaseId":"p","packId":"pack-125"`,
  },
  reconciliationWorkflow: {
    workflowId: (id) => `reconciliation/manual/${id}`,
    input: () => '"confirm":false',
  },
  refundWorkflow: {
    workflowId: (id) => `refund/${id}/o`,
    input: (id) => `"accountId":"${id}","orderId":"o","purchaseId":"p"`,
  },
  settingsWorkflow: {
    workflowId: (id) => `settings/${id}/k`,
    input: (id) => `"accountId":"${id}","key":"k"`,
  },
  topUpWorkflow: { workflowId: (id) => `top-up/${id}`, input: (id) => `"accountId":"${id}"` },
};

const TYPES = Object.keys(workflows) as WorkflowType[];

/**
 * A bare client may send anything that Temporal takes. A task that fails on it would fail for ever.
 */
describe('an input that is very deep or very long', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  async function start(type: WorkflowType, more: string) {
    const id = uniqueId('unwieldy');
    const { workflowId, input } = INPUTS[type];
    const { client, taskQueue } = holdfast.temporal;
    const args = [rawJson(`{${input(id)},${more}}`)];
    return client.workflow.start(type, { workflowId: workflowId(id), taskQueue, args });
  }

  /** The workflow's result, or the type of its failure. */
  async function endOf(type: WorkflowType, more: string): Promise<unknown> {
    const handle = await start(type, more);
    try {
      return await handle.result();
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return (error.cause as ApplicationFailure).type ?? error.cause;
    }
  }

  const CODES: Partial<Record<WorkflowType, string>> = {
    generationWorkflow: 'INVALID_INPUT',
    ledgerWorkflow: 'WORKFLOW_ID_MISMATCH',
  };

  test.each(TYPES)('makes %s fail with a code at 2,000 and at 20,000 levels', async (type) => {
    const code = CODES[type] ?? 'INVALID_ARGUMENT';
    expect(await endOf(type, `"reason":${nestedJson(20_000)}`)).toBe(code);
    expect(await endOf(type, `"reason":[1,{"a":${nestedJson(2_000)}}]`)).toBe(code);
  });

  test.each(TYPES)('lets %s come to an end with 900 levels, and with 300 KB', async (type) => {
    expect(await endOf(type, `"reason":${nestedJson(900)}`)).toBeDefined();
    expect(await endOf(type, `"reason":"${'x'.repeat(300_000)}"`)).toBeDefined();
  });

  test.each(TYPES)('lets %s come to an end with almost as much as Temporal takes', async (type) => {
    expect(await endOf(type, `"reason":"${'x'.repeat(2_095_000)}"`)).toBeDefined();
  });

  test.each<[WorkflowType, string]>([
    ['generationWorkflow', 'admission'],
    ['purchaseWorkflow', 'purchase'],
  ])(
    'is turned away by %s in the update %s, at 20,000 levels and at 300 KB, before it is accepted',
    async (type, update) => {
      for (const said of [rawJson(nestedJson(20_000)), 'x'.repeat(300_000)]) {
        const id = uniqueId('unwieldy');
        const startWorkflowOperation = new WithStartWorkflowOperation(type, {
          workflowId: INPUTS[type].workflowId(id),
          taskQueue: holdfast.temporal.taskQueue,
          args: [rawJson(`{${INPUTS[type].input(id)}}`)],
          workflowIdConflictPolicy: 'FAIL',
        });
        const args: [unknown] = [said];
        const told = holdfast.temporal.client.workflow.executeUpdateWithStart(update, {
          startWorkflowOperation,
          args,
        });
        await expect(told).rejects.toMatchObject({ cause: { type: 'INVALID_ARGUMENT' } });
      }
    },
  );

  test('may be missing or null for a reconciliation pass, which comes to an end', async () => {
    const { client, taskQueue } = holdfast.temporal;
    for (const args of [[], [null]]) {
      const workflowId = `reconciliation/manual/${uniqueId('bare')}`;
      const report = client.workflow.execute('reconciliationWorkflow', {
        workflowId,
        taskQueue,
        args,
      });
      expect(await report).toMatchObject({ status: 'done' });
    }
  });
});
