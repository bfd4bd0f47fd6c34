import { ERROR_CATALOGUE, type Refusal } from '../errors';
import { hashOf } from '../hash';

/** What a buyer asks for. Published JSON: the first argument of `purchaseWorkflow`. */
export interface PurchaseRequest {
  accountId: string;
  /** The idempotency key: unique among the account's purchases, for ever. */
  purchaseId: string;
  packId: string;
  /** The price that was shown to the buyer, in minor units. If it is no longer the current one, nothing is charged. */
  shownPriceCents: number;
  /** ISO 4217; compared with the pack's where it is given. */
  currency?: string;
  /** The payment provider's own name for what pays; without it, the account's default there. */
  paymentMethod?: string;
}

/** The idempotency body: only what the caller said. */
export type PurchaseBody = Omit<PurchaseRequest, 'accountId' | 'purchaseId'>;

/**
 * open: the payment is asked for, or pending. granted: paid, and the credits are in the balance. declined, voided:
 * nothing was taken. returning, returned: paid when no subscription was live any more; the money goes back.
 */
export type PurchaseStatus = 'open' | 'granted' | 'declined' | 'voided' | 'returning' | 'returned';

/** The ledger's side of one purchase. All times are ISO 8601. */
export interface PurchaseRecord {
  accountId: string;
  purchaseId: string;
  status: PurchaseStatus;
  /** What the caller said; null for a tombstone: a purchase that was closed before it was opened. */
  body: PurchaseBody | null;
  packId: string | null;
  credits: number;
  /** The price that applies: the one that was shown, and was the current one when the purchase was opened. */
  priceCents: number;
  currency: string | null;
  catalogVersion: string | null;
  openedAt: string;
  /** Whether the ledger still lets it be charged: the buyer of an old open purchase has gone. */
  mayCharge: boolean;
  paymentId: string | null;
  /** Why nothing was granted. */
  reason: string | null;
  grantId: string | null;
  resolvedAt: string | null;
  /** Until when its credits are valid, as things stand; null where it has granted none. */
  validUntil: string | null;
}

/**
 * Where a purchase stands. Published JSON: the answer to the `purchase` update, and the result of `purchaseWorkflow`.
 *
 * - `granted`: paid, and the credits are in the balance.
 * - `pending`: the payment provider has not decided yet; the workflow waits, and nothing is granted before.
 * - `declined`, `voided`: nothing was taken and nothing granted.
 * - `returning`, `returned`: it was paid when no subscription was live any more, and the money goes back.
 * - `refused`: nothing was charged; `reason` is an error code. Another attempt takes a new purchase id.
 */
export interface PurchaseResult {
  accountId: string;
  purchaseId: string;
  /** Which request this answers; see `purchaseHashOf`. Empty for a tombstone, which answers any. */
  purchaseHash: string;
  status: 'granted' | 'pending' | 'declined' | 'voided' | 'returning' | 'returned' | 'refused';
  packId?: string;
  credits?: number;
  priceCents?: number;
  currency?: string;
  grantId?: string;
  paymentId?: string;
  validUntil?: string | null;
  /** An error code when refused; else the payment provider's reason. */
  reason?: string;
  message?: string;
  details?: Refusal['details'];
}

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
  return purchaseBodyHashOf(accountId, purchaseId, purchaseBodyOf({ accountId, purchaseId, ...body }));
}

/** The same hash, from what the ledger has kept of the purchase. */
export function purchaseBodyHashOf(accountId: string, purchaseId: string, body: PurchaseBody): string {
  return hashOf({ accountId, purchaseId, ...body });
}

/** Where a purchase stands by the ledger's record. A tombstone answers any request: it came too late, or was cancelled. */
export function purchaseResultOf(record: PurchaseRecord, purchaseHash: string): PurchaseResult {
  const { accountId, purchaseId, status, body, packId, credits, priceCents, currency } = record;
  const { grantId, paymentId, reason, validUntil } = record;
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
  };
}
