import { catalogAt, packOnSale } from './catalog';
import { activeOf, isOverLimit } from './cycles';
import { disputeRecords } from './disputes';
import { finish, postMessage, writeNotice } from './finish';
import { limitExceeded } from './grants';
import { bookEnded, canonical, postGrant } from './journal';
import { operatorLimitsOf, stopOfAccount, stopRecord } from './limits';
import { attemptsRefused, declinesFrom } from './payment-attempts';
import { refundRecords } from './refunds';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  type Pack,
  type Purchase,
  refused,
  type Settings,
  timeOf,
  type World,
} from './state';
import { dayStart, HOUR_MS, iso, nextDayStart } from './time';
import { isWithdrawn, mayCharge } from './top-up-obstacle';

export interface PurchaseSaid {
  packId: string;
  shownPriceCents: number;
  currency?: string;
  paymentMethod?: string;
}

export const notFound = (purchaseId: string): Answer =>
  refused('PURCHASE_NOT_FOUND', { purchaseId });

/** A purchase's time is never before its opening. */
export const timeWith = (world: World, account: Account, one: Purchase): number =>
  Math.max(timeOf(world, account), one.openedAt);

export function purchaseRecord(
  world: World,
  account: Account,
  one: Purchase,
  at = timeOf(world, account),
): Json {
  const grant = account.grants.find(({ id }) => id === one.grantId);
  const term = account.terms.filter((known) => known.term === grant?.term).at(-1);
  const strays = [...one.strays].sort(
    (a, b) => a.seenAt - b.seenAt || (a.paymentId < b.paymentId ? -1 : 1),
  );
  return {
    ...{ accountId: account.id, purchaseId: one.id, status: one.status, body: one.body },
    ...{ packId: one.packId, credits: one.credits, priceCents: one.priceCents },
    ...{ currency: one.currency, openedAt: iso(one.openedAt) },
    catalogVersion: one.catalogVersion === null ? null : String(one.catalogVersion),
    mayCharge: mayCharge(world, account, one, at),
    ...{ paymentId: one.paymentId, reason: one.reason, resolvedAt: iso(one.resolvedAt) },
    grantId: one.grantId === null ? null : String(one.grantId),
    validUntil: iso(grant?.endsAt ?? term?.validUntil),
    ...(strays.length > 0 && {
      strayPayments: strays.map(({ paymentId, status }) => ({ paymentId, status })),
    }),
    ...(one.refunds.length > 0 && { refunds: refundRecords(account, one) }),
    ...(one.disputes.length > 0 && { disputes: disputeRecords(account, one) }),
  };
}

const answerOf = (world: World, account: Account, one: Purchase, replayed = false): Answer =>
  done(purchaseRecord(world, account, one, timeWith(world, account, one)), replayed);

/** What keeps a pack from being granted now. */
export function packObstacle(world: World, account: Account, credits: number, at: number) {
  const active = activeOf(account);
  if (!active || account.validUntil === null || at >= account.validUntil)
    return 'SUBSCRIPTION_REQUIRED';
  return isOverLimit(world, account, active, at, credits) ? 'BALANCE_LIMIT_EXCEEDED' : null;
}

export function methodRefused(account: Account, method: unknown): Answer | null {
  const reason = account.refusedMethods.get(String(method ?? ''));
  return reason === undefined ? null : refused('PAYMENT_METHOD_REFUSED', { reason });
}

/** The operator's limit of purchases on a day; declined and voided ones don't count. */
export function dayRefused(world: World, account: Account, at: number): Answer | null {
  const max = operatorLimitsOf(world, account.id)?.limits.purchasesPerDayMax;
  const today = [...account.purchases.values()].filter(
    ({ openedAt, status }) =>
      openedAt >= dayStart(at) && status !== 'declined' && status !== 'voided',
  );
  if (max === undefined || today.length < max) return null;
  const resetsAt = iso(nextDayStart(at));
  return refused('PURCHASE_LIMIT_REACHED', { purchasesPerDayMax: max, resetsAt });
}

