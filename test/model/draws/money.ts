import type { Operation } from '../operations/operations';
import { packOnSale } from '../rules/catalog';
import { type Account, timeOf, type World } from '../rules/state';
import { iso } from '../rules/time';
import {
  accountDrawn,
  idDrawn,
  keyDrawn,
  METHODS,
  type Numbers,
  PACKS,
  PLANS,
  pick,
  referenceDrawn,
} from './world';

export function drawSubscribe(world: World, [a, b, c, d]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const timeZone = pick([undefined, undefined, 'Asia/Kolkata', 'Mars/Base'], d);
  const paymentReference = referenceDrawn(account, b >> 4);
  const said = { planId: pick(PLANS, c), paymentReference, ...(timeZone && { timeZone }) };
  const known = account.subscriptions.keys();
  const id = b % 9 === 8 ? idDrawn(known, 's', b >> 4) : `s${account.subscriptions.size + 1}`;
  return { name: 'subscribe', given: { accountId: account.id, subscriptionId: id, said } };
}

const subscriptionDrawn = (account: Account, number: number): string =>
  idDrawn(account.subscriptions.keys(), 's', number);

export function drawRenew(world: World, [a, b, c, d]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const at = timeOf(world, account);
  const began = account.subscriptions.get('s1')?.cycles[0]?.startsAt ?? at;
  const lapse = account.validUntil ?? at;
  const times = [at, at - 1, at + 1, at - 60_000, lapse - 1, lapse, began, began - 1];
  const paidAt = d % 2 ? undefined : (iso(pick(times, d >> 1)) as string);
  const subscriptionId = subscriptionDrawn(account, b);
  const given = { accountId: account.id, subscriptionId, reference: referenceDrawn(account, c) };
  return { name: 'renew', given: { ...given, ...(paidAt && { paidAt }) } };
}

export function drawChange(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const subscriptionId = subscriptionDrawn(account, b);
  const given = { accountId: account.id, subscriptionId };
  const key = keyDrawn(account, c);
  const paymentReference = e % 5 ? referenceDrawn(account, e >> 3) : undefined;
  const said = { planId: pick(PLANS, e), ...(paymentReference && { paymentReference }) };
  const term = account.subscriptions.get(subscriptionId)?.term ?? 1;
  switch (d % 12) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { name: 'changePlan', given: { ...given, key, said } };
    case 4:
    case 5:
      return { name: 'cancel', given: { ...given, key } };
    case 6:
      return { name: 'takeBack', given: { ...given, key } };
    case 7:
      return e % 2 ? { name: 'endNow', given: { ...given, key } } : { name: 'grantCycles', given };
    case 8:
      return { name: 'grantCycles', given };
    case 9:
    case 10:
      return { name: 'expireTerm', given: { ...given, term: Math.max(1, term - (e % 7 ? 0 : 1)) } };
    default:
      return { name: 'subscription', given: e % 2 ? given : { accountId: account.id } };
  }
}

export function drawPurchase(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const packId = pick(PACKS, c % 8 === 7 ? 2 : c % 2);
  const pack = packOnSale(world, packId, timeOf(world, account));
  const paymentMethod = pick(METHODS, d);
  const said = {
    ...{ packId, shownPriceCents: (pack?.priceCents ?? 500) + (d % 13 === 12 ? 1 : 0) },
    ...(e % 3 === 0 && { currency: pick(['USD', 'USD', 'USD', 'EUR'], e >> 2) }),
    ...(paymentMethod && { paymentMethod }),
  };
  const known = account.purchases.keys();
  const purchaseId = b % 8 === 7 ? idDrawn(known, 'p', b >> 3) : `p${account.purchases.size + 1}`;
  return { name: 'openPurchase', given: { accountId: account.id, purchaseId, said } };
}

export function drawRefund(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const granted = [...account.purchases.values()].filter((one) => one.status === 'granted');
  const used = granted.filter(({ grantId, credits }) => {
    const grant = account.grants.find(({ id }) => id === grantId);
    return grant !== undefined && grant.remaining < (credits ?? 0);
  });
  const drawn = b % 3 && used.length > 0 ? used : granted;
  const one = b % 6 && drawn.length > 0 ? pick(drawn, b >> 3) : undefined;
  const purchaseId = one?.id ?? idDrawn(account.purchases.keys(), 'p', b >> 3);
  const known = [...account.purchases.values()].flatMap(({ refunds }) => refunds);
  const refundId =
    c % 5 === 4 && known.length > 0 ? pick(known, c >> 3).id : `re${known.length + 1}`;
  const price = one?.priceCents ?? 500;
  const amountCents = pick([1, 7, price, price, price - 1, Math.ceil(price / 3), price + 1], d);
  const said = {
    amountCents: Math.max(1, amountCents),
    ...(e % 3 === 0 && { reason: 'fuzz', by: 'sam' }),
    ...(e % 7 === 6 && { currency: pick(['USD', 'EUR'], e >> 3) }),
    ...(e % 7 === 5 && { paymentId: pick([`pay-${purchaseId}`, 'pay-1'], e >> 3) }),
  };
  return { name: 'bookRefund', given: { accountId: account.id, purchaseId, refundId, said } };
}

export function drawPayment(world: World, [a, b, c, d, e]: Numbers): Operation {
  const account = accountDrawn(world, a);
  const open = [...account.purchases.values()].filter((one) => one.resolvedAt === null);
  const purchaseId =
    b % 4 && open.length > 0
      ? pick(open, b >> 2).id
      : idDrawn(account.purchases.keys(), 'p', b >> 2);
  const given = { accountId: account.id, purchaseId };
  const paymentId = pick([`pay-${purchaseId}`, `pay-${purchaseId}`, 'pay-1', 'pay-2'], c);
  const status = pick(['declined', 'declined', 'voided', 'returned'] as const, c);
  switch (d % 7) {
    case 0:
    case 1:
    case 2:
      return { name: 'settle', given: { ...given, paymentId } };
    case 3:
    case 4: {
      const close = { status, reason: pick(['card-declined', 'no'], e), neverAgain: e % 6 === 5 };
      return { name: 'closePurchase', given: { ...given, ...close } };
    }
    case 5:
      return { name: 'returnStray', given: { ...given, paymentId } };
    default:
      return { name: 'purchase', given };
  }
}
