import { executeChild, sleep } from '@temporalio/workflow';

interface Film {
  accountId: string;
  requestId: string;
  kind: string;
  input: { simulate?: string };
}

/** A product's workflow, which has Holdfast generate, and looks at its film a day later. */
export async function filmWorkflow(film: Film, holdfastTaskQueue: string): Promise<string> {
  const { accountId, requestId } = film;
  const { status } = await executeChild('generationWorkflow', {
    workflowId: `generation/${accountId}/${requestId}`,
    taskQueue: holdfastTaskQueue,
    args: [film],
  });
  await sleep('1 day');
  return status;
}
