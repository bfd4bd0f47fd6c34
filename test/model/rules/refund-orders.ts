import { oweUsed } from './debt';
import { finish, takeRefunded, tellIfDry } from './finish';
import { freezeDisputed, isOver } from './freeze';
import { bookEnded, post } from './journal';
import { creditsPaidBy, refundedCents, writeRefund } from './paid-credits';
import { notFound, timeWith } from './purchases';
import { recordOf, refusedNow } from './refunds';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Grant,
  type Json,
  type Purchase,
  type RefundOrder,
  refused,
  type World,
} from './state';
import { iso } from './time';

export interface OrderSaid {
  purchaseId: string;
  amountCents: number;
  reason: string;
  by: string;
}

/** What the payment provider says became of an order. */
export type OutcomeSaid =
  | { state: 'made'; refundId: string; amountCents: number; currency: string }
  | { state: 'refused'; reason: string };

export function orderRecord(account: Account, order: RefundOrder): Json {
  const one = account.purchases.get(order.purchaseId) as Purchase;
  const made = one.refunds.find(({ id }) => id === order.refundId);
  return {
    ...{ accountId: account.id, orderId: order.id, purchaseId: one.id, status: order.status },
    ...{ amountCents: order.amountCents, currency: one.currency, paymentId: one.paymentId },
    ...{ credits: order.credits, heldCredits: order.held, reason: order.reason },
    ...{ orderedAt: iso(order.orderedAt), resolvedAt: iso(order.resolvedAt) },
    refund: made ? recordOf(account, one, made) : null,
  };
}

const openOf = (account: Account, one: Purchase) =>
  [...account.orders.values()].filter(
    ({ purchaseId, status }) => purchaseId === one.id && status === 'open',
  );

const sum = <Row>(rows: Row[], of: (row: Row) => number) =>
  rows.reduce((total, row) => total + of(row), 0);

/** What is given back of the purchase, or is to be: in money, and the credits that it covers. */
function coveredOf(account: Account, one: Purchase) {
  const open = openOf(account, one);
  return {
    orderedCents: sum(open, ({ amountCents }) => amountCents),
    credits: sum(one.refunds, ({ credits }) => credits) + sum(open, ({ credits }) => credits),
  };
}

const grantOf = (account: Account, one: Purchase) =>
  account.grants.find(({ id }) => id === one.grantId) as Grant;

/** The most that the unused credits of the pack have cost. */
function unusedCents(account: Account, one: Purchase, at: number): number {
  const grant = grantOf(account, one);
  const covered = coveredOf(account, one);
  const credits = covered.credits + (isOver(account, grant, at) ? 0 : grant.remaining);
  const cents =
    (BigInt(credits) * BigInt(one.priceCents as number)) / BigInt(one.credits as number);
  const most = Math.min(one.priceCents as number, Number(cents));
  return Math.max(0, most - refundedCents(one) - covered.orderedCents);
}

function refusedOrder(world: World, account: Account, one: Purchase, said: OrderSaid) {
  const { amountCents } = said;
  if (one.status !== 'granted') return refusedNow(one, { amountCents });
  const catalog = world.catalogs.find(({ version }) => version === one.catalogVersion);
  const rule = catalog?.refund ?? 'never';
  const of = { purchaseId: one.id };
  if (rule === 'never')
    return refused('REFUND_NOT_ALLOWED', { ...of, catalogVersion: one.catalogVersion });
  const { orderedCents } = coveredOf(account, one);
  const refunded = refundedCents(one);
  if (amountCents > (one.priceCents as number) - refunded - orderedCents)
    return refused('REFUND_EXCEEDS_PAYMENT', {
      ...{ ...of, amountCents, orderedCents, currency: one.currency },
      ...{ refundedCents: refunded, priceCents: one.priceCents },
    });
  const refundableCents = unusedCents(account, one, timeWith(world, account, one));
  if (rule !== 'unused' || amountCents <= refundableCents) return null;
  return refused('REFUND_EXCEEDS_UNUSED', {
    ...{ ...of, amountCents, refundableCents, currency: one.currency },
  });
}

