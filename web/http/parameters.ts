import { z } from 'zod';
import { coded } from '../../contract/fields';
import { key } from '../../contract/ids';

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
