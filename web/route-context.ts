import type { HoldfastClient } from '../client';
import type { LedgerReader } from '../domain/account/ledger-reader';
import type { Ledger } from '../ledger';
import type { EventStreams } from './events/event-streams';

/** What the routes and pages are made of. */
export interface RouteContext {
  client: HoldfastClient;
  ledger: LedgerReader & Pick<Ledger, 'accountStamps'>;
  streams: EventStreams;
}
