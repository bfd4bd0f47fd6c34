/** An ISO 8601 duration such as `P1Y2M3W4DT5H6M7.5S`; each part is optional. */
const DURATION =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;

/**
 * Whether two ISO 8601 durations are equal by the calendar: `P12M` is `P1Y`, but `P30D` is not
 * `P1M`, and `P1D` is not `PT24H`.
 */
export function isSameLength(one: string, other: string): boolean {
  return lengthOf(one).join() === lengthOf(other).join();
}

/** A duration in years, roughly: a year has twelve months or 365 days. Only for an upper limit. */
export function yearsOf(duration: string): number {
  const [months, days, ms] = lengthOf(duration);
  return months / 12 + (days + ms / 86_400_000) / 365;
}

/** Months, days and milliseconds: none of them can be converted into another. */
function lengthOf(duration: string): [months: number, days: number, ms: number] {
  const parts = DURATION.exec(duration)?.slice(1) ?? [];
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    parts.map((part) => Number(part ?? 0));
  return [
    years * 12 + months,
    weeks * 7 + days,
    Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000),
  ];
}

/** The longest generation of a kind without `maxSeconds`: 24 hours. */
export const DEFAULT_MAX_SECONDS = 86_400;
