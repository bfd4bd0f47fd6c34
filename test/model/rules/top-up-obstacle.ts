import { packOnSale, packSoldLast } from './catalog';
import { activeOf, creditsDue } from './cycles';
import { operatorLimitsOf, stopOfAccount } from './limits';
import { attemptsRefused } from './payment-attempts';
import { dayRefused, packObstacle } from './purchases';
import { waitedFor } from './requests';
import type { Account, Json, Pack, Purchase, Settings, TopUp, World } from './state';
import { dayStart, iso, monthStart, nextDayStart } from './time';

interface Obstacle {
  reason: string | null;
  until: number | null;
}

const CHARGE_WITHIN_MS = 15 * 60_000;
const WANTED_FOR_MS = 10 * 60_000;
const none: Obstacle = { reason: null, until: null };

const automatic = (account: Account): Purchase[] =>
  [...account.purchases.values()].filter(({ isAutomatic }) => isAutomatic);

/** The prices of the month's automatic purchases, the open one included, in the cap's currency. */
export function spentThisMonth(account: Account, at: number): number {
  if (!account.settings) return 0;
  const currency = account.settings.topUp?.currency;
  return automatic(account)
    .filter((one) => currency === undefined || one.currency === currency)
    .filter(({ status, resolvedAt }) => {
      const isPaid = status === 'granted' && (resolvedAt as number) >= monthStart(at);
      return status === 'open' || isPaid;
    })
    .reduce((sum, { priceCents }) => sum + (priceCents ?? 0), 0);
}

function capOf(world: World, account: Account): number {
  const owners = account.settings?.topUp?.monthlyCapCents ?? Number.POSITIVE_INFINITY;
  const operators = operatorLimitsOf(world, account.id)?.limits.topUpMonthlyCapCents;
  return Math.min(owners, operators ?? Number.POSITIVE_INFINITY);
}

/** The owner is charged no price that the owner has not seen. */
export const isPriceChanged = (rule: TopUp, pack: Pack | undefined): boolean =>
  pack !== undefined && (pack.priceCents > rule.priceCents || pack.currency !== rule.currency);

function chargeObstacle(world: World, account: Account): string | null {
  if (activeOf(account)?.cancelAtPeriodEnd) return 'subscription-cancelled';
  return stopOfAccount(world, account.id) ? 'admissions-stopped' : null;
}

/** An automatic purchase that the owner no longer wants, or that must not be charged. */
export function isWithdrawn(world: World, account: Account, one: Purchase, at: number): boolean {
  if (!one.isAutomatic) return false;
  const settings = account.settings as Settings;
  const method = (one.body?.paymentMethod as string | undefined) ?? null;
  const rule = settings.topUp;
  return (
    rule?.packId !== one.packId ||
    settings.paymentMethod !== method ||
    rule.currency !== one.currency ||
    spentThisMonth(account, at) > capOf(world, account) ||
    account.refusedMethods.has(method ?? '') ||
    chargeObstacle(world, account) !== null ||
    packObstacle(world, account, one.credits ?? 0, at) !== null
  );
}

export function mayCharge(world: World, account: Account, one: Purchase, at: number): boolean {
  if (one.status !== 'open' || at >= one.openedAt + CHARGE_WITHIN_MS) return false;
  return !stopOfAccount(world, account.id) && !isWithdrawn(world, account, one, at);
}

/** What a refused generation needed of late, if one pack alone covers it. */
function wantedOf({ wanted }: Settings, pack: Pack | undefined, at: number): number {
  if (!wanted || !pack || wanted.at <= at - WANTED_FOR_MS) return 0;
  return wanted.credits <= pack.credits ? wanted.credits : 0;
}

