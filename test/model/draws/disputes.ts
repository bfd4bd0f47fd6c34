import type { Operation } from '../operations/operations';
import { packOnSale } from '../rules/catalog';
import { type Account, timeOf, type World } from '../rules/state';
import { accountDrawn, idDrawn, type Numbers, PACKS, PLANS, pick } from './world';

const grantedOf = (account: Account) =>
  [...account.purchases.values()].filter(({ status }) => status === 'granted');

/** Packs with something left that isn't frozen. */
const unusedOf = (account: Account) =>
  grantedOf(account).filter(({ grantId }) =>
    account.grants.some(({ id, remaining }) => id === grantId && remaining > 0),
  );

const disputesOf = (account: Account) =>
  [...account.purchases.values()].flatMap(({ id, disputes }) =>
    disputes.map((dispute) => ({ ...dispute, purchaseId: id })),
  );

const nextId = (account: Account) => `dp${disputesOf(account).length + 1}`;

const isLive = (world: World, account: Account): boolean =>
  account.validUntil !== null && timeOf(world, account) < account.validUntil;

function drawNewTerm(account: Account, [, b, c, d]: Numbers): Operation {
  const said = { planId: pick(PLANS.slice(0, 5), c), paymentReference: `again${b}-${d}` };
  const subscriptionId = `s${account.subscriptions.size + 1}`;
  return { name: 'subscribe', given: { accountId: account.id, subscriptionId, said } };
}

/** A step towards a pack: a subscription, a purchase, its payment. */
function drawPack(world: World, account: Account, numbers: Numbers): Operation {
  if (!isLive(world, account)) return drawNewTerm(account, numbers);
  const open = [...account.purchases.values()].find(({ status }) => status === 'open');
  if (open) {
    const given = { accountId: account.id, purchaseId: open.id, paymentId: `pay-${open.id}` };
    return { name: 'settle', given };
  }
  const packId = pick(PACKS.slice(0, 2), numbers[2]);
  const shownPriceCents = packOnSale(world, packId, timeOf(world, account))?.priceCents ?? 500;
  const purchaseId = `p${account.purchases.size + 1}`;
  const given = { accountId: account.id, purchaseId, said: { packId, shownPriceCents } };
  return { name: 'openPurchase', given };
}

/** A dispute that is opened, closed, or told again otherwise. */
export function drawDispute(world: World, numbers: Numbers): Operation {
  const [a, b, c, d, e] = numbers;
  const account = accountDrawn(world, a);
  if (grantedOf(account).length === 0 && e % 8) return drawPack(world, account, numbers);
  const open = disputesOf(account).filter(({ state }) => state === 'open');
  const known = b % 4 === 3 ? disputesOf(account) : open;
  const earlier = b % 5 < 2 && known.length > 0 ? pick(known, b >> 3) : undefined;
  const unused = unusedOf(account);
  const drawn = c % 3 && unused.length > 0 ? unused : grantedOf(account);
  const one = drawn.length > 0 ? pick(drawn, c >> 3) : undefined;
  const purchaseId =
    earlier?.purchaseId ?? one?.id ?? idDrawn(account.purchases.keys(), 'p', c >> 3);
  const price = account.purchases.get(purchaseId)?.priceCents ?? 500;
  const amount = pick([undefined, price, 1, 7, price - 1, Math.ceil(price / 3), price + 9], d);
  const amountCents = earlier ? pick([undefined, earlier.amountCents, price], d) : amount;
  const states = earlier ? (['won', 'lost', 'won', 'open'] as const) : OPENED;
  const said = {
    state: pick(states, e),
    ...(amountCents !== undefined && { amountCents: Math.max(1, amountCents) }),
    ...(e % 3 === 0 && { reason: 'fuzz', by: 'sam' }),
    ...(e % 17 === 16 && { currency: pick(['USD', 'EUR'], e >> 3) }),
    ...(e % 17 === 15 && { paymentId: pick([`pay-${purchaseId}`, 'pay-1'], e >> 3) }),
  };
  const disputeId = earlier?.id ?? nextId(account);
  return { name: 'bookDispute', given: { accountId: account.id, purchaseId, disputeId, said } };
}

const OPENED = ['open', 'open', 'open', 'lost', 'won'] as const;

/**
 * A step towards credits that are given back after their end: a pack is frozen, its subscription
 * ends, another one begins, and the dispute is won.
 */
export function drawFrozenEnd(world: World, numbers: Numbers): Operation {
  const [a, b, , d] = numbers;
  const account = accountDrawn(world, a);
  const accountId = account.id;
  const frozen = grantedOf(account).find((one) => one.frozen > 0);
  const unused = unusedOf(account)[0];
  if (!frozen && !unused) return drawPack(world, account, numbers);
  if (!frozen) {
    const purchaseId = unused?.id as string;
    const said = { state: 'open' as const };
    const given = { accountId, purchaseId, disputeId: nextId(account), said };
    return { name: 'bookDispute', given };
  }
  if (!isLive(world, account)) return drawNewTerm(account, numbers);
  const at = timeOf(world, account);
  if (at === frozen.frozenSince) return { name: 'clock', given: { at: at + 1 + (d % 60_000) } };
  const held = account.grants.find(({ id }) => id === frozen.grantId);
  const active = [...account.subscriptions.values()].find(({ isClosed }) => !isClosed);
  if (held?.term === account.term && active) {
    const key = `over${account.keys.size}`;
    return { name: 'endNow', given: { accountId, subscriptionId: active.id, key } };
  }
  const disputeId = frozen.disputes.find(({ state }) => state === 'open')?.id as string;
  const said = { state: pick(['won', 'won', 'won', 'lost'] as const, b) };
  return { name: 'bookDispute', given: { accountId, purchaseId: frozen.id, disputeId, said } };
}
