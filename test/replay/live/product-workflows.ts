import { executeChild, sleep } from '@temporalio/workflow';
import type { GenerationRequest } from '../../../contract/generation';
import type { GenerationResult } from '../../../contract/generation-result';
import { generationWorkflowId } from '../../../workflows/messages';

/** Another build of Holdfast's workflows, for a worker of its own. */
export * from '../changed-workflows';

/** A product's own workflow, on a task queue of its own, which has Holdfast generate. */
export async function videoWorkflow(
  request: GenerationRequest,
  holdfastTaskQueue: string,
): Promise<string> {
  const { accountId, requestId } = request;
  const { status } = await executeChild<(request: GenerationRequest) => Promise<GenerationResult>>(
    'generationWorkflow',
    {
      workflowId: generationWorkflowId(accountId, requestId),
      taskQueue: holdfastTaskQueue,
      args: [request],
    },
  );
  await sleep('1 day');
  return status;
}
