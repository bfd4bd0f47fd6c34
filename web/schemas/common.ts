import { z } from 'zod';

/** What is answered: new members may come at any time, so readers must not mind those that they don't know. */
export const id = z.string().meta({ examples: ['acme'] });
export const credits = z.int();
export const instant = z.string().meta({ format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] });

/**
 * What is asked: checked here as far as its shape, and by the domain for what it means. A field that is not known is
 * refused, because one that is misspelt would be ignored.
 */
export const accountParams = z.object({
  accountId: z.string().meta({
    description: 'The account’s id, or `me` with its own token.',
    examples: ['me'],
    minLength: 1,
    maxLength: 128,
  }),
});

export const idParam = (what: string) =>
  z.string().meta({ description: what, pattern: '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$', examples: ['order-4711'] });

export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z.string().meta({
    description:
      'Made up once for what is asked for, and the same with every retry: the same key with the same body gets the first answer.',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$',
    examples: ['order-4711'],
  }),
});

/** A number in a query: digits, and nothing else that JavaScript would take for one. */
export function numberInQuery(type: 'integer' | 'number', more: object) {
  const pattern = type === 'integer' ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,15})?$/;
  return z
    .string()
    .regex(pattern, type === 'integer' ? 'a whole number' : 'a number')
    .transform(Number)
    .meta({ type, pattern: undefined, ...more });
}

export const booleanInQuery = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta({ type: 'boolean', enum: undefined });

export const problem = z
  .looseObject({
    type: z.string().meta({ format: 'uri', description: '`urn:holdfast:error:` and the code.' }),
    title: z.string().meta({ description: 'What the code means.' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened, for people.' }),
    instance: z.string().meta({ format: 'uri', description: 'By this number the server’s log has the request.' }),
    code: z.string().meta({ description: 'One of docs/errors.md; never renamed.' }),
    retryable: z.boolean().meta({ description: 'Whether the very same request may succeed later.' }),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457, with the error’s figures as further members.',
    examples: [
      {
        type: 'urn:holdfast:error:INSUFFICIENT_CREDITS',
        title: 'The account has fewer credits available than required.',
        status: 402,
        detail: 'This needs 40 credits and 31 are available: 9 short.',
        instance: 'urn:uuid:8b1f3d1c-6c0e-4f5b-9a53-0d6f8f2f3c11',
        code: 'INSUFFICIENT_CREDITS',
        retryable: false,
        required: 40,
        available: 31,
        shortfall: 9,
        packs: [{ packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD', count: 1 }],
      },
    ],
  });
