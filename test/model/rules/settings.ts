import { catalogAt, packOnSale } from './catalog';
import { finish, postMessage } from './finish';
import { availableAt, known, remember } from './journal';
import { operatorLimitsOf, stopRecord } from './limits';
import { declinesInARow, methodRefused, newPurchase } from './purchases';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  refused,
  type Settings,
  timeOf,
  type World,
} from './state';
import { iso } from './time';
import { isPriceChanged, spentThisMonth, topUpObstacle } from './top-up-obstacle';

export interface TopUpSaid {
  packId: string;
  belowCredits: number;
  monthlyCapCents: number;
  paymentMethod?: string;
}

const NO_LIMITS = {
  dailyCreditsMax: null,
  generationCreditsMax: null,
  concurrentGenerationsMax: null,
};

function topUpRecord(world: World, account: Account, settings: Settings): Json | null {
  const { topUp: rule, paymentMethod, failures, retryAt, stoppedWhy } = settings;
  if (!rule) return null;
  const pack = packOnSale(world, rule.packId, world.clock);
  const refusedWhy = account.refusedMethods.get(paymentMethod ?? '');
  const changed = isPriceChanged(rule, pack) ? 'price-changed' : null;
  return {
    ...{ packId: rule.packId, belowCredits: rule.belowCredits },
    monthlyCapCents: rule.monthlyCapCents,
    ...(paymentMethod !== null && { paymentMethod }),
    ...{ spentThisMonthCents: spentThisMonth(account, world.clock), failures },
    retryAt: stoppedWhy === null ? iso(retryAt) : null,
    stoppedWhy: stoppedWhy ?? refusedWhy ?? changed,
  };
}

