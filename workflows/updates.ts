import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { isShallow, jsonBytesOf } from '../contract/json';

/** Many times what any update that is published needs; its list of arguments is the first level. */
const SAID_MAX = { levels: 20, bytes: 16 * 1024 };

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
    refuseUnwieldy(update.name, said);
    validate?.(...said);
  };
  setHandler(update, answer, { validator });
}

function refuseUnwieldy(name: string, said: unknown[]): void {
  if (isShallow(said, SAID_MAX.levels) && jsonBytesOf(said) <= SAID_MAX.bytes) return;
  throw ApplicationFailure.nonRetryable(
    `The update ${name} takes ${SAID_MAX.levels} levels and ${SAID_MAX.bytes} bytes at most.`,
    'INVALID_ARGUMENT',
  );
}
