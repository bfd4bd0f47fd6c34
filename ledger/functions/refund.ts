import { type RefundBody, refund } from '../../contract/refund';
import {
  type RefundOrderOpening,
  type RefundOutcome,
  refundOrder,
} from '../../contract/refund-order';
import { json, operation, text, value } from '../connection/sql-function';
import { account, byHand, purchaseOf } from './parameters';

const orderOf = { ...account, orderId: text };

/** Money of packs that goes back. */
export const REFUND_FUNCTIONS = {
  book_refund: operation(
    ['worker', 'operator'],
    { ...purchaseOf, refundId: text, body: json<RefundBody>() },
    refund,
  ),
  open_refund_order: operation(
    ['worker'],
    { ...orderOf, body: json<RefundOrderOpening>() },
    refundOrder,
  ),
  settle_refund_order: operation(
    ['worker'],
    { ...orderOf, body: json<RefundOutcome>() },
    refundOrder,
  ),
  close_refund_order: operation(['operator'], { ...orderOf, ...byHand }, refundOrder),
  refund_order: value(['web', 'worker', 'operator'], orderOf, refundOrder.nullable()),
} as const;
