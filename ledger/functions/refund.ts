import { type RefundBody, refund } from '../../contract/refund';
import { json, operation, text } from '../connection/sql-function';
import { purchaseOf } from './parameters';

/** Money of packs that goes back. */
export const REFUND_FUNCTIONS = {
  book_refund: operation(
    ['worker', 'operator'],
    { ...purchaseOf, refundId: text, body: json<RefundBody>() },
    refund,
  ),
} as const;
