import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { ErrorCode } from '../contract/errors';
import { isShallow } from '../contract/json';

/** Deeper than any input that was ever taken, so that no history goes another way; a walk over it has stack enough. */
const INPUT_LEVELS_MAX = 1_000;

/**
 * A workflow that ran under another id than its builder gives could run twice for the same thing. A bare client may
 * send anything, so the members that the id is made of are strings only once they have been looked at. What is nested
 * too deeply is refused under `tooDeep`: no task could hand it on.
 */
export function checkWorkflowId<Input extends object>(
  input: Input,
  idOf: (input: Input) => string,
  tooDeep: ErrorCode = 'INVALID_ARGUMENT',
): void {
  const { workflowId, workflowType } = workflowInfo();
  const ids = typeof input === 'object' && input !== null ? readIds(input, idOf) : undefined;
  if (ids !== workflowId) {
    throw ApplicationFailure.nonRetryable(
      `The workflow id ${workflowId} is not the one that ${workflowType} has for its input.`,
      'WORKFLOW_ID_MISMATCH',
    );
  }
  checkDepth(input, tooDeep);
}

/** For a workflow without an id of its own; the others do it by {@link checkWorkflowId}. */
export function checkDepth(input: unknown, tooDeep: ErrorCode = 'INVALID_ARGUMENT'): void {
  if (isShallow(input, INPUT_LEVELS_MAX)) return;
  const { workflowType } = workflowInfo();
  throw ApplicationFailure.nonRetryable(
    `The input of ${workflowType} is nested too deeply.`,
    tooDeep,
  );
}

/** Undefined where a member can't even be put into words, like an object with a `toString` of its own. */
function readIds<Input extends object>(
  input: Input,
  idOf: (input: Input) => string,
): string | undefined {
  try {
    return idOf(input);
  } catch {
    return undefined;
  }
}
