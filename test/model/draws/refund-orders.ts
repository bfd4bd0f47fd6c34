import type { Operation } from '../operations/operations';
import type { OutcomeSaid } from '../rules/refund-orders';
import type { Account, RefundOrder, World } from '../rules/state';
import { accountDrawn, idDrawn, type Numbers, pick } from './world';

/** A refund that is ordered, or what becomes of one. */
export function drawRefundOrder(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const accountId = account.id;
  const open = [...account.orders.values()].filter(({ status }) => status === 'open');
  const orderId =
    open.length > 0 && b % 4 > 0
      ? pick(open, b >> 2).id
      : idDrawn(account.orders.keys(), 'o', b >> 2);
  const known = account.orders.get(orderId);
  if (known && c % 9 === 8) return { name: 'closeOrder', given: { accountId, orderId } };
  if (known && c % 9 === 7) return { name: 'refundOrder', given: { accountId, orderId } };
  if (known && c % 3 > 0) {
    const outcome = outcomeDrawn(account, known, d, e);
    return { name: 'settleOrder', given: { accountId, orderId, outcome } };
  }
  const granted = [...account.purchases.values()].filter((one) => one.status === 'granted');
  const one = d % 7 && granted.length > 0 ? pick(granted, d >> 3) : undefined;
  const purchaseId = one?.id ?? idDrawn(account.purchases.keys(), 'p', d >> 3);
  const price = one?.priceCents ?? 500;
  const amountCents = Math.max(1, pick([1, 7, price, Math.ceil(price / 3), price + 1], e));
  const said = { purchaseId, amountCents, reason: 'fuzz', by: 'sam' };
  const id = e % 11 === 10 ? orderId : `o${account.orders.size + 1}`;
  return { name: 'openOrder', given: { accountId, orderId: id, said } };
}

function outcomeDrawn(account: Account, order: RefundOrder, d: number, e: number): OutcomeSaid {
  if (d % 3 === 2) return { state: 'refused', reason: pick(['no', 'charge-disputed'], e) };
  const told = [...account.purchases.values()].flatMap(({ refunds }) => refunds);
  const refundId = e % 5 === 4 && told.length > 0 ? pick(told, e >> 3).id : `made-${order.id}`;
  const amountCents =
    d % 4 === 3 ? Math.max(1, order.amountCents + pick([-1, 1, 1_000], e >> 2)) : order.amountCents;
  return { state: 'made', refundId, amountCents, currency: e % 13 === 12 ? 'EUR' : 'USD' };
}
