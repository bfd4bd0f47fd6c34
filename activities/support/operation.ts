import { ERROR_CATALOGUE, HoldfastError } from '../../contract/errors';
import type { Outcome } from '../../contract/outcome';
import { asActivity } from './as-activity';
import { tellable } from './thrown';

/**
 * Parses, then operates. A bare client may have sent anything: what makes no sense, or can't be stored, is a refusal like
 * the ledger's own.
 */
export function operation<Request, Result>(
  parse: (raw: unknown) => Request,
  operate: (request: Request) => Promise<Outcome<Result>>,
): (raw: Request) => Promise<Outcome<Result>> {
  return asActivity(async (raw) => {
    try {
      return await operate(parse(raw));
    } catch (error) {
      if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'bad-input')
        throw error;
      return { ok: false, refusal: { ...error.toRefusal(), message: tellable(error.message) } };
    }
  });
}
