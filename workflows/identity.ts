import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

/**
 * A workflow that ran under another id than its builder gives could run twice for the same thing. A bare client may
 * send anything, so the members that the id is made of are strings only once they have been looked at.
 */
export function checkWorkflowId<Input extends object>(input: Input, idOf: (input: Input) => string): void {
  const { workflowId, workflowType } = workflowInfo();
  const ids = typeof input === 'object' && input !== null ? readIds(input, idOf) : undefined;
  if (ids === workflowId) return;
  throw ApplicationFailure.nonRetryable(
    `The workflow id ${workflowId} is not the one that ${workflowType} has for its input.`,
    'WORKFLOW_ID_MISMATCH',
  );
}

/** Undefined where a member can't even be put into words, like an object with a `toString` of its own. */
function readIds<Input extends object>(input: Input, idOf: (input: Input) => string): string | undefined {
  try {
    return idOf(input);
  } catch {
    return undefined;
  }
}
