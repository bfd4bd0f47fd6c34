import type { Api } from '../api/http-api';
import { asProblem, type Problem } from '../api/problem';
import type { Generation, History, HistoryEntry, Usage } from '../api/types';
import { mergeEntries, rowsOf } from './receipts';

export interface SpendingFilter {
  /** How many days are shown; the last one is today. */
  days: number;
  /** One generation type; null for all of them and all other entries. */
  kind: string | null;
}

export interface Receipt {
  generation: Generation | null;
  problem: Problem | null;
}

/** What the spending section shows. Loaded data stays until newer data has come. */
export interface Spending {
  filter: SpendingFilter;
  usage: Usage | null;
  /** Newest first; null until the first page is loaded. */
  entries: HistoryEntry[] | null;
  /** `before` of the next page; null after the last page. */
  next: number | null;
  /**
   * first: the shown data, if any, is of another filter. again: the shown data may be out of date.
   * more: an older page is being loaded.
   */
  loading: 'first' | 'again' | 'more' | null;
  problem: Problem | null;
  /** The receipts that were opened, by request id. */
  receipts: ReadonlyMap<string, Receipt>;
  download: 'idle' | 'busy' | Problem;
}

export const PERIODS = [7, 30, 90];

/** Entries per page; a generation has two. */
const PAGE_SIZE = 20;
/** A purchase and its event within this time cause one read. */
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

/** Reads the usage and the history, page by page, and again whenever an entry was booked. */
export class SpendingReader {
  readonly #api: Api;
  readonly #changed: () => void;
  #spending = INITIAL;
  /** The filter of the loaded entries. */
  #loadedFilter: SpendingFilter | null = null;
  #revision = -1;
  /** Aborted when the account changes: an answer about the earlier account is then ignored. */
  #account = new AbortController();
  /** Aborted by the next read: an answer to an earlier read is then ignored. */
  #reading = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  get state(): Spending {
    return this.#spending;
  }

  /** Drops everything, for another account. */
  reset(): void {
    this.stop();
    this.#account.abort();
    this.#account = new AbortController();
    this.#loadedFilter = null;
    this.#spending = INITIAL;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#reading.abort();
    this.#revision = -1;
    this.#spending = { ...this.#spending, loading: null };
  }

  /** Reads again for a new revision; the first time at once. */
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

  /** Loads the next page of the history. */
  async loadMore(): Promise<void> {
    const { next, loading, entries } = this.#spending;
    if (next === null || loading !== null) return;
    await this.#attempt('more', async (isLatest) => {
      const page = await this.#page(next);
      if (isLatest())
        this.#update({ entries: mergeEntries(entries ?? [], page.entries), next: page.next });
    });
  }

  /** Loads a receipt, unless it is loaded already. */
  async loadReceipt(requestId: string): Promise<void> {
    const known = this.#spending.receipts.get(requestId);
    if (known !== undefined && known.problem === null) return;
    await this.#readReceipt(requestId, { generation: null, problem: null });
  }

  /** Downloads the whole history under the filter as CSV. */
  async downloadCsv(saveAs: (file: Blob) => void): Promise<void> {
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
    const isSame = filter === this.#loadedFilter;
    await this.#attempt(isSame ? 'again' : 'first', async (isLatest) => {
      const { days } = filter;
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const [usage, page] = await Promise.all([
        this.#api.get<Usage>('/usage', { days, timeZone }),
        this.#page(),
      ]);
      if (!isLatest()) return;
      this.#loadedFilter = filter;
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
      // After a failed first read the shown data is of another filter, and goes.
      const nothing = loading === 'first' ? { usage: null, entries: null, next: null } : {};
      this.#update({ ...nothing, loading: null, problem: asProblem(error) });
    }
  }

  #page(before?: number): Promise<History> {
    return this.#api.get<History>('/history', { ...this.#query(), limit: PAGE_SIZE, before });
  }

  #query(): Record<string, string> {
    const { days, kind } = this.#spending.filter;
    const since = new Date();
    since.setHours(0, 0, 0, 0);
    since.setDate(since.getDate() - days + 1);
    return { since: since.toISOString(), ...(kind !== null && { kind }) };
  }

  /**
   * The new first page joined to the loaded entries; the page alone if there is a gap between them.
   */
  #joined(page: History): Pick<Spending, 'entries' | 'next'> {
    const { entries: known, next } = this.#spending;
    const oldest = page.entries.at(-1)?.version ?? 0;
    const hasGap = page.next !== null && oldest > (known?.[0]?.version ?? 0);
    if (known === null || hasGap) return page;
    const isDeeper = (known.at(-1)?.version ?? oldest) < oldest;
    return { entries: mergeEntries(known, page.entries), next: isDeeper ? next : page.next };
  }

  /** Loads the receipts again of generations that have ended since. */
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
