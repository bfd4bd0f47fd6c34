import type { Usage, UsageDays, UsageSlice } from '../contract/usage';

const DAY_MS = 86_400_000;
/** No time zone is further from UTC than 14 hours. */
const OFFSET_MAX_MS = 14 * 3_600_000;

/**
 * The instant from which charges must be read, so that the first day is complete in any time zone.
 */
export function usageSince({ days }: UsageDays, now: Date): string {
  return new Date(now.getTime() - days * DAY_MS - OFFSET_MAX_MS).toISOString();
}

/** The charges per day, with every day of the range. */
export function usagePerDay(
  accountId: string,
  slices: UsageSlice[],
  { days, timeZone }: UsageDays,
  now: Date,
): Usage {
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const today = Date.parse(`${dayOf.format(now)}T00:00:00Z`);
  const kindsByDay = new Map<string, Map<string, { credits: number; generations: number }>>();
  for (let back = days - 1; back >= 0; back--) {
    kindsByDay.set(new Date(today - back * DAY_MS).toISOString().slice(0, 10), new Map());
  }
  for (const { from, kind, credits, generations } of slices) {
    const kinds = kindsByDay.get(dayOf.format(new Date(from)));
    const sum = kinds?.get(kind) ?? { credits: 0, generations: 0 };
    kinds?.set(kind, {
      credits: sum.credits + credits,
      generations: sum.generations + generations,
    });
  }
  return {
    accountId,
    timeZone,
    days: [...kindsByDay].map(([day, kinds]) => ({
      day,
      kinds: [...kinds]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([kind, sum]) => ({ kind, ...sum })),
    })),
  };
}
