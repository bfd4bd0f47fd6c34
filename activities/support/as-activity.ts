import { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { type ErrorCode, HoldfastError } from '../../contract/errors';
import { errorFromThrown, temporalText } from './thrown';

/** These errors never pass: another attempt would only keep others waiting. */
const NEVER_SUCCEEDS = new Set<ErrorCode>([
  'VALUE_NOT_STORABLE',
  'LEDGER_RULE_BROKEN',
  'LEDGER_ACCESS_DENIED',
  'RESULT_TOO_LARGE',
]);

/** Temporal's server takes 2 MiB; the rest is room for the message around a result. */
const RESULT_BYTES_MAX = 1_500_000;

/**
 * An activity whose unexpected errors keep their code as the failure's type, so that an operator
 * reads it in Temporal's UI. An error that can never pass is final, and so is a result that is too
 * large for Temporal.
 */
export function asActivity<Inputs extends unknown[], Output>(
  run: (...inputs: Inputs) => Promise<Output>,
): (...inputs: Inputs) => Promise<Output> {
  return async (...inputs) => {
    try {
      return withinLimit(await run(...inputs));
    } catch (error) {
      throw failureOf(error);
    }
  };
}

/** Returns the result if Temporal takes it. @throws HoldfastError RESULT_TOO_LARGE */
export function withinLimit<Output>(result: Output): Output {
  const bytes = Buffer.byteLength(JSON.stringify(result) ?? '');
  if (bytes <= RESULT_BYTES_MAX) return result;
  throw new HoldfastError(
    'RESULT_TOO_LARGE',
    `The result has ${bytes} bytes, and Temporal takes ${RESULT_BYTES_MAX}.`,
  );
}

/**
 * A local activity that waits for an account's turn would keep its workflow task's slot; after a
 * final failure the workflow asks by a regular activity at once.
 */
function isFinal(code: ErrorCode): boolean {
  return NEVER_SUCCEEDS.has(code) || (code === 'ACCOUNT_BUSY' && Context.current().info.isLocal);
}

function failureOf(error: unknown): unknown {
  if (error instanceof TemporalFailure) return error;
  const cause = errorFromThrown(error);
  if (!(error instanceof HoldfastError)) return cause;
  const { code: type, message } = error;
  return ApplicationFailure.create({
    message: temporalText(message),
    type,
    nonRetryable: isFinal(type),
    cause,
  });
}
