import { type ErrorCode, HoldfastError } from '../../contract/errors';

/** The error that `action` must throw, for tests of its details. */
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