/** An operator orders that money goes back: what it has paid for is held first. */
export function openOrder(
  world: World,
  accountId: string,
  orderId: string,
  said: OrderSaid,
): Answer {
  const account = accountOf(world, accountId);
  const known = account.orders.get(orderId);
  const { purchaseId, amountCents, reason, by } = said;
  if (known) {
    if (known.purchaseId !== purchaseId || known.amountCents !== amountCents)
      return refused('IDEMPOTENCY_CONFLICT', { orderId });
    const record = orderRecord(account, known);
    return finish(world, account, done(record, true));
  }
  const one = account.purchases.get(purchaseId);
  if (!one) return notFound(purchaseId);
  const refusal = refusedOrder(world, account, one, said);
  if (refusal) return refusal;
  const at = timeWith(world, account, one);
  bookEnded(account, at);
  const covered = coveredOf(account, one);
  const cents = refundedCents(one) + covered.orderedCents + amountCents;
  const credits = Math.max(0, creditsPaidBy(one, cents) - covered.credits);
  const held = Math.min(grantOf(account, one).remaining, credits);
  const order: RefundOrder = {
    ...{ id: orderId, purchaseId, amountCents, credits, held, status: 'open' },
    ...{ refundId: null, reason: null, orderedAt: at, resolvedAt: null },
  };
  account.orders.set(orderId, order);
  account.isWatched = true;
  postHeld(account, one, at, -held, { reason, by });
  tellIfDry(account, at);
  const record = orderRecord(account, order);
  return finish(world, account, done(record));
}

function postHeld(
  account: Account,
  one: Purchase,
  at: number,
  remainder: number,
  why: { reason: string; by?: string },
): void {
  if (remainder === 0) return;
  const grantId = one.grantId as number;
  post(account, at, 'refund', [{ grantId, remainder, reserved: 0 }], { grantId, ...why });
}

function giveBack(account: Account, one: Purchase, order: RefundOrder, at: number): void {
  const { held } = order;
  order.held = 0;
  postHeld(account, one, at, held, { reason: `refund order ${order.id}` });
  freezeDisputed(account, at);
  takeRefunded(account, at);
  bookEnded(account, at);
}

/** The payment provider has said what became of it. */
export function settleOrder(
  world: World,
  accountId: string,
  orderId: string,
  said: OutcomeSaid,
): Answer {
  const account = accountOf(world, accountId);
  const order = account.orders.get(orderId);
  if (!order) return refused('REFUND_ORDER_NOT_FOUND', { orderId });
  const one = account.purchases.get(order.purchaseId) as Purchase;
  if (order.status === 'made' || (order.status !== 'open' && said.state === 'refused'))
    return finish(world, account, done(orderRecord(account, order), true));
  const at = timeWith(world, account, one);
  if (said.state === 'refused') {
    Object.assign(order, { status: 'refused', reason: said.reason, resolvedAt: at });
    giveBack(account, one, order, at);
  } else {
    const refusal = refusedMade(account, one, order, said);
    if (refusal) {
      if (order.status === 'open' && !refusal.ok) order.reason = refusal.code;
      return refusal;
    }
    bookMade(world, account, one, order, said, at);
  }
  return finish(world, account, done(orderRecord(account, order)));
}

function refusedMade(
  account: Account,
  one: Purchase,
  order: RefundOrder,
  { refundId, amountCents, currency }: OutcomeSaid & { state: 'made' },
): Answer | null {
  const all = [...account.purchases.values()];
  const owner = all.find(({ refunds }) => refunds.some(({ id }) => id === refundId));
  const known = owner?.refunds.find(({ id }) => id === refundId);
  if (!known) return refusedNow(one, { amountCents, currency });
  const isOther = owner !== one || known.amountCents !== amountCents || currency !== one.currency;
  const isAnothers = [...account.orders.values()].some(
    (other) => other.refundId === refundId && other !== order,
  );
  return isOther || isAnothers ? refused('IDEMPOTENCY_CONFLICT', { refundId }) : null;
}

function bookMade(
  world: World,
  account: Account,
  one: Purchase,
  order: RefundOrder,
  { refundId, amountCents }: OutcomeSaid & { state: 'made' },
  at: number,
): void {
  bookEnded(account, at);
  const refund =
    one.refunds.find(({ id }) => id === refundId) ??
    writeRefund(account, one, refundId, amountCents, at);
  const moved = Math.min(order.held, refund.credits - refund.taken - refund.owed);
  refund.taken += moved;
  order.held -= moved;
  if (order.status === 'open') {
    Object.assign(order, { status: 'made', refundId, reason: null, resolvedAt: at });
    giveBack(account, one, order, at);
  }
  freezeDisputed(account, at);
  takeRefunded(account, at);
  oweUsed(world, account, at, [one.grantId as number]);
}

/** An operator has seen to it that no money goes back by it. */
export function closeOrder(world: World, accountId: string, orderId: string): Answer {
  const account = accountOf(world, accountId);
  const order = account.orders.get(orderId);
  if (!order) return refused('REFUND_ORDER_NOT_FOUND', { orderId });
  const { status, refundId } = order;
  if (status === 'made' || status === 'refused')
    return refused('REFUND_ORDER_ENDED', { orderId, status, refundId });
  if (status === 'closed') return finish(world, account, done(orderRecord(account, order), true));
  const one = account.purchases.get(order.purchaseId) as Purchase;
  const at = timeWith(world, account, one);
  Object.assign(order, { status: 'closed', resolvedAt: at });
  giveBack(account, one, order, at);
  return finish(world, account, done(orderRecord(account, order)));
}
