import type { HoldfastClient } from '../client';
import type { Ledger } from '../ledger';
import type { EventStreams } from './events/event-streams';

/** What the routes and pages are made of. */
export interface RouteContext {
  client: HoldfastClient;
  ledger: Pick<Ledger, 'accountNotices' | 'accountStamps' | 'effectiveCatalog' | 'request'>;
  streams: EventStreams;
}
