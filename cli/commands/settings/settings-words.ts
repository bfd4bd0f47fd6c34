import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import type { OperatorLimits } from '../../../contract/operator-limits';
import type { Outcome } from '../../../contract/outcome';
import {
  type AccountSettings,
  accountSettings,
  type Limits,
  type Stop,
  type StopScope,
  type Threshold,
} from '../../../contract/settings';
import type { TopUp } from '../../../contract/top-up';
import { moneyInWords } from '../../../domain/pricing/money';
import type { Connections } from '../../connections';
import { type NotOk, notOk } from '../../terminal/red';
import type { Answer } from '../../terminal/screen';
import { counted, creditsInWords, timeInWords } from '../../words';

/** The settings, and the key of the change that was made. */
export const printedSettings = accountSettings.extend({ key: z.string().optional() });

type SettingsAnswer = Answer<z.input<typeof printedSettings>>;

/**
 * All of the account's settings after a change.
 *
 * @throws HoldfastError the refusal, by its code
 */
export async function answerToChange(
  connections: Connections,
  changed: Outcome<AccountSettings>,
  key: string,
): Promise<SettingsAnswer> {
  if (!changed.ok) throw HoldfastError.of(changed.refusal);
  const { json, text } = await answerOf(connections, changed.value);
  const before = changed.replayed
    ? ['This key was used before: so it stood after the change.', '']
    : [];
  return { json: { ...json, key }, text: [...before, ...text, `Key: ${key}`] };
}

export async function answerOf(
  connections: Connections,
  settings: AccountSettings,
): Promise<SettingsAnswer> {
  const currency = settings.topUp && (await currencyOf(connections, settings.topUp.packId));
  const { accountId, limits, lowBalance, topUp, stops } = settings;
  const lines = [
    `Account ${accountId}`,
    `Limits: ${limitsInWords(limits)}.`,
    ...(limits.operator ? [`Set by an operator: ${operatorLimitsInWords(limits.operator)}.`] : []),
    `Low-balance notices: ${thresholdsInWords(lowBalance)}.`,
    `Top-up: ${topUp === null ? 'off.' : topUpInWords(topUp, currency ?? undefined)}`,
    ...stopsInWords(stops),
  ];
  return { json: settings, text: lines };
}

/** Undefined if the pack is no longer sold. */
async function currencyOf(connections: Connections, packId: string): Promise<string | undefined> {
  const { packs } = await connections.reader().packs();
  return packs.find((onSale) => onSale.packId === packId)?.currency;
}

function limitsInWords({
  dailyCreditsMax,
  generationCreditsMax,
  concurrentGenerationsMax,
}: Limits): string {
  const texts = [
    dailyCreditsMax !== null && `${creditsInWords(dailyCreditsMax)} per day`,
    generationCreditsMax !== null && `${creditsInWords(generationCreditsMax)} per generation`,
    concurrentGenerationsMax !== null &&
      `${counted(concurrentGenerationsMax, 'generation', 'generations')} at the same time`,
  ].filter(Boolean);
  return texts.join(', ') || 'none';
}

/** The caps are in the minor units of each pack's own currency. */
export function operatorLimitsInWords(limits: OperatorLimits): string {
  const { topUpMonthlyCapCents, topUpsPerDayMax, topUpPauseSeconds } = limits;
  const { declinesMax, purchasesPerDayMax } = limits;
  const own: Limits = {
    dailyCreditsMax: limits.dailyCreditsMax ?? null,
    generationCreditsMax: limits.generationCreditsMax ?? null,
    concurrentGenerationsMax: limits.concurrentGenerationsMax ?? null,
  };
  const texts = [
    Object.values(own).some((limit) => limit !== null) && limitsInWords(own),
    topUpMonthlyCapCents !== undefined &&
      `top-ups for ${counted(topUpMonthlyCapCents, 'minor unit', 'minor units')} per month`,
    topUpsPerDayMax !== undefined && `${counted(topUpsPerDayMax, 'top-up', 'top-ups')} per day`,
    topUpPauseSeconds !== undefined &&
      `${counted(topUpPauseSeconds, 'second', 'seconds')} from one top-up to the next`,
    declinesMax !== undefined && `${counted(declinesMax, 'decline', 'declines')} in 30 days`,
    purchasesPerDayMax !== undefined &&
      `${counted(purchasesPerDayMax, 'purchase', 'purchases')} per day`,
  ].filter(Boolean);
  return texts.join(', ') || 'none';
}

function thresholdsInWords(thresholds: Threshold[]): string {
  return thresholds.map(thresholdInWords).join(', ') || 'none';
}

export function thresholdInWords(threshold: Threshold): string {
  if ('credits' in threshold) return `below ${creditsInWords(threshold.credits)}`;
  return `below ${threshold.percentOfCycle}% of the cycle’s grant`;
}

function topUpInWords(topUp: TopUp, currency: string | undefined): string {
  const { packId, belowCredits, monthlyCapCents, paymentMethod, spentThisMonthCents } = topUp;
  const money = (cents: number) =>
    currency ? moneyInWords(cents, currency) : `${cents.toLocaleString('en-US')} minor units`;
  const payer = paymentMethod === undefined ? '' : `, paid with ${paymentMethod}`;
  const rule = `buys ${packId} when fewer than ${creditsInWords(belowCredits)} are available${payer}.`;
  const spent = `${money(spentThisMonthCents)} of at most ${money(monthlyCapCents)} spent this month.`;
  return [rule, spent, troubleInWords(topUp)].filter(Boolean).join(' ');
}

function troubleInWords({ failures, retryAt, stoppedWhy }: TopUp): string {
  if (stoppedWhy === 'price-changed')
    return 'Stopped: the pack costs more than when it was set; setting it again lets it go on.';
  if (stoppedWhy !== null)
    return `Stopped after ${counted(failures, 'decline', 'declines')} (${stoppedWhy}); setting it again lets it go on.`;
  if (retryAt === null) return '';
  return `Declined ${counted(failures, 'time', 'times')} in a row: not tried again before ${timeInWords(retryAt)}.`;
}

/** The stops that are in force. */
export function stopsInWords(stops: Stop[]): NotOk[] {
  return stops.map((stop) => notOk(stopInWords(stop)));
}

export function stopInWords(stop: Stop): string {
  return `Stopped: ${scopeInWords(stop)}, by ${stop.by} since ${timeInWords(stop.since)}: ${stop.reason}`;
}

export function scopeInWords({ accountId, kind }: StopScope): string {
  return `${kind ?? 'all kinds'} for ${accountId === null ? 'all accounts' : `account ${accountId}`}`;
}
