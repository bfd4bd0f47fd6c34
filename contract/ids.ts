import { z } from 'zod';
import type { ErrorCode } from './errors';
import { coded } from './fields';
import { shown } from './json';
import { parseField } from './parse';

/**
 * Ids that callers choose. Slash and colon separate the parts of workflow ids and keys. An
 * account's id may be a mail address with a plus sign. A payment's reference is an invoice number,
 * which may have slashes; it is part of no workflow id.
 */
function id(code: ErrorCode, more: string) {
  const pattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._@|${more}-]{0,127}$`);
  const letters = ['.', '_', '@', '|', ...more, '-'].join(' ');
  const error = ({ input }: { input?: unknown }) =>
    `${input === undefined ? 'it is missing; ' : `${shown(input)} is not `}1 to 128 characters of A–Z, a–z, 0–9 and ${letters}, beginning with a letter or digit.`;
  return coded(
    code,
    z
      .string({ error })
      .regex(pattern, { error })
      .meta({ examples: ['order-4711'] }),
  );
}

export const accountId = id('INVALID_ACCOUNT_ID', '+');
export const requestId = id('INVALID_REQUEST_ID', '');
export const key = id('INVALID_KEY', '');
export const subscriptionId = id('INVALID_SUBSCRIPTION_ID', '');
export const paymentReference = id('INVALID_PAYMENT_REFERENCE', '/');
export const purchaseId = id('INVALID_PURCHASE_ID', '');
export const refundId = id('INVALID_REFUND', '');
export const disputeId = id('INVALID_DISPUTE', '');
/** Of a refund that an operator orders. */
export const orderId = id('INVALID_REFUND', '');

const checked = (schema: z.ZodType<string>, what: string) => (value: unknown) =>
  parseField(schema, value, what);

export const checkAccountId = checked(accountId, 'Account id');
export const checkRequestId = checked(requestId, 'Request id');
export const checkKey = checked(key, 'Key');
export const checkSubscriptionId = checked(subscriptionId, 'Subscription id');
export const checkPaymentReference = checked(paymentReference, 'Payment reference');
export const checkPurchaseId = checked(purchaseId, 'Purchase id');
export const checkOrderId = checked(orderId, 'Order id');
export const checkRefundId = checked(refundId, 'Refund id');
export const checkDisputeId = checked(disputeId, 'Dispute id');
