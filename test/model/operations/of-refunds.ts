import {
  closeOrder,
  type OrderSaid,
  type OutcomeSaid,
  openOrder,
  orderRecord,
  settleOrder,
} from '../rules/refund-orders';
import { accountOf, done } from '../rules/state';
import { BY, type OfAccount, sides } from './sides';

type OfOrder<More> = OfAccount<{ orderId: string } & More>;

export const ofRefunds = {
  openOrder: sides<OfOrder<{ said: OrderSaid }>>({
    rules: (world, { accountId, orderId, said }) => openOrder(world, accountId, orderId, said),
    books: ({ ledger }, { accountId, orderId, said }) =>
      ledger.refunds.open(accountId, orderId, said),
  }),
  settleOrder: sides<OfOrder<{ outcome: OutcomeSaid }>>({
    rules: (world, { accountId, orderId, outcome }) =>
      settleOrder(world, accountId, orderId, outcome),
    books: ({ ledger }, { accountId, orderId, outcome }) =>
      ledger.refunds.settle(accountId, orderId, outcome),
  }),
  closeOrder: sides<OfOrder<object>>({
    rules: (world, { accountId, orderId }) => closeOrder(world, accountId, orderId),
    books: ({ ledger }, { accountId, orderId }) =>
      ledger.refunds.close({ accountId, orderId, ...BY }),
  }),
  refundOrder: sides<OfOrder<object>>({
    rules: (world, { accountId, orderId }) => {
      const account = accountOf(world, accountId);
      const order = account.orders.get(orderId);
      return done(order ? orderRecord(account, order) : null);
    },
    books: ({ ledger }, { accountId, orderId }) => ledger.refundOrder(accountId, orderId),
  }),
};
