import { bookDispute, type DisputeSaid } from '../rules/disputes';
import {
  closePurchase,
  openPurchase,
  type PurchaseSaid,
  purchaseRecord,
  returnStray,
  settle,
} from '../rules/purchases';
import { bookRefund, type RefundSaid } from '../rules/refunds';
import { beginTopUp } from '../rules/settings';
import { accountOf, done } from '../rules/state';
import { type OfAccount, type OfPurchase, sides } from './sides';

export const ofPurchases = {
  openPurchase: sides<OfPurchase<{ said: PurchaseSaid }>>({
    rules: (world, { accountId, purchaseId, said }) =>
      openPurchase(world, accountId, purchaseId, said),
    books: ({ ledger }, { accountId, purchaseId, said }) =>
      ledger.purchases.open(accountId, purchaseId, said),
  }),
  settle: sides<OfPurchase<{ paymentId: string }>>({
    rules: (world, { accountId, purchaseId, paymentId }) =>
      settle(world, accountId, purchaseId, paymentId),
    books: ({ ledger }, { accountId, purchaseId, paymentId }) =>
      ledger.purchases.settle(accountId, purchaseId, paymentId),
  }),
  returnStray: sides<OfPurchase<{ paymentId: string }>>({
    rules: (world, { accountId, purchaseId, paymentId }) =>
      returnStray(world, accountId, purchaseId, paymentId),
    books: ({ ledger }, { accountId, purchaseId, paymentId }) =>
      ledger.purchases.returnStray(accountId, purchaseId, paymentId),
  }),
  closePurchase: sides<
    OfPurchase<{ status: 'declined' | 'voided' | 'returned'; reason: string; neverAgain: boolean }>
  >({
    rules: (world, { accountId, purchaseId, status, reason, neverAgain }) =>
      closePurchase(world, accountId, purchaseId, status, reason, neverAgain),
    books: ({ ledger }, { accountId, purchaseId, status, reason, neverAgain }) =>
      ledger.purchases.close(accountId, purchaseId, status, reason, neverAgain),
  }),
  bookRefund: sides<OfPurchase<{ refundId: string; said: RefundSaid }>>({
    rules: (world, { accountId, purchaseId, refundId, said }) =>
      bookRefund(world, accountId, purchaseId, refundId, said),
    books: ({ ledger }, { accountId, purchaseId, refundId, said }) =>
      ledger.purchases.bookRefund({ accountId, purchaseId, refundId, ...said }),
  }),
  bookDispute: sides<OfPurchase<{ disputeId: string; said: DisputeSaid }>>({
    rules: (world, { accountId, purchaseId, disputeId, said }) =>
      bookDispute(world, accountId, purchaseId, disputeId, said),
    books: ({ ledger }, { accountId, purchaseId, disputeId, said }) =>
      ledger.purchases.bookDispute({ accountId, purchaseId, disputeId, ...said }),
  }),
  beginTopUp: sides<OfAccount<object>>({
    rules: (world, { accountId }) => beginTopUp(world, accountId),
    books: ({ ledger }, { accountId }) => ledger.topUps.begin(accountId),
  }),
  purchase: sides<OfPurchase<object>>({
    rules: (world, { accountId, purchaseId }) => {
      const account = accountOf(world, accountId);
      const found = account.purchases.get(purchaseId);
      return done(found ? purchaseRecord(world, account, found) : null);
    },
    books: ({ ledger }, { accountId, purchaseId }) => ledger.purchase(accountId, purchaseId),
  }),
};
