import type { CatalogVersion } from '../../contract/catalog';
import type { GenerationRequest } from '../../contract/generation';
import type { Waiting, WaitingPlace, WaitLimit } from '../../contract/waiting';
import { shortfallOf } from '../pricing/affordable';
import { packsCovering } from '../pricing/packs';

/** One day. */
const DEFAULT_WAIT_TIMEOUT = 'P1D';

/** How long a request may wait for credits; null if it doesn't wait. */
export function waitLimitOf(request: GenerationRequest): WaitLimit | null {
  const {
    onInsufficientCredits,
    waitTimeout: timeout = DEFAULT_WAIT_TIMEOUT,
    waitUntil: until,
  } = request;
  if (onInsufficientCredits !== 'wait') return null;
  return until === undefined ? { timeout } : { until };
}

/**
 * A request's place in the queue, and the packs that would cover the shortfall; null if it isn't
 * queued.
 */
export function waitingAt(
  { at, available, ticket, heldUp }: WaitingPlace,
  catalog: CatalogVersion,
): Waiting | null {
  if (ticket === null || at === null) return null;
  const shortfall = shortfallOf(ticket.required, ticket.requiredAhead, available);
  const packs = shortfall > 0 ? packsCovering(shortfall, catalog) : [];
  return { ...ticket, at, available, shortfall, packs, ...(heldUp && { heldUp }) };
}
