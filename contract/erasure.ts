import { z } from 'zod';
import { answered, line } from './fields';
import { accountId } from './ids';
import { parser } from './parse';

/** The erasure of what persons wrote about an account. The reason stays: it names no person. */
export const erasureRequest = z.strictObject({ accountId, reason: line(512), by: line(512) });

/** How much was erased. Published JSON. */
export const erasure = z.object({
  accountId: answered.id,
  at: answered.instant,
  texts: z.int().meta({
    description:
      'Texts that stand apart: reasons of entries, acts and keys; keys’ payment methods.',
  }),
  requests: z.int().meta({ description: 'Requests: hash of the input, metadata, URL, reason.' }),
  purchases: z.int().meta({ description: 'Purchases: payment method, the provider’s reason.' }),
  answers: z.int().meta({ description: 'First answers of settings.' }),
  notices: z.int(),
  settings: z.int().meta({
    description: 'The top-up, which is turned off; payment methods; reasons of stops and limits.',
  }),
});

export type ErasureRequest = z.output<typeof erasureRequest>;
export type Erasure = z.output<typeof erasure>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const parseErasure = parser(erasureRequest, 'erasure');
