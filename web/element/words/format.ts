import { minorDigits } from '../../../domain/pricing/money';

/** Numbers, money and times as the visitor writes them. Times are ISO 8601 instants. */
export interface Format {
  locale: string;
  /** `1,200` */
  count(value: number): string;
  /** `$49.00`, `4.900 ¥`: of minor units, of which a currency has as many as it has. */
  money(cents: number, currency: string): string;
  /** `$0.392`: what one of them costs. */
  moneyEach(cents: number, currency: string, of: number): string;
  /** `30 November`, and the year where it is another one */
  day(at: string): string;
  /** `30 Nov`: of a day of the calendar, `2026-11-30`, which is the same in every zone. */
  shortDay(day: string): string;
  /** `−4`, `+125` */
  change(value: number): string;
  /** `30 Nov, 14:02` */
  moment(at: string): string;
  /** `Monday, 30 November 2026 at 14:02:10 Central European Standard Time` */
  full(at: string): string;
  /** `8 seconds` */
  seconds(value: number): string;
  /** `in 3 days`, `tomorrow` */
  until(at: string, now: number): string;
}

const DAY_MS = 86_400_000;

export interface FormatOptions {
  /** An IANA name; the browser's own if it is left out. */
  timeZone?: string;
  /** Of the words around: what is itself words is said in it, with the visitor's digits. English if it is left out. */
  language?: string;
  now?: () => number;
}

/** @throws RangeError where the locale or the time zone is none */
export function createFormat(
  locale: string,
  { timeZone, language = 'en', now = Date.now }: FormatOptions = {},
): Format {
  const zone = timeZone === undefined ? {} : { timeZone };
  const count = new Intl.NumberFormat(locale);
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', ...zone });
  const dayOfYear = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...zone,
  });
  const yearOf = (at: number) =>
    new Intl.DateTimeFormat('en', { year: 'numeric', ...zone }).format(at);
  const moment = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  });
  const shortDay = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const change = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'full', ...zone });
  const spoken = `${language}-${new Intl.Locale(locale).maximize().region ?? 'US'}`;
  const seconds = new Intl.NumberFormat(spoken, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
    maximumFractionDigits: 3,
  });
  const relative = new Intl.RelativeTimeFormat(spoken, { numeric: 'auto' });
  return {
    locale,
    count: (value) => count.format(value),
    money: (cents, currency) => inCurrency(locale, cents, currency),
    moneyEach: (cents, currency, of) => inCurrency(locale, cents / of, currency, 1),
    day: (at) => (yearOf(Date.parse(at)) === yearOf(now()) ? day : dayOfYear).format(new Date(at)),
    shortDay: (date) => shortDay.format(Date.parse(`${date}T00:00:00Z`)),
    change: (value) => change.format(value).replace('-', '−'),
    moment: (at) => moment.format(new Date(at)),
    full: (at) => full.format(new Date(at)),
    seconds: (value) => seconds.format(value),
    until: (at, now) => relative.format(daysBetween(now, Date.parse(at), zone), 'day'),
  };
}

/** Whole days by the calendar, so that what ends after midnight ends tomorrow. */
function daysBetween(from: number, to: number, zone: { timeZone?: string }): number {
  const calendar = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...zone,
  });
  const dayOf = (at: number) => Date.parse(`${calendar.format(at)}T00:00:00Z`);
  return Math.round((dayOf(to) - dayOf(from)) / DAY_MS);
}

function inCurrency(locale: string, cents: number, currency: string, moreDigits = 0): string {
  const digits = minorDigits(currency);
  const precise = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits + moreDigits,
  });
  return precise.format(cents / 10 ** digits);
}

/** The first of which numbers and dates are known here; English where there is none. Tags come in any case and shape. */
export function firstKnownLocale(wished: readonly string[]): string {
  for (const tag of wished) {
    try {
      const [locale] = Intl.NumberFormat.supportedLocalesOf(tag);
      if (locale !== undefined) return locale;
    } catch {
      // It is no language tag; the next may be one.
    }
  }
  return 'en';
}
