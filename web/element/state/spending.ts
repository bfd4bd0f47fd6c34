import type { Api } from '../api/http-api';
import { asProblem, type Problem } from '../api/problem';
import type { Generation, History, HistoryEntry, Usage } from '../api/types';
import { mergeEntries, rowsOf } from './receipts';

export interface SpendingFilter {
  /** The last one is today. */
  days: number;
  /** All generation types, and whatever else happened to the credits, where it is null. */
  kind: string | null;
}

export interface Receipt {
  generation: Generation | null;
  problem: Problem | null;
}

/** What the section shows. What was loaded stays until there is something newer, also where that can't be had. */
export interface Spending {
  filter: SpendingFilter;
  usage: Usage | null;
  /** Newest first; null until the first page has come. */
  entries: HistoryEntry[] | null;
  /** Where the next page begins; null after the last. */
  next: number | null;
  /** first: what is shown is of another filter, if anything. again: it may be out of date. */
  loading: 'first' | 'again' | 'more' | null;
  problem: Problem | null;
  /** Those that were opened, by request. */
  receipts: ReadonlyMap<string, Receipt>;
  download: 'idle' | 'busy' | Problem;
}

export const PERIODS = [7, 30, 90];

/** In entries, of which a generation has two. */
const PAGE = 20;
/** A purchase and the event that tells of it are one reason to read again. */
const DEBOUNCE_MS = 150;

const INITIAL: Spending = {
  filter: { days: 30, kind: null },
  usage: null,
  entries: null,
  next: null,
  loading: null,
  problem: null,
  receipts: new Map(),
  download: 'idle',
};

/** Where the credits went: asked for by pages, and again whenever something was booked. */
export class SpendingReader {
  readonly #api: Api;
  readonly #changed: () => void;
  #spending = INITIAL;
  /** Under which the entries were read. */
  #shown: SpendingFilter | null = null;
  #revision = -1;
  /** Ends with the account: what was asked about it tells nothing of another. */
  #account = new AbortController();
  /** The latest reading: an answer to an earlier one is no longer of interest. */
  #reading = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  get state(): Spending {
    return this.#spending;
  }

  /** Another account's: nothing of the earlier one stays. */
  reset(): void {
    this.stop();
    this.#account.abort();
    this.#account = new AbortController();
    this.#shown = null;
    this.#spending = INITIAL;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#reading.abort();
    this.#revision = -1;
    this.#spending = { ...this.#spending, loading: null };
  }

  /** Reads what there is at that revision, the first time at once. */
  follow(revision: number): void {
    if (revision === this.#revision) return;
    const delayMs = this.#revision < 0 ? 0 : DEBOUNCE_MS;
    this.#revision = revision;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), delayMs);
  }

  choose(change: Partial<SpendingFilter>): void {
    this.#update({ filter: { ...this.#spending.filter, ...change } });
    void this.#read();
  }

  retry(): void {
    void this.#read();
  }

  async more(): Promise<void> {
    const { next, loading, entries } = this.#spending;
    if (next === null || loading !== null) return;
    await this.#attempt('more', async (isLatest) => {
      const page = await this.#page(next);
      if (isLatest())
        this.#update({ entries: mergeEntries(entries ?? [], page.entries), next: page.next });
    });
  }

  /** Asks for the receipt, once, unless the generation has ended since. */
  async open(requestId: string): Promise<void> {
    const known = this.#spending.receipts.get(requestId);
    if (known !== undefined && known.problem === null) return;
    await this.#readReceipt(requestId, { generation: null, problem: null });
  }

  /** All that is shown, and all pages that are not, under the same filter. */
  async save(saveAs: (file: Blob) => void): Promise<void> {
    if (this.#spending.download === 'busy') return;
    const { signal } = this.#account;
    this.#update({ download: 'busy' });
    try {
      const response = await this.#api.open(`/history.csv?${new URLSearchParams(this.#query())}`, {
        signal,
      });
      saveAs(await response.blob());
      this.#update({ download: 'idle' });
    } catch (error) {
      if (!signal.aborted) this.#update({ download: asProblem(error) });
    }
  }

  async #read(): Promise<void> {
    const { filter } = this.#spending;
    const isSame = filter === this.#shown;
    await this.#attempt(isSame ? 'again' : 'first', async (isLatest) => {
      const { days } = filter;
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const [usage, page] = await Promise.all([
        this.#api.get<Usage>('/usage', { days, timeZone }),
        this.#page(),
      ]);
      if (!isLatest()) return;
      this.#shown = filter;
      this.#update({ usage, ...(isSame ? this.#joined(page) : page) });
      this.#renewReceipts();
    });
  }

  async #attempt(
    loading: 'first' | 'again' | 'more',
    read: (isLatest: () => boolean) => Promise<void>,
  ): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const isLatest = () => !signal.aborted;
    this.#update({ loading });
    try {
      await read(isLatest);
      if (isLatest()) this.#update({ loading: null, problem: null });
    } catch (error) {
      if (!isLatest()) return;
      // What is shown is not what was asked for, if that was of another filter.
      const nothing = loading === 'first' ? { usage: null, entries: null, next: null } : {};
      this.#update({ ...nothing, loading: null, problem: asProblem(error) });
    }
  }

  #page(before?: number): Promise<History> {
    return this.#api.get<History>('/history', { ...this.#query(), limit: PAGE, before });
  }

  #query(): Record<string, string> {
    const { days, kind } = this.#spending.filter;
    const since = new Date();
    since.setHours(0, 0, 0, 0);
    since.setDate(since.getDate() - days + 1);
    return { since: since.toISOString(), ...(kind !== null && { kind }) };
  }

  /** Below a first page that has come again stands what was loaded before, unless more has happened than it holds. */
  #joined(page: History): Pick<Spending, 'entries' | 'next'> {
    const { entries: known, next } = this.#spending;
    const oldest = page.entries.at(-1)?.version ?? 0;
    const hasGap = page.next !== null && oldest > (known?.[0]?.version ?? 0);
    if (known === null || hasGap) return page;
    const isDeeper = (known.at(-1)?.version ?? oldest) < oldest;
    return { entries: mergeEntries(known, page.entries), next: isDeeper ? next : page.next };
  }

  /** A generation that ran when its receipt was read may have ended. */
  #renewReceipts(): void {
    const { receipts, entries } = this.#spending;
    for (const row of rowsOf(entries ?? [])) {
      const known = row.type === 'generation' ? receipts.get(row.requestId)?.generation : undefined;
      const isOver = row.type === 'generation' && row.status !== 'running';
      if (known?.status === 'running' && isOver)
        void this.#readReceipt(known.requestId, { generation: known, problem: null });
    }
  }

  async #readReceipt(requestId: string, meanwhile: Receipt): Promise<void> {
    const { signal } = this.#account;
    this.#setReceipt(requestId, meanwhile);
    try {
      const generation = await this.#api.get<Generation>(
        `/generations/${encodeURIComponent(requestId)}`,
      );
      if (!signal.aborted) this.#setReceipt(requestId, { generation, problem: null });
    } catch (error) {
      if (!signal.aborted) this.#setReceipt(requestId, { ...meanwhile, problem: asProblem(error) });
    }
  }

  #setReceipt(requestId: string, receipt: Receipt): void {
    this.#update({ receipts: new Map([...this.#spending.receipts, [requestId, receipt]]) });
  }

  #update(change: Partial<Spending>): void {
    this.#spending = { ...this.#spending, ...change };
    this.#changed();
  }
}
