import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { isErrorCode, type Refusal } from '../../contract/errors';

/** Why an activity has failed for good, as a refusal; undefined where it was for another reason, such as a time-out. */
export function refusalOfFailure(error: unknown): Refusal | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || !cause.nonRetryable || !isErrorCode(cause.type))
    return undefined;
  return { code: cause.type, message: cause.message };
}
