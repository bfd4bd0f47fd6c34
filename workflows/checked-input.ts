import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ErrorCode } from '../contract/errors';
import { isShallow, jsonBytesOf } from '../contract/json';

/** Deeper than any input that was ever taken, so that no history goes another way; a walk over it has stack enough. */
const INPUT_LEVELS_MAX = 1_000;

/** Many times what any update that is published needs; its list of arguments is the first level. */
const UPDATE_MAX = { levels: 20, bytes: 16 * 1024 };

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

/**
 * Answers an update; every workflow's updates are answered by this. A bare client may send anything: what is too deep or
 * too large is turned away before it is accepted, because a task that can't hand it on would fail for ever.
 */
export function answerUpdate<Answer, Said extends unknown[]>(
  update: UpdateDefinition<Answer, Said>,
  answer: (...said: Said) => Promise<Answer>,
  validate?: (...said: Said) => void,
): void {
  const validator = (...said: Said) => {
    refuseTooLarge(update.name, said);
    validate?.(...said);
  };
  setHandler(update, answer, { validator });
}

function refuseTooLarge(name: string, said: unknown[]): void {
  if (isShallow(said, UPDATE_MAX.levels) && jsonBytesOf(said) <= UPDATE_MAX.bytes) return;
  throw ApplicationFailure.nonRetryable(
    `The update ${name} takes ${UPDATE_MAX.levels} levels and ${UPDATE_MAX.bytes} bytes at most.`,
    'INVALID_ARGUMENT',
  );
}