/** Why no top-up is bought now, and until when, where only time passes until then. */
export function topUpObstacle(
  world: World,
  account: Account,
  available: number,
  at: number,
): Obstacle {
  const { settings } = account;
  const rule = settings?.topUp;
  if (!settings || !rule) return { ...none, reason: 'off' };
  const pack = packOnSale(world, rule.packId, at);
  const left = available - waitedFor(account);
  const below = Math.max(
    Math.min(rule.belowCredits, (pack?.credits ?? Number.POSITIVE_INFINITY) - 1),
    wantedOf(settings, pack, at),
  );
  const isLive = account.validUntil !== null && at < account.validUntil;
  const due = isLive ? creditsDue(world, activeOf(account), at) : 0;
  if (left >= below || left + due >= below) return { ...none, reason: 'enough' };
  if (automatic(account).some(({ resolvedAt }) => resolvedAt === null))
    return { ...none, reason: 'pending' };
  if (settings.stoppedWhy !== null) return { ...none, reason: 'stopped' };
  const charge = chargeObstacle(world, account);
  if (charge) return { ...none, reason: charge };
  if (!pack) return { ...none, reason: 'pack-not-sold' };
  if (isPriceChanged(rule, pack)) return { ...none, reason: 'price-changed' };
  const obstacle = packObstacle(world, account, pack.credits, at);
  if (obstacle === 'SUBSCRIPTION_REQUIRED') return { ...none, reason: 'no-subscription' };
  if (obstacle) return { ...none, reason: 'balance-limit' };
  if (account.refusedMethods.has(settings.paymentMethod ?? ''))
    return { ...none, reason: 'payment-method-refused' };
  return limitReached(world, account, settings, pack, at);
}

function limitReached(
  world: World,
  account: Account,
  settings: Settings,
  pack: Pack,
  at: number,
): Obstacle {
  const limits = operatorLimitsOf(world, account.id)?.limits;
  if (spentThisMonth(account, at) + pack.priceCents > capOf(world, account))
    return { reason: 'monthly-cap', until: monthStart(at, 1) };
  const attempts = attemptsRefused(world, account, at);
  if (attempts && !attempts.ok)
    return { reason: 'payment-attempts', until: Date.parse(String(attempts.details.retryAt)) };
  const today = automatic(account).filter(
    ({ status, resolvedAt }) =>
      status === 'open' || (status === 'granted' && (resolvedAt as number) >= dayStart(at)),
  );
  if (today.length >= (limits?.topUpsPerDayMax ?? 3))
    return { reason: 'top-ups-per-day', until: nextDayStart(at) };
  if (dayRefused(world, account, at))
    return { reason: 'purchases-per-day', until: nextDayStart(at) };
  if (settings.retryAt !== null && settings.retryAt > at)
    return { reason: 'backing-off', until: settings.retryAt };
  const bought = automatic(account)
    .filter(({ status }) => status === 'granted')
    .map(({ resolvedAt }) => resolvedAt as number);
  const until = Math.max(...bought) + (limits?.topUpPauseSeconds ?? 600) * 1_000;
  return until > at ? { reason: 'pausing', until } : none;
}

const TOLD = [
  'monthly-cap',
  'top-ups-per-day',
  'purchases-per-day',
  'payment-attempts',
  'payment-method-refused',
  'pack-not-sold',
  'price-changed',
];

/** What the owner is told of such an obstacle, and how often; null for nothing. */
export function topUpNotice(
  world: World,
  account: Account,
  reason: string,
  until: number | null,
  at: number,
): { data: Json; subject: string } | null {
  const rule = account.settings?.topUp;
  if (!TOLD.includes(reason) || !rule) return null;
  const sold = packSoldLast(world, rule.packId, at);
  const month = new Date(at).toISOString().slice(0, 7);
  const subjects: Record<string, string> = {
    'monthly-cap': `${month}:${capOf(world, account)}`,
    'pack-not-sold': `${month}:${rule.packId}`,
    'payment-method-refused': account.settings?.paymentMethod ?? '',
    'price-changed': `${rule.packId}:${rule.priceCents}:${sold?.priceCents}:${sold?.currency}`,
  };
  return {
    data: {
      ...{ packId: rule.packId, priceCents: sold?.priceCents, currency: sold?.currency, reason },
      retryAt: reason === 'monthly-cap' ? null : iso(until),
      stopped: reason === 'price-changed' || reason === 'payment-method-refused',
    },
    subject: `${reason}:${subjects[reason] ?? iso(until)}`,
  };
}
