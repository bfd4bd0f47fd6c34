import type { Outcome } from '../../contract/outcome';
import type { Limits, SettingsChange, StopScope, Threshold } from '../../contract/settings';
import type { TopUpRule } from '../../contract/top-up';
import { showDetails } from '../current-details';

/** Shows a change of settings to operators. */
export function showOutcome(outcome: Outcome<unknown>, change: SettingsChange): void {
  showDetails(
    outcome.ok
      ? changeInWords(change)
      : `**Refused: ${outcome.refusal.code}.** ${outcome.refusal.message}`,
  );
}

function changeInWords(change: SettingsChange): string {
  switch (change.setting) {
    case 'limits':
      return `**Limits set** for account ${change.accountId}: ${limitsInWords(change)}.`;
    case 'low-balance':
      return `**Low-balance notices set** for account ${change.accountId}: ${thresholdsInWords(change.lowBalance)}.`;
    case 'top-up':
      return `**Top-up set** for account ${change.accountId}: ${topUpInWords(change.topUp)}.`;
    case 'stop':
      return `**Stopped** by ${change.by}: ${scopeInWords(change)}. ${change.reason}`;
    case 'admit':
      return `**Admitted again**${change.by === undefined ? '' : ` by ${change.by}`}: ${scopeInWords(change)}.${change.reason === undefined ? '' : ` ${change.reason}`}`;
  }
}

function limitsInWords({
  dailyCreditsMax,
  generationCreditsMax,
  concurrentGenerationsMax,
}: Partial<Limits>): string {
  const said = {
    'credits per day': dailyCreditsMax,
    'credits per generation': generationCreditsMax,
    'generations at the same time': concurrentGenerationsMax,
  };
  return Object.entries(said)
    .filter(([, limit]) => limit !== undefined)
    .map(([what, limit]) => `${what}: ${limit ?? 'no limit'}`)
    .join(', ');
}

function thresholdsInWords(thresholds: Threshold[]): string {
  const inWords = thresholds.map((threshold) =>
    'credits' in threshold
      ? `${threshold.credits} credits`
      : `${threshold.percentOfCycle}% of the cycle’s grant`,
  );
  return inWords.length === 0 ? 'none' : `below ${inWords.join(', below ')}`;
}

function topUpInWords(topUp: TopUpRule | null): string {
  if (topUp === null) return 'off';
  const { packId, belowCredits, monthlyCapCents } = topUp;
  return `${packId} below ${belowCredits} credits, ${monthlyCapCents} minor units per month at most`;
}

function scopeInWords({ accountId, kind }: StopScope): string {
  return `${kind ?? 'all kinds'} for ${accountId === null ? 'all accounts' : `account ${accountId}`}`;
}