function refusedNow(
  world: World,
  account: Account,
  said: PurchaseSaid,
  pack: Pack | undefined,
  at: number,
): Answer | null {
  const { packId, shownPriceCents, currency } = said;
  if (!pack) return refused('UNKNOWN_PACK', { packId });
  const stop = stopOfAccount(world, account.id);
  if (stop) {
    const { by: _, ...shown } = stopRecord(stop);
    return refused('ADMISSION_STOPPED', shown);
  }
  const obstacle = packObstacle(world, account, pack.credits, at);
  if (obstacle === 'SUBSCRIPTION_REQUIRED') return refused(obstacle, { packId });
  if (obstacle) return limitExceeded(account);
  const refusal =
    methodRefused(account, said.paymentMethod) ??
    attemptsRefused(world, account, at) ??
    dayRefused(world, account, at);
  if (refusal) return refusal;
  const isOther = currency !== undefined && currency !== pack.currency;
  if (shownPriceCents === pack.priceCents && !isOther) return null;
  return refused('PRICE_CHANGED', {
    ...{ packId, shownPriceCents, ...(currency !== undefined && { shownCurrency: currency }) },
    ...{ priceCents: pack.priceCents, currency: pack.currency },
  });
}

export const newPurchase = (id: string, at: number): Purchase => ({
  ...{ id, body: null, packId: null, credits: 0, priceCents: 0, currency: null },
  ...{ catalogVersion: null, status: 'open', openedAt: at, resolvedAt: null, paymentId: null },
  ...{ reason: null, grantId: null, isAutomatic: false, strays: [], refunds: [] },
  ...{ disputes: [], frozen: 0, frozenSince: null },
});

/** Writes the intent, at the price that was shown. */
export function openPurchase(world: World, accountId: string, id: string, said: PurchaseSaid) {
  const account = accountOf(world, accountId);
  const first = account.purchases.get(id);
  if (first?.body && canonical(first.body) !== canonical(said))
    return refused('IDEMPOTENCY_CONFLICT', { purchaseId: id });
  if (first) return answerOf(world, account, first, true);
  const at = timeOf(world, account);
  const pack = packOnSale(world, said.packId, at);
  const refusal = refusedNow(world, account, said, pack, at);
  if (refusal) return refusal;
  const bought = {
    ...newPurchase(id, at),
    body: { ...said } as Json,
    packId: said.packId,
    ...pack,
  };
  const catalogVersion = catalogAt(world, at).version;
  account.purchases.set(id, { ...bought, catalogVersion });
  return answerOf(world, account, account.purchases.get(id) as Purchase);
}

/** Another purchase was settled with that payment, or it goes back for one. */
function isUsed(account: Account, { id }: Purchase, paymentId: string): boolean {
  return [...account.purchases.values()].some(
    (one) =>
      (one.id !== id && one.paymentId === paymentId) ||
      one.strays.some((stray) => stray.paymentId === paymentId),
  );
}

/** The money is there. */
export function settle(world: World, accountId: string, id: string, paymentId: string): Answer {
  const account = accountOf(world, accountId);
  const one = account.purchases.get(id);
  if (!one) return notFound(id);
  const at = timeWith(world, account, one);
  if (one.status === 'granted' || one.status === 'returning' || one.status === 'returned') {
    const isKnown = one.paymentId === paymentId || isUsed(account, one, paymentId);
    if (!isKnown) one.strays.push({ paymentId, status: 'returning', seenAt: at });
    return finish(world, account, answerOf(world, account, one, isKnown));
  }
  const obstacle =
    one.status === 'open' ? packObstacle(world, account, one.credits ?? 0, at) : null;
  let reason: string | null =
    obstacle === 'SUBSCRIPTION_REQUIRED' ? 'subscription-ended' : obstacle;
  if (one.status !== 'open') reason = `paid-after-${one.status}`;
  if (isUsed(account, one, paymentId)) reason = 'payment-already-used';
  if (reason === null) {
    grantPack(account, one, paymentId, at);
    return finish(world, account, answerOf(world, account, one));
  }
  Object.assign(one, { status: 'returning', paymentId, reason, resolvedAt: null });
  return answerOf(world, account, one);
}

function grantPack(account: Account, one: Purchase, paymentId: string, at: number): void {
  bookEnded(account, at);
  const [credits, costCents] = [one.credits as number, one.priceCents as number];
  const packId = one.packId as string;
  const made = postGrant(
    account,
    at,
    {
      ...{ source: 'pack', credits, costCents, endsAt: null, term: account.term },
      ...{ packId, purchaseId: one.id },
    },
    `${packId}, purchase ${one.id}`,
  );
  Object.assign(one, { status: 'granted', paymentId, grantId: made.id, resolvedAt: at });
  const method = (one.body?.paymentMethod as string | undefined) ?? null;
  if (account.settings && account.settings.paymentMethod === method)
    Object.assign(account.settings, { failures: 0, retryAt: null });
}

