import { z } from 'zod';
import type { HoldfastClient } from '../client/client';
import { coded } from '../contract/fields';
import { accountId, key, paymentReference } from '../contract/ids';
import type { Ledger } from '../ledger/ledger';
import type { EventStreams } from './events/event-streams';
import type { OperatorLogin } from './operator-login';

/**
 * What routes and pages work with. Commands go through the client; the ledger is used for reads
 * alone. What operators do in the ledger by hand needs a login of theirs.
 */
export interface RouteContext {
  client: HoldfastClient;
  ledger: Ledger;
  operator?: OperatorLogin;
  streams: EventStreams;
}

/** The path of every route about an account; `authorisation.ts` decides which account it names. */
export const accountParams = z.object({
  accountId: z.string().meta({
    description: 'The account’s id, or `me` with its own token.',
    examples: ['me'],
    minLength: 1,
    maxLength: 128,
    // `me` is one of them. The document alone says so: authorisation gives the refusal its code.
    pattern: z.toJSONSchema(accountId).pattern,
  }),
});

/**
 * The header that makes a request repeatable. It becomes the id of the request, purchase or change,
 * and is checked as that.
 */
function keyHeader(named: z.ZodType, description: string) {
  const { pattern, examples } = z.toJSONSchema(named);
  return z.looseObject({
    'idempotency-key': coded(
      'IDEMPOTENCY_KEY_REQUIRED',
      z.string('the Idempotency-Key is missing'),
    ).meta({ pattern, examples, description }),
  });
}

export const idempotencyHeaders = keyHeader(
  key,
  'Made up once for what is asked for, and the same with every retry: the same key with the same body gets the first answer.',
);

/** A payment's key is the name that billing has given it. */
export const paymentHeaders = keyHeader(
  paymentReference,
  'The billing system’s name for the payment, such as its invoice’s number. It pays once.',
);
