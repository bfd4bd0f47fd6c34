import { type ErrorCode, HoldfastError } from '../../contract/errors';

/** The error that `action` must throw, so that a test can look at its details. */
export function errorOf(action: () => unknown): HoldfastError {
  try {
    action();
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

export function codeOf(action: () => unknown): ErrorCode {
  return errorOf(action).code;
}
