import { forgottenDeclines } from '../../contract/operator-limits';
import { type PurchaseBody, type PurchaseStatus, purchaseRecord } from '../../contract/purchase';
import type { CloseByHand } from '../../contract/stuck';
import { topUpStep } from '../../contract/top-up';
import { flag, json, oneOf, operation, text, value } from '../connection/sql-function';
import { account, byHand, notAfter, purchaseOf } from './parameters';

/** Purchases and top-ups. */
export const PURCHASE_FUNCTIONS = {
  open_purchase: operation(
    ['worker'],
    { ...purchaseOf, body: json<PurchaseBody>(), notAfter },
    purchaseRecord,
  ),
  settle_purchase: operation(['worker'], { ...purchaseOf, paymentId: text }, purchaseRecord),
  return_stray_payment: operation(['worker'], { ...purchaseOf, paymentId: text }, purchaseRecord),
  close_purchase: operation(
    ['worker'],
    { ...purchaseOf, status: oneOf<PurchaseStatus>(), reason: text, neverAgain: flag },
    purchaseRecord,
  ),
  close_purchase_by_hand: operation(
    ['operator'],
    { ...purchaseOf, status: oneOf<CloseByHand['status']>(), ...byHand },
    purchaseRecord,
  ),
  purchase: value(['web', 'worker', 'operator'], purchaseOf, purchaseRecord.nullable()),
  begin_top_up: operation(['worker'], account, topUpStep),
  forget_declines: operation(['operator'], { ...account, ...byHand }, forgottenDeclines),
} as const;
