import type { Refusal } from '../errors';
import type { CatalogVersion } from '../pricing/catalog';
import { type PackOffer, packsCovering } from '../pricing/packs';

/** How long a request may wait for credits: until an instant, or for a duration by the ledger's clock. */
export type WaitLimit = { until: string } | { timeout: string };

export const DEFAULT_WAIT_TIMEOUT = 'P1D';

/** What a request that has waited for credits waited for, as its record keeps it. All times are ISO 8601. */
export interface WaitRecord {
  /** 1 is served next; null once it waits no longer. */
  place: number | null;
  /** What it needs: the price that was asked for last. */
  required: number;
  /** The price at which it was put into the queue; above that it ends as PRICE_CHANGED. */
  admitted: number;
  since: string;
  until: string;
}

/** A request's place in its account's queue. Published JSON. All times are ISO 8601, by the ledger's clock. */
export interface Ticket {
  requestId: string;
  kind: string;
  /** 1 is served next. */
  place: number;
  required: number;
  /** What those ahead of it need together. */
  requiredAhead: number;
  since: string;
  until: string;
}

/** An account's queue, in the order in which it is served. Published JSON. */
export interface WaitingQueue {
  accountId: string;
  /** The ledger's time; null where it has no such account. */
  at: string | null;
  available: number;
  /** What all of them need together. */
  waitedFor: number;
  tickets: Ticket[];
  /** The stop or the limit that keeps the first one, however many credits there are; absent where nothing does. */
  heldUp?: Refusal;
}

/** Where one request stands in its account's queue. */
export interface WaitingPlace extends Omit<WaitingQueue, 'tickets'> {
  /** Null where it isn't in the queue. */
  ticket: Ticket | null;
}

/** What whoever waits is told at once: its place, and what would help. Published JSON. */
export interface Waiting extends Ticket {
  /** The ledger's time at which this held. */
  at: string;
  available: number;
  shortfall: number;
  packs: PackOffer[];
  /** What keeps the queue's first one, besides credits; absent where nothing does. */
  heldUp?: Refusal;
}

/** Where a request stands in the queue, and what would help; null if it isn't there. */
export function waitingAt({ at, available, ticket, heldUp }: WaitingPlace, catalog: CatalogVersion): Waiting | null {
  if (ticket === null || at === null) return null;
  const shortfall = Math.max(0, ticket.required + ticket.requiredAhead - available);
  const packs = shortfall > 0 ? packsCovering(shortfall, catalog) : [];
  return { ...ticket, at, available, shortfall, packs, ...(heldUp && { heldUp }) };
}
