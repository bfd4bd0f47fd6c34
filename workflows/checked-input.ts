import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ErrorCode } from '../contract/errors';
import { isShallow, jsonBytesOf } from '../contract/json';

/**
 * Deeper than any recorded input, so that every history replays; shallow enough to walk without
 * running out of stack.
 */
const INPUT_LEVELS_MAX = 1_000;

/** Many times what published updates need. The list of arguments is the first level. */
const UPDATE_MAX = { levels: 20, bytes: 16 * 1024 };

/**
 * Fails a workflow that runs under another id than its input's builder gives: it could run twice
 * for the same thing. A caller without Holdfast's client may send anything, so the members of the
 * id are strings only after this check. Input that is nested too deeply fails with the code
 * `tooDeep`, because no task could pass it on.
 *
 * @throws ApplicationFailure WORKFLOW_ID_MISMATCH, or `tooDeep`
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

/** The depth check of {@link checkWorkflowId}, for a workflow without an id of its own. */
export function checkDepth(input: unknown, tooDeep: ErrorCode = 'INVALID_ARGUMENT'): void {
  if (isShallow(input, INPUT_LEVELS_MAX)) return;
  const { workflowType } = workflowInfo();
  throw ApplicationFailure.nonRetryable(
    `The input of ${workflowType} is nested too deeply.`,
    tooDeep,
  );
}

/**
 * The id of the input; undefined if a member can't be turned into text, such as an object with a
 * `toString` of its own.
 */
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
 * Answers an update; every workflow's updates are answered by this. A caller without Holdfast's
 * client may send anything: an argument that is too deep or too large is rejected before it is
 * accepted, because a task that can't pass it on would fail for ever.
 */
export function answerUpdate<Answer, Said extends unknown[]>(
  update: UpdateDefinition<Answer, Said>,
  answer: (...said: Said) => Promise<Answer>,
  validate?: (...said: Said) => void,
  max = UPDATE_MAX,
): void {
  const validator = (...said: Said) => {
    refuseTooLarge(update.name, said, max);
    validate?.(...said);
  };
  setHandler(update, answer, { validator });
}

function refuseTooLarge(name: string, said: unknown[], max: typeof UPDATE_MAX): void {
  if (isShallow(said, max.levels) && jsonBytesOf(said) <= max.bytes) return;
  throw ApplicationFailure.nonRetryable(
    `The update ${name} takes ${max.levels} levels and ${max.bytes} bytes at most.`,
    'INVALID_ARGUMENT',
  );
}
