import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import type {
  PurchaseBody,
  PurchaseRecord,
  PurchaseRequest,
  PurchaseResult,
} from '../contract/purchase';
import { hashOf } from './hash';

/** The idempotency body of a purchase. */
export function purchaseBodyOf(request: PurchaseRequest): PurchaseBody {
  const { packId, shownPriceCents, currency, paymentMethod } = request;
  return {
    packId,
    shownPriceCents,
    ...(currency !== undefined && { currency }),
    ...(paymentMethod !== undefined && { paymentMethod }),
  };
}

/**
 * The hash of a purchase, 64 hexadecimal digits. Two requests with the same hash are the same
 * purchase.
 */
export function purchaseHashOf({ accountId, purchaseId, ...body }: PurchaseRequest): string {
  return purchaseBodyHashOf(
    accountId,
    purchaseId,
    purchaseBodyOf({ accountId, purchaseId, ...body }),
  );
}

/** {@link purchaseHashOf} from the body that the ledger has kept. */
export function purchaseBodyHashOf(
  accountId: string,
  purchaseId: string,
  body: PurchaseBody,
): string {
  return hashOf({ accountId, purchaseId, ...body });
}

/**
 * The state of a purchase by the ledger's record. A tombstone (a purchase that came too late or was
 * cancelled) answers any request.
 */
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

/** The ids of further payments that have not gone back yet. */
export function unreturnedPaymentIds({
  strayPayments = [],
}: Pick<PurchaseRecord, 'strayPayments'>): string[] {
  return strayPayments
    .filter(({ status }) => status === 'returning')
    .map(({ paymentId }) => paymentId);
}
