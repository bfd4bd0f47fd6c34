import { z } from 'zod';
import type { HoldfastClient } from '../client/client';
import { coded } from '../contract/fields';
import { key } from '../contract/ids';
import type { Ledger } from '../ledger/ledger';
import type { EventStreams } from './events/event-streams';

/** What the routes and pages are made of. Commands go through the client; of the ledger they only read. */
export interface RouteContext {
  client: HoldfastClient;
  ledger: Ledger;
  streams: EventStreams;
}

/** What HTTP has beside the contract's shapes: the path, and the header that makes a request repeatable. */

/** Whose account it is, `authorisation.ts` decides. */
export const accountParams = z.object({
  accountId: z.string().meta({
    description: 'The account’s id, or `me` with its own token.',
    examples: ['me'],
    minLength: 1,
    maxLength: 128,
  }),
});

const { pattern, examples } = z.toJSONSchema(key);

/** Becomes the request's, the purchase's or the change's id, and is checked as that. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': coded(
    'IDEMPOTENCY_KEY_REQUIRED',
    z.string('the Idempotency-Key is missing'),
  ).meta({
    pattern,
    examples,
    description:
      'Made up once for what is asked for, and the same with every retry: the same key with the same body gets the first answer.',
  }),
});
