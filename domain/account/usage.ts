import { HoldfastError } from '../errors';
import { shown } from '../json';

/** What was charged for one kind in the quarter of an hour that begins at `from` (ISO 8601). */
export interface UsageSlice {
  from: string;
  kind: string;
  credits: number;
  generations: number;
}

/** What generations were charged, per day of a time zone, oldest first. Published JSON. */
export interface Usage {
  accountId: string;
  timeZone: string;
  days: UsageDay[];
}

export interface UsageDay {
  /** `2026-01-31` */
  day: string;
  kinds: { kind: string; credits: number; generations: number }[];
}

export interface UsageRange {
  /** 30 by default, 366 at most; the last one is today. */
  days?: number;
  /** IANA name; UTC by default. */
  timeZone?: string;
}

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 30;
const DAYS_MAX = 366;
/** No time zone is further from UTC. */
const OFFSET_MAX_MS = 14 * 3_600_000;

/** @throws HoldfastError INVALID_ARGUMENT, INVALID_TIME_ZONE */
export function checkUsageRange({ days = DAYS_DEFAULT, timeZone = 'UTC' }: UsageRange = {}): Required<UsageRange> {
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new HoldfastError('INVALID_ARGUMENT', `days is a whole number from 1 to ${DAYS_MAX}.`, { field: 'days' });
  }
  return { days, timeZone: checkTimeZone(timeZone) };
}

/** Offsets such as +01:00 are no names: where the clock is put forward, they are right for half of the year. */
function checkTimeZone(timeZone: string): string {
  try {
    if (/^[A-Za-z]/.test(timeZone)) return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    // No zone of that name.
  }
  throw new HoldfastError('INVALID_TIME_ZONE', `${shown(timeZone)} is not an IANA time zone such as Europe/Berlin.`);
}

/** From when on everything is to be read, so that the first day is whole in any time zone. */
export function usageSince({ days }: Required<UsageRange>, now: Date): string {
  return new Date(now.getTime() - days * DAY_MS - OFFSET_MAX_MS).toISOString();
}

/** Every day of the range, also those without any use. */
export function usagePerDay(
  accountId: string,
  slices: UsageSlice[],
  { days, timeZone }: Required<UsageRange>,
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
    kinds?.set(kind, { credits: sum.credits + credits, generations: sum.generations + generations });
  }
  return {
    accountId,
    timeZone,
    days: [...kindsByDay].map(([day, kinds]) => ({
      day,
      kinds: [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, sum]) => ({ kind, ...sum })),
    })),
  };
}
