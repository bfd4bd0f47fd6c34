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