/** A stray payment has gone back. */
export function returnStray(world: World, accountId: string, id: string, paymentId: string) {
  const account = accountOf(world, accountId);
  const one = account.purchases.get(id);
  if (!one) return notFound(id);
  const stray = one.strays.find(
    (known) => known.paymentId === paymentId && known.status === 'returning',
  );
  if (stray) stray.status = 'returned';
  return finish(world, account, answerOf(world, account, one, !stray));
}

/** Ends a purchase without a grant. */
export function closePurchase(
  world: World,
  accountId: string,
  id: string,
  status: 'declined' | 'voided' | 'returned',
  reason: string,
  neverAgain = false,
): Answer {
  const account = accountOf(world, accountId);
  account.isOpen = true;
  const one = account.purchases.get(id);
  const at = one ? timeWith(world, account, one) : timeOf(world, account);
  if (!one) {
    if (status !== 'voided') return notFound(id);
    const tombstone = { ...newPurchase(id, at), status, reason, resolvedAt: at };
    account.purchases.set(id, tombstone);
    return answerOf(world, account, tombstone);
  }
  if (one.status === status) return finish(world, account, answerOf(world, account, one, true));
  const wasOpen = one.status === 'open';
  if (!wasOpen && !(one.status === 'returning' && status === 'returned'))
    return refused('PURCHASE_RESOLVED', {
      ...{ purchaseId: id, outcome: one.status, reason: one.reason, paymentId: one.paymentId },
      grantId: one.grantId === null ? null : String(one.grantId),
    });
  const isUnwanted = status === 'voided' && wasOpen && isWithdrawn(world, account, one, at);
  Object.assign(one, { status, reason: one.reason ?? reason, resolvedAt: at });
  const method = String(one.body?.paymentMethod ?? '');
  if (neverAgain && status === 'declined' && !account.refusedMethods.has(method))
    account.refusedMethods.set(method, one.reason ?? reason);
  if (one.isAutomatic && !wasOpen && one.reason !== 'payment-already-used')
    tellFailed(account, one, null, false, at);
  else if (one.isAutomatic && !isUnwanted) countDecline(account, one, at);
  return finish(world, account, answerOf(world, account, one));
}

function tellFailed(
  account: Account,
  one: Purchase,
  retryAt: number | null,
  stopped: boolean,
  at: number,
) {
  const { packId, id: purchaseId, priceCents, currency, reason } = one;
  const data = { packId, purchaseId, priceCents, currency, reason, retryAt: iso(retryAt), stopped };
  writeNotice(account, at, 'top-up-failed', data, `declined:${purchaseId}`);
}

/** After so many declines in a row none is tried for so long. */
export const PAUSES_MS = [0, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS];
export const pauseAfter = (failures: number): number => PAUSES_MS[Math.min(failures, 3)] as number;

function countDecline(account: Account, one: Purchase, at: number): void {
  const method = (one.body?.paymentMethod as string | undefined) ?? null;
  const settings: Settings | null =
    account.settings?.paymentMethod === method ? account.settings : null;
  let retryAt: number | null = null;
  if (settings) {
    const isRefused = account.refusedMethods.has(settings.paymentMethod ?? '');
    const stoppedWhy = settings.failures >= 2 || isRefused ? one.reason : null;
    const failures = settings.failures + 1;
    Object.assign(settings, { failures, retryAt: at + pauseAfter(failures), stoppedWhy });
    if (stoppedWhy === null) retryAt = settings.retryAt;
  }
  const stopped = settings?.stoppedWhy != null;
  tellFailed(account, one, settings?.topUp ? retryAt : null, stopped, at);
  if (retryAt !== null) postMessage(account, 'top-up');
}

/** Declines in a row with that method, and when another attempt may be made. */
export function declinesInARow(account: Account, method: string | null, at: number) {
  const of = [...account.purchases.values()].filter(
    ({ body }) => body !== null && ((body.paymentMethod as string | undefined) ?? null) === method,
  );
  const bought = of
    .filter(({ status, openedAt }) => status === 'granted' && openedAt > at - 30 * 24 * HOUR_MS)
    .map(({ resolvedAt }) => resolvedAt as number);
  const boughtAt = Math.max(Number.NEGATIVE_INFINITY, ...bought);
  const from = declinesFrom(account, at);
  const declined = of
    .filter((one) => one.isAutomatic && one.status === 'declined' && one.openedAt > from)
    .map(({ resolvedAt }) => resolvedAt as number)
    .filter((when) => when > boughtAt);
  const failures = declined.length;
  return { failures, retryAt: failures ? Math.max(...declined) + pauseAfter(failures) : null };
}
