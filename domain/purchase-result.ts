import { ERROR_CATALOGUE } from '../contract/errors';
import type {
  PurchaseBody,
  PurchaseRecord,
  PurchaseRequest,
  PurchaseResult,
} from '../contract/purchase';
import { hashOf } from './hash';

export function purchaseBodyOf(request: PurchaseRequest): PurchaseBody {
  const { packId, shownPriceCents, currency, paymentMethod } = request;
  return {
    packId,
    shownPriceCents,
    ...(currency !== undefined && { currency }),
    ...(paymentMethod !== undefined && { paymentMethod }),
  };
}

/** Two requests with the same hash are the same purchase. 64 hexadecimal digits. */
export function purchaseHashOf({ accountId, purchaseId, ...body }: PurchaseRequest): string {
  return purchaseBodyHashOf(
    accountId,
    purchaseId,
    purchaseBodyOf({ accountId, purchaseId, ...body }),
  );
}

/** The same hash, from what the ledger has kept of the purchase. */
export function purchaseBodyHashOf(
  accountId: string,
  purchaseId: string,
  body: PurchaseBody,
): string {
  return hashOf({ accountId, purchaseId, ...body });
}

/** Where a purchase stands by the ledger's record. A tombstone answers any request: it came too late, or was cancelled. */
export function purchaseResultOf(record: PurchaseRecord, purchaseHash: string): PurchaseResult {
  const { accountId, purchaseId, status, body, packId, credits, priceCents, currency } = record;
  const { grantId, paymentId, reason, validUntil, strayPayments } = record;
  if (body === null && reason === 'PURCHASE_TIMED_OUT') {
    const message = ERROR_CATALOGUE.PURCHASE_TIMED_OUT.summary;
    return { accountId, purchaseId, purchaseHash, status: 'refused', reason, message };
  }
  return {
    ...{ accountId, purchaseId, purchaseHash },
    status: status === 'open' ? 'pending' : status,
    ...(packId !== null && { packId, credits, priceCents }),
    ...(currency !== null && { currency }),
    ...(grantId !== null && { grantId, validUntil }),
    ...(paymentId !== null && { paymentId }),
    ...(reason !== null && { reason }),
    ...(strayPayments && { strayPayments }),
  };
}

/** Those that have not gone back yet. */
export function unreturnedPaymentIds({
  strayPayments = [],
}: Pick<PurchaseRecord, 'strayPayments'>): string[] {
  return strayPayments
    .filter(({ status }) => status === 'returning')
    .map(({ paymentId }) => paymentId);
}
