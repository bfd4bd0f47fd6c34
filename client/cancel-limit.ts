import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import { HoldfastError } from '../contract/errors';
import type { ClientContext } from './client-context';

/**
 * Counts a cancellation of a running generation. A ledger that is away counts it later, when it
 * books it.
 *
 * @throws HoldfastError CANCEL_LIMIT_REACHED
 */
export async function checkCancelLimit(
  { ledger, cancelsPerHourMax }: Pick<ClientContext, 'ledger' | 'cancelsPerHourMax'>,
  accountId: string,
  requestId: string,
): Promise<void> {
  const asked = await ledger?.cancellations
    ?.request(accountId, requestId, cancelsPerHourMax)
    .catch(unlessUnavailable);
  if (asked?.ok === false) throw HoldfastError.of(asked.refusal);
}

function unlessUnavailable(error: unknown): undefined {
  if (error instanceof HoldfastError && ERROR_CATALOGUE[error.code].class === 'unavailable') return;
  throw error;
}
