import { ERROR_CATALOGUE, HoldfastError, type Refusal } from '../../contract/errors';
import type { Outcome } from '../../contract/outcome';
import { asActivity } from './as-activity';
import { temporalText } from './thrown';

/** Inside workflows expected refusals are values; the domain's checks throw. */
export function valueOrRefusal<T>(compute: () => T): T | Refusal {
  try {
    return compute();
  } catch (error) {
    if (error instanceof HoldfastError) return error.toRefusal();
    throw error;
  }
}

/** What the ledger will never take is refused like what makes no sense. */
export async function refuseUnstorable<T>(
  ask: () => Promise<T>,
  refused: (refusal: Refusal) => T,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'VALUE_NOT_STORABLE')
      return refused(error.toRefusal());
    throw error;
  }
}

/**
 * Parses, then operates. A bare client may have sent anything: what makes no sense, or can't be stored, is a refusal like
 * the ledger's own.
 */
export function parsedActivity<Request, Result>(
  parse: (raw: unknown) => Request,
  operate: (request: Request) => Promise<Outcome<Result>>,
): (raw: Request) => Promise<Outcome<Result>> {
  return asActivity(async (raw) => {
    try {
      return await operate(parse(raw));
    } catch (error) {
      if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'bad-input')
        throw error;
      return { ok: false, refusal: { ...error.toRefusal(), message: temporalText(error.message) } };
    }
  });
}
