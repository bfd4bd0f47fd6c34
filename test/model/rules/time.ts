/** Times are whole milliseconds since 1970. The model's time zones know no summer time. */

const OFFSETS_MS: Record<string, number> = { UTC: 0, 'Asia/Kolkata': 330 * 60_000 };

export const SECOND_MS = 1_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

interface Duration {
  months: number;
  days: number;
  ms: number;
}

export const isTimeZone = (name: string): boolean => name in OFFSETS_MS;

/** ISO 8601 in UTC, or null. */
export const iso = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString();

export const dayStart = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;
export const nextDayStart = (at: number): number => dayStart(at) + DAY_MS;

export function monthStart(at: number, months = 0): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

/** A duration such as P1M, P7D or PT1H. */
export function durationOf(said: string): Duration {
  const parts =
    /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
      said,
    );
  if (!parts) throw new Error(`${said} is no duration of the model.`);
  const [years, months, weeks, days, hours, minutes, seconds] = parts
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number];
  return {
    months: years * 12 + months,
    days: weeks * 7 + days,
    ms: hours * HOUR_MS + minutes * 60_000 + seconds * SECOND_MS,
  };
}

/** Twelve months are a year, and thirty days are no month. */
export function isSameLength(one: string, other: string): boolean {
  const [a, b] = [durationOf(one), durationOf(other)];
  return a.months === b.months && a.days === b.days && a.ms === b.ms;
}

/** So many durations after that time, by the zone's calendar. The end of a month clamps. */
export function after(at: number, said: string, zone = 'UTC', times = 1): number {
  const { months, days, ms } = durationOf(said);
  const offset = OFFSETS_MS[zone] ?? 0;
  const local = new Date(at + offset);
  const first = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months * times, 1);
  const last = new Date(first);
  const length = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(local.getUTCDate(), length);
  const timeOfDay = local.getTime() - dayStart(local.getTime());
  return first + (day - 1 + days * times) * DAY_MS + timeOfDay - offset + ms * times;
}
