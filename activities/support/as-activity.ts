import { ApplicationFailure } from '@temporalio/activity';
import { HoldfastError } from '../../contract/errors';

/** What goes wrong unexpectedly keeps its code as the failure's type, so that an operator reads it in Temporal's UI. */
export function asActivity<Inputs extends unknown[], Output>(
  run: (...inputs: Inputs) => Promise<Output>,
): (...inputs: Inputs) => Promise<Output> {
  return async (...inputs) => {
    try {
      return await run(...inputs);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      throw ApplicationFailure.create({ message: error.message, type: error.code, cause: error });
    }
  };
}
