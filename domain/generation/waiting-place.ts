import type { CatalogVersion } from '../../contract/catalog';
import type { Waiting, WaitingPlace } from '../../contract/waiting';
import { packsCovering } from '../pricing/packs';

export const DEFAULT_WAIT_TIMEOUT = 'P1D';

/** Where a request stands in the queue, and what would help; null if it isn't there. */
export function waitingAt(
  { at, available, ticket, heldUp }: WaitingPlace,
  catalog: CatalogVersion,
): Waiting | null {
  if (ticket === null || at === null) return null;
  const shortfall = Math.max(0, ticket.required + ticket.requiredAhead - available);
  const packs = shortfall > 0 ? packsCovering(shortfall, catalog) : [];
  return { ...ticket, at, available, shortfall, packs, ...(heldUp && { heldUp }) };
}
