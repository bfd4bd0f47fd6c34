import { type DisputeBody, dispute } from '../../contract/dispute';
import { json, operation, text } from '../connection/sql-function';
import { purchaseOf } from './parameters';

/** What banks are asked to take back. */
export const DISPUTE_FUNCTIONS = {
  book_dispute: operation(
    ['worker', 'operator'],
    { ...purchaseOf, disputeId: text, body: json<DisputeBody>() },
    dispute,
  ),
} as const;
