import { type ErrorCode, HoldfastError } from './errors';
import { shown } from './json';

/** Slash and colon are Holdfast's own separators (workflow ids, keys), so callers' ids never hold them. */
const CALLER_ID = /^[A-Za-z0-9][A-Za-z0-9._@|-]{0,127}$/;

function checkId(value: unknown, code: ErrorCode, what: string): string {
  if (typeof value === 'string' && CALLER_ID.test(value)) return value;
  throw new HoldfastError(
    code,
    `${what} ${shown(value)} is not valid: 1 to 128 characters of A–Z, a–z, 0–9 and . _ @ | -, beginning with a letter or digit.`,
  );
}

export const checkAccountId = (value: unknown): string => checkId(value, 'INVALID_ACCOUNT_ID', 'Account id');
export const checkRequestId = (value: unknown): string => checkId(value, 'INVALID_REQUEST_ID', 'Request id');
export const checkKey = (value: unknown): string => checkId(value, 'INVALID_KEY', 'Key');
export const checkSubscriptionId = (value: unknown): string =>
  checkId(value, 'INVALID_SUBSCRIPTION_ID', 'Subscription id');
export const checkPaymentReference = (value: unknown): string =>
  checkId(value, 'INVALID_PAYMENT_REFERENCE', 'Payment reference');
export const checkPurchaseId = (value: unknown): string => checkId(value, 'INVALID_PURCHASE_ID', 'Purchase id');
