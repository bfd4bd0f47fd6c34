import { HoldfastError } from '../../../../contract/errors';

/**
 * The error as a finding. Anything but a HoldfastError is a fault of the program, and is thrown.
 */
export function findingOf(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  throw error;
}
