import { z } from 'zod';
import { accountParams, credits, id, idParam, instant } from './common';

export const purchaseParams = accountParams.extend({ purchaseId: idParam('The purchase’s id: its Idempotency-Key.') });

export const purchaseBody = z
  .strictObject({
    packId: z.string().min(1).max(64),
    shownPriceCents: z.int().min(0).meta({ description: 'The price that the buyer saw, in minor units.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    paymentMethod: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({ description: 'The payment provider’s own name for what pays; the account’s default there if left out.' }),
  })
  .meta({ examples: [{ packId: 'pack-125', shownPriceCents: 4900, currency: 'USD' }] });

export const purchase = z
  .object({
    accountId: id,
    purchaseId: z.string(),
    status: z.enum(['granted', 'pending', 'declined', 'voided', 'returning', 'returned', 'refused']),
    packId: z.string().optional(),
    credits: credits.optional(),
    priceCents: z.int().optional(),
    currency: z.string().optional(),
    grantId: z.string().optional(),
    paymentId: z.string().optional(),
    validUntil: instant.nullable().optional(),
    reason: z.string().optional(),
    message: z.string().optional(),
  })
  .meta({ id: 'Purchase', description: 'Nothing was taken unless it is granted, pending, returning or returned.' });
