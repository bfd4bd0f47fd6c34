import {
  type BurnRates,
  type BurnRatesPage,
  boundsOf,
  MOVED_BY,
  type Report,
  type ReportPage,
} from '../../contract/report';
import type { LedgerCalls } from '../connection/calls';

export type Reports = ReturnType<typeof reports>;

/** Few enough that a page's snapshot is short: see `ledger/audits.ts`. */
const ENTRIES_PER_PAGE = 10_000;

/** Figures of finance, from the journal alone. They write nothing. */
export function reports(calls: LedgerCalls) {
  return {
    /**
     * What a month's entries come to. Once the month is over, the same for ever. `onPage` is told
     * how many accounts have been read.
     */
    async month(month: string, onPage?: (accounts: number) => void): Promise<Report> {
      const { from, until } = boundsOf(month);
      const sums = new Sums();
      let now = '';
      let next: ReportPage['next'] = { from: '', version: null, state: null };
      while (next !== null) {
        const { from: fromAccount, version, state }: NonNullable<ReportPage['next']> = next;
        const page: ReportPage = await calls.call('report_page', {
          ...{ fromAt: from, until, from: fromAccount, version, state },
          entriesMax: ENTRIES_PER_PAGE,
        });
        sums.add(page);
        now ||= page.now;
        next = page.next;
        onPage?.(sums.accounts);
      }
      return { month, from, until, final: now >= until, ...sums.report() };
    },

    /** What each account has used in a month, a page of accounts. */
    burnRates(month: string, { after = '', dry, limit }: BurnRatesPage): Promise<BurnRates> {
      const { from, until } = boundsOf(month);
      return calls.call('report_accounts', { fromAt: from, until, after, isDry: dry, limit });
    },
  };
}

interface Money {
  credits: number;
  cents: number;
}

/** Lines that are added up by everything that isn't a figure. */
class Lines<Line extends Money & { entries?: number }> {
  readonly #lines = new Map<string, Line>();

  add(line: Line): void {
    const { credits, cents, entries, ...dimensions } = line;
    const key = JSON.stringify(Object.entries(dimensions).sort());
    const sum = this.#lines.get(key);
    if (sum === undefined) {
      this.#lines.set(key, { ...line });
      return;
    }
    sum.credits += credits;
    sum.cents += cents;
    if (sum.entries !== undefined && entries !== undefined) sum.entries += entries;
  }

  sorted(): Line[] {
    const lines = [...this.#lines].sort(([one], [other]) => (one < other ? -1 : 1));
    return lines.map(([, line]) => line);
  }
}

class Sums {
  accounts = 0;
  readonly #lines = new Lines<Report['lines'][number]>();
  readonly #outstanding = new Lines<Report['outstanding'][number]>();
  readonly #months = new Lines<Report['months'][number]>();

  add({ accounts, movements, months, outstanding }: ReportPage): void {
    this.accounts += accounts;
    for (const line of named(movements)) this.#lines.add(line);
    for (const line of named(months)) this.#months.add(line);
    for (const line of outstanding) this.#outstanding.add(line);
  }

  report(): Pick<Report, 'accounts' | 'totals' | 'lines' | 'outstanding' | 'months'> {
    const [lines, outstanding] = [this.#lines.sorted(), this.#outstanding.sorted()];
    return {
      accounts: this.accounts,
      totals: totalsOf(lines, outstanding),
      lines,
      outstanding,
      months: this.#months.sorted(),
    };
  }
}

/** With the names of what has moved, without what moves nothing. */
function named<Line extends { type: string }>(
  lines: Line[],
): (Omit<Line, 'type'> & { what: string })[] {
  return lines.flatMap(({ type, ...line }) => {
    const what = Object.hasOwn(MOVED_BY, type) ? MOVED_BY[type as keyof typeof MOVED_BY] : type;
    return what === null ? [] : [{ what, ...line }];
  });
}

/** What was there before is what is left, less what was granted, and what has gone. */
function totalsOf(lines: Report['lines'], outstanding: Report['outstanding']): Report['totals'] {
  const moved = new Lines<Report['totals'][number]>();
  const ends = new Map<string, { opening: Money; closing: Money }>();
  const endsOf = (currency: string) => {
    const zero = () => ({ credits: 0, cents: 0 });
    const known = ends.get(currency) ?? { opening: zero(), closing: zero() };
    ends.set(currency, known);
    return known;
  };
  for (const { currency, credits, cents } of outstanding) {
    if (currency === null) continue;
    for (const end of Object.values(endsOf(currency))) {
      end.credits += credits;
      end.cents += cents;
    }
  }
  for (const { currency, what, credits, cents } of lines) {
    moved.add({ currency, what, credits, cents });
    if (currency === null) continue;
    const sign = what === 'granted' ? -1 : 1;
    const { opening } = endsOf(currency);
    opening.credits += sign * credits;
    opening.cents += sign * cents;
  }
  const found = moved.sorted();
  const currencies = [...ends].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    ...currencies.flatMap(([currency, { opening, closing }]) => [
      { currency, what: 'opening', ...opening },
      ...found.filter((line) => line.currency === currency),
      { currency, what: 'closing', ...closing },
    ]),
    ...found.filter(({ currency }) => currency === null),
  ];
}
