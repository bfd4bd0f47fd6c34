import type { HoldfastClient } from '../client/client';
import type { Ledger } from '../ledger/ledger';
import type { EventStreams } from './events/event-streams';

/** What the routes and pages are made of. Commands go through the client; of the ledger they only read. */
export interface RouteContext {
  client: HoldfastClient;
  ledger: Ledger;
  streams: EventStreams;
}
