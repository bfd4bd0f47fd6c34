import type { HoldfastClient } from '../../../../client/client';
import type { HealthCheck } from '../../../../contract/operation';

const DAY_SECONDS = 86_400;
/** docs/how-to/production.md says why. */
const RETENTION_DAYS_MIN = 1;
/** Reconciliation asks twice about a workflow before it takes it for gone, and may be late. */
const INTERVALS_MIN = 4;
/** SQL visibility has columns for this many. */
const KEYWORDS_MAX = 10;

export async function checkSearchAttributes({
  operations,
}: HoldfastClient): Promise<Omit<HealthCheck, 'name'>> {
  const { missing, commands, keywords } = await operations.searchAttributes();
  if (missing.length === 0) return { ok: true, detail: 'all are there' };
  const lacks = `the namespace lacks ${missing.join(', ')}`;
  if (keywords === null || keywords.length + missing.length <= KEYWORDS_MAX)
    return { ok: false, detail: lacks, fix: `Run \`holdfast setup\`, or ${commands}.` };
  return {
    ok: false,
    detail: `${lacks}, and has ${keywords.length} of type Keyword already: ${keywords.join(', ')}. On SQL visibility there is room for ${KEYWORDS_MAX}`,
    fix: `Set HOLDFAST_SEARCHED_BY=list for all processes, or give Holdfast a namespace of its own, or remove what is not used (\`temporal operator search-attribute remove --name NAME\`). Then ${commands}.`,
  };
}

export async function checkRetention(
  { operations }: HoldfastClient,
  reconcileIntervalSeconds: number,
): Promise<Omit<HealthCheck, 'name'>> {
  const seconds = await operations.retentionSeconds();
  const secondsMin = Math.max(
    RETENTION_DAYS_MIN * DAY_SECONDS,
    INTERVALS_MIN * reconcileIntervalSeconds,
  );
  const detail = `closed workflows are kept for ${timeSpan(seconds)}`;
  if (seconds >= secondsMin) return { ok: true, detail };
  return {
    ok: false,
    detail: `${detail}, which is less than ${timeSpan(secondsMin)}`,
    fix: '`temporal operator namespace update --retention 30d NAMESPACE`; docs/how-to/production.md says what is lost otherwise.',
  };
}

function timeSpan(seconds: number): string {
  const days = seconds / DAY_SECONDS;
  return days >= 1 ? `${Number(days.toFixed(1))} d` : `${Number((seconds / 3600).toFixed(1))} h`;
}
