/** `P1Y2M3W4DT5H6M7.5S`, of which any part may be missing. */
const DURATION =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;

/** As the calendar counts: `P12M` is `P1Y`, but `P30D` is not `P1M`, and a day is not 24 hours. */
export function isSameLength(one: string, other: string): boolean {
  return lengthOf(one).join() === lengthOf(other).join();
}

/** Roughly, with a year of twelve months or of 365 days: enough to say whether it is too long. */
export function yearsOf(duration: string): number {
  const [months, days, ms] = lengthOf(duration);
  return months / 12 + (days + ms / 86_400_000) / 365;
}

/** Months, days and milliseconds, none of which can be turned into another. */
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

/** The longest generation where the customer publishes no maximum: 24 hours, in seconds. */
export const DEFAULT_MAX_SECONDS = 86_400;
