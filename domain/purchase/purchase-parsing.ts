import { z } from 'zod';
import { checkAccountId, checkPurchaseId } from '../ids';
import { type CodeByField, parseShape, storableText } from '../parsing';
import { type PurchaseRequest, purchaseBodyOf } from './purchase';

export const packId = storableText(64);

// Postgres' jsonb can't hold NUL or broken Unicode.
export const paymentMethod = z
  .string()
  .max(256)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u)
  .optional();

const purchaseShape = z.strictObject({
  accountId: z.unknown().optional(),
  purchaseId: z.unknown().optional(),
  packId,
  shownPriceCents: z.int().min(0),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  paymentMethod,
});

const CODE_BY_FIELD: CodeByField = {
  packId: 'UNKNOWN_PACK',
  shownPriceCents: 'INVALID_SHOWN_PRICE',
  currency: 'INVALID_SHOWN_PRICE',
  paymentMethod: 'INVALID_PAYMENT_METHOD',
};

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, UNKNOWN_PACK, INVALID_SHOWN_PRICE,
 *   INVALID_PAYMENT_METHOD, INVALID_ARGUMENT
 */
export function parsePurchase(raw: unknown): PurchaseRequest {
  const { accountId, purchaseId, ...body } = parseShape(purchaseShape, raw, 'purchase', CODE_BY_FIELD);
  const ids = { accountId: checkAccountId(accountId), purchaseId: checkPurchaseId(purchaseId) };
  return { ...ids, ...purchaseBodyOf({ ...ids, ...body }) };
}
