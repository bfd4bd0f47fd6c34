import { HoldfastError, type Refusal } from '../../contract/errors';

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
export async function unlessUnstorable<T>(
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
