import type { Operation } from '../operations/operations';
import { figuresOf } from '../rules/journal';
import { type Account, timeOf, type World } from '../rules/state';
import { accountDrawn, idDrawn, type Numbers, PLANS, pick } from './world';

const grantedOf = (account: Account) =>
  [...account.purchases.values()].filter(({ status }) => status === 'granted');

const disputesOf = (account: Account) =>
  [...account.purchases.values()].flatMap(({ id, disputes }) =>
    disputes.map((dispute) => ({ ...dispute, purchaseId: id })),
  );

const nextId = (account: Account) => `dp${disputesOf(account).length + 1}`;

/** A dispute that is opened, closed, or told again otherwise. */
export function drawDispute(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const open = disputesOf(account).filter(({ state }) => state === 'open');
  const known = b % 11 === 10 ? disputesOf(account) : open;
  const earlier = b % 5 < 2 && known.length > 0 ? pick(known, b >> 3) : undefined;
  const unused = grantedOf(account).filter(({ grantId }) =>
    account.grants.some(({ id, remaining }) => id === grantId && remaining > 0),
  );
  const drawn = c % 3 && unused.length > 0 ? unused : grantedOf(account);
  const one = drawn.length > 0 ? pick(drawn, c >> 3) : undefined;
  const purchaseId =
    earlier?.purchaseId ?? one?.id ?? idDrawn(account.purchases.keys(), 'p', c >> 3);
  const price = account.purchases.get(purchaseId)?.priceCents ?? 500;
  const amount = pick([undefined, price, 1, 7, price - 1, Math.ceil(price / 3), price + 9], d);
  const amountCents = earlier ? pick([undefined, earlier.amountCents], d) : amount;
  const state = pick(
    earlier
      ? (['won', 'lost', 'won', 'open'] as const)
      : (['open', 'open', 'open', 'lost', 'won'] as const),
    e,
  );
  const said = {
    ...{ state, ...(amountCents !== undefined && { amountCents: Math.max(1, amountCents) }) },
    ...(e % 3 === 0 && { reason: 'fuzz', by: 'sam' }),
    ...(e % 17 === 16 && { currency: pick(['USD', 'EUR'], e >> 3) }),
    ...(e % 17 === 15 && { paymentId: pick([`pay-${purchaseId}`, 'pay-1'], e >> 3) }),
  };
  const disputeId = earlier?.id ?? nextId(account);
  return { name: 'bookDispute', given: { accountId: account.id, purchaseId, disputeId, said } };
}

/**
 * A step towards credits that are given back after their end: they are frozen, their subscription
 * ends, another one begins, and the dispute is won.
 */
export function drawFrozenEnd(world: World, numbers: Numbers): Operation {
  const [a, b, c, d] = numbers;
  const account = accountDrawn(world, a);
  const accountId = account.id;
  const frozen = grantedOf(account).find((one) => one.frozen > 0);
  if (!frozen) return drawDispute(world, numbers);
  const isLive = account.validUntil !== null && timeOf(world, account) < account.validUntil;
  const active = [...account.subscriptions.values()].find(({ isClosed }) => !isClosed);
  const held = account.grants.find(({ id }) => id === frozen.grantId);
  const isOld = held?.term !== account.term;
  if (!isLive) {
    const said = { planId: pick(PLANS.slice(0, 5), c), paymentReference: `again${b}-${d}` };
    const subscriptionId = `s${account.subscriptions.size + 1}`;
    return { name: 'subscribe', given: { accountId, subscriptionId, said } };
  }
  if (!isOld && active && b % 2) {
    const key = `over${account.keys.size}`;
    return { name: 'endNow', given: { accountId, subscriptionId: active.id, key } };
  }
  const ended = frozen.disputes.find(({ state }) => state === 'open');
  if (!isOld || !ended || figuresOf(account).frozen === 0) return drawDispute(world, numbers);
  return {
    name: 'bookDispute',
    given: {
      ...{ accountId, purchaseId: frozen.id, disputeId: ended.id },
      said: { state: pick(['won', 'won', 'lost'] as const, d) },
    },
  };
}
