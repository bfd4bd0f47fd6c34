import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { HoldfastError, type Refusal } from '../../contract/errors';
import type { Outcome } from '../../contract/outcome';
import { asActivity } from './as-activity';
import { temporalText } from './thrown';

/**
 * Turns a HoldfastError into a value: workflows take refusals as values, and the domain's checks
 * throw.
 */
export function valueOrRefusal<T>(compute: () => T): T | Refusal {
  try {
    return compute();
  } catch (error) {
    if (error instanceof HoldfastError) return error.toRefusal();
    throw error;
  }
}

/** Turns VALUE_NOT_STORABLE, like bad input, into a refusal. */
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
 * An activity that parses its input, then runs. Errors of class `bad-input`, and values that can't
 * be stored, become refusals like the ledger's own: a caller may start the workflow without
 * Holdfast's client, with any input.
 */
export function parsedActivity<Request, Result, More extends unknown[] = []>(
  parse: (raw: unknown) => Request,
  operate: (request: Request, ...more: More) => Promise<Outcome<Result>>,
): (raw: Request, ...more: More) => Promise<Outcome<Result>> {
  return asActivity(async (raw, ...more) => {
    try {
      return await operate(parse(raw), ...more);
    } catch (error) {
      if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'bad-input')
        throw error;
      return { ok: false, refusal: { ...error.toRefusal(), message: temporalText(error.message) } };
    }
  });
}
