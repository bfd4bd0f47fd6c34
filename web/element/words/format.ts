import { minorDigits } from '../../../domain/pricing/money';
import { isRightToLeft } from './direction';

/** Numbers, money and times as the visitor writes them. Times are ISO 8601 instants. */
export interface Format {
  locale: string;
  /** `1,200` */
  count(value: number): string;
  /** `$49.00`, `4.900 ¥`: an amount in minor units, with the currency's number of decimals. */
  money(cents: number, currency: string): string;
  /** `$0.39`, `$0.0039`: the price of one of `of`. */
  moneyEach(cents: number, currency: string, of: number): string;
  /** `30 November`; with the year if it isn't the present one */
  day(at: string): string;
  /** `Today`, `Yesterday`, else as `day`: the heading of what happened on that day. */
  recentDay(at: string): string;
  /** `2026-11-30`: the visitor's day, for comparing */
  dayKey(at: string): string;
  /** `14:02` */
  clock(at: string): string;
  /** `30 Nov`: a calendar day, `2026-11-30`, which is the same in every zone. */
  shortDay(day: string): string;
  /** `−4`, `+125` */
  change(value: number): string;
  /** `30 Nov, 14:02` */
  moment(at: string): string;
  /** `Monday, 30 November 2026 at 14:02:10 Central European Standard Time` */
  full(at: string): string;
  /** `40%` */
  percent(share: number): string;
  /** `12 seconds ago`, `3 minutes ago` */
  ago(at: string, now: number): string;
  /** `8 seconds` */
  seconds(value: number): string;
  /** `in 3 days`, `tomorrow` */
  until(at: string, now: number): string;
}

const DAY_MS = 86_400_000;

export interface FormatOptions {
  /** An IANA name; the browser's own by default. */
  timeZone?: string;
  /**
   * The language of the words around, which dates and digits keep too; English by default. The
   * locale of another language gives its region alone.
   */
  language?: string;
  now?: () => number;
}

/** @throws RangeError if the locale or the time zone is invalid */
export function createFormat(
  wished: string,
  { timeZone, language = 'en', now = Date.now }: FormatOptions = {},
): Format {
  const locale = localeIn(language, wished);
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
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone });
  const dayKey = calendarOf(zone);
  const shortDay = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const change = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'full', ...zone });
  const seconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
    maximumFractionDigits: 3,
  });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const dayInWords = (at: string) =>
    (yearOf(Date.parse(at)) === yearOf(now()) ? day : dayOfYear).format(new Date(at));
  return {
    locale,
    count: (value) => count.format(value),
    money: (cents, currency) => inCurrency(locale, cents, currency),
    moneyEach: (cents, currency, of) => inCurrency(locale, cents / of, currency),
    day: dayInWords,
    recentDay: (at) => {
      const days = daysBetween(now(), Date.parse(at), zone);
      return days === 0 || days === -1
        ? capitalised(relative.format(days, 'day'), locale)
        : dayInWords(at);
    },
    dayKey: (at) => dayKey.format(new Date(at)),
    clock: (at) => clock.format(new Date(at)),
    shortDay: (date) => shortDay.format(Date.parse(`${date}T00:00:00Z`)),
    change: (value) => leftToRight(locale, change.format(value).replace('-', '−')),
    moment: (at) => moment.format(new Date(at)),
    full: (at) => full.format(new Date(at)),
    percent: (share) => percent.format(share),
    ago: (at, now) => age(relative, Math.max(0, now - Date.parse(at))),
    seconds: (value) => seconds.format(value),
    until: (at, now) => relative.format(daysBetween(now, Date.parse(at), zone), 'day'),
  };
}

function localeIn(language: string, wished: string): string {
  const locale = new Intl.Locale(wished);
  if (locale.language === new Intl.Locale(language).language) return wished;
  return `${language}-${locale.maximize().region ?? 'US'}`;
}

/** A sign stays before its digits in text that goes from right to left. */
function leftToRight(locale: string, amount: string): string {
  return isRightToLeft(locale) ? `\u2066${amount}\u2069` : amount;
}

/** A clock that is behind the server's shows no time in the future: it is now. */
function age(relative: Intl.RelativeTimeFormat, ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return relative.format(-seconds, 'second');
  return relative.format(-Math.round(seconds / 60), 'minute');
}

/** The days between two times by the calendar: an end after midnight is tomorrow. */
function daysBetween(from: number, to: number, zone: { timeZone?: string }): number {
  const calendar = calendarOf(zone);
  const dayOf = (at: number) => Date.parse(`${calendar.format(at)}T00:00:00Z`);
  return Math.round((dayOf(to) - dayOf(from)) / DAY_MS);
}

/** Writes days as ISO 8601 does. */
function calendarOf(zone: { timeZone?: string }): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...zone,
  });
}

function capitalised(text: string, locale: string): string {
  const [first = '', ...rest] = text;
  return `${first.toLocaleUpperCase(locale)}${rest.join('')}`;
}

function inCurrency(locale: string, cents: number, currency: string): string {
  const digits = minorDigits(currency);
  const precise = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // A fraction of a cent shows two digits.
    maximumSignificantDigits: 2,
    roundingPriority: 'morePrecision',
  });
  return precise.format(cents / 10 ** digits);
}

/**
 * The first tag that the browser has numbers and dates for; English if there is none. Malformed
 * tags are skipped.
 */
export function firstKnownLocale(wished: readonly string[]): string {
  for (const tag of wished) {
    try {
      const [locale] = Intl.NumberFormat.supportedLocalesOf(tag);
      if (locale !== undefined) return locale;
    } catch {
      // A malformed tag: the next one may be well-formed.
    }
  }
  return 'en';
}