export function settingsRecord(world: World, accountId: string): Json {
  const account = accountOf(world, accountId);
  const operator = operatorLimitsOf(world, accountId)?.limits;
  const stops = [...world.stops.values()]
    .filter((stop) => stop.accountId === accountId || stop.accountId === '*')
    .sort((a, b) => order(a.accountId, b.accountId) || order(a.kind, b.kind));
  return {
    accountId,
    limits: { ...(account.settings?.limits ?? NO_LIMITS), ...(operator && { operator }) },
    lowBalance: account.thresholds.map(({ said }) => said),
    topUp: account.settings && topUpRecord(world, account, account.settings),
    stops: stops.map(stopRecord),
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** A setting's beginning: its key. The account's owner, who reads a conflict, sees no operator. */
function begin(world: World, account: Account, operation: string, key: string, body: unknown) {
  account.isOpen = true;
  const first = known(account, operation, key, body);
  if (!first) return null;
  if (!first.ok) {
    const earlier = first.details.earlier as { stops: Json[] };
    const stops = earlier.stops.map(({ by: _, ...shown }) => shown);
    first.details = { ...first.details, earlier: { ...earlier, stops } };
  }
  return finish(world, account, first);
}

function openSettings(account: Account): Settings {
  account.isWatched = true;
  account.settings ??= {
    ...{ limits: { ...NO_LIMITS }, topUp: null, paymentMethod: null, failures: 0, retryAt: null },
    ...{ stoppedWhy: null, topUps: 0, wanted: null },
  };
  return account.settings;
}

function finishSetting(
  world: World,
  account: Account,
  operation: string,
  key: string,
  body: unknown,
) {
  const value = settingsRecord(world, account.id);
  return finish(world, account, remember(account, operation, key, body, value));
}

export function setLimits(world: World, accountId: string, key: string, limits: Json): Answer {
  const account = accountOf(world, accountId);
  const first = begin(world, account, 'set_limits', key, limits);
  if (first) return first;
  Object.assign(openSettings(account).limits, limits);
  return finishSetting(world, account, 'set_limits', key, limits);
}

/** Replaces the thresholds; one that was there before is not told again. */
export function setLowBalance(world: World, accountId: string, key: string, said: Json[]): Answer {
  const account = accountOf(world, accountId);
  const first = begin(world, account, 'set_low_balance', key, said);
  if (first) return first;
  openSettings(account);
  const told = account.thresholds
    .filter(({ isBelow }) => isBelow)
    .map((threshold) => JSON.stringify(threshold.said));
  account.thresholds = said.map((one) => ({
    said: one,
    isBelow: told.includes(JSON.stringify(one)),
  }));
  return finishSetting(world, account, 'set_low_balance', key, said);
}

export function setTopUp(
  world: World,
  accountId: string,
  key: string,
  said: TopUpSaid | null,
  isOwned?: boolean,
): Answer {
  const account = accountOf(world, accountId);
  const first = begin(world, account, 'set_top_up', key, said);
  if (first) return first;
  const pack = said && packOnSale(world, said.packId, world.clock);
  if (said) {
    const { packId, monthlyCapCents, belowCredits, paymentMethod } = said;
    if (!pack) return refused('UNKNOWN_PACK', { packId });
    const { priceCents, currency, credits } = pack;
    if (monthlyCapCents < priceCents)
      return refused('TOP_UP_CAP_TOO_LOW', { packId, monthlyCapCents, priceCents, currency });
    if (belowCredits >= credits)
      return refused('TOP_UP_THRESHOLD_TOO_HIGH', { packId, belowCredits, credits });
    if (isOwned === false) return refused('PAYMENT_METHOD_NOT_OWNED');
    const refusal = methodRefused(account, paymentMethod);
    if (refusal) return refusal;
  }
  const settings = openSettings(account);
  settings.stoppedWhy = null;
  settings.topUp = null;
  if (said && pack) {
    const { packId, belowCredits, monthlyCapCents } = said;
    const { priceCents, currency } = pack;
    const method = said.paymentMethod ?? null;
    settings.topUp = { packId, belowCredits, monthlyCapCents, priceCents, currency };
    if (method !== settings.paymentMethod) {
      const { failures, retryAt } = declinesInARow(account, method, world.clock);
      Object.assign(settings, { paymentMethod: method, failures, retryAt });
    }
  }
  postMessage(account, 'top-up');
  return finishSetting(world, account, 'set_top_up', key, said);
}

/** Opens an automatic purchase if one is due. */
export function beginTopUp(world: World, accountId: string): Answer {
  const account = accountOf(world, accountId);
  const open = [...account.purchases.values()].find(
    ({ isAutomatic, status }) => isAutomatic && status === 'open',
  );
  const step = (purchaseId: string, body: Json | null) =>
    done({ step: 'buy', purchase: { ...body, accountId, purchaseId } });
  if (open) return step(open.id, open.body);
  const at = timeOf(world, account);
  const { reason, until } = topUpObstacle(world, account, availableAt(account, at), at);
  if (reason === 'backing-off') return done({ step: 'later', at: iso(at), retryAt: iso(until) });
  if (reason !== null) return done({ step: 'none', reason });
  const settings = account.settings as Settings;
  const rule = settings.topUp as NonNullable<Settings['topUp']>;
  const pack = packOnSale(world, rule.packId, at);
  settings.wanted = null;
  do settings.topUps += 1;
  while (account.purchases.has(`top-up-${settings.topUps}`));
  const id = `top-up-${settings.topUps}`;
  const body = {
    ...{ packId: rule.packId, shownPriceCents: pack?.priceCents, currency: pack?.currency },
    ...(settings.paymentMethod !== null && { paymentMethod: settings.paymentMethod }),
  };
  const bought = { ...newPurchase(id, at), body, packId: rule.packId, ...pack, isAutomatic: true };
  account.purchases.set(id, { ...bought, catalogVersion: catalogAt(world, at).version });
  return step(id, body);
}

/** An operator lets all payment methods be charged again, and counts declines anew. */
export function forgetDeclines(world: World, accountId: string): Answer {
  const account = accountOf(world, accountId);
  const at = timeOf(world, account);
  const paymentMethods = account.refusedMethods.size;
  account.refusedMethods.clear();
  account.declinesForgottenAt = Math.max(at, account.declinesForgottenAt ?? at);
  if (account.settings) {
    Object.assign(account.settings, { failures: 0, retryAt: null, stoppedWhy: null });
    postMessage(account, 'top-up');
  }
  return finish(world, account, done({ accountId, paymentMethods }));
}
