import type { Api } from '../api/http-api';
import { asProblem, type Problem } from '../api/problem';
import { followEvents } from '../api/stream';
import type {
  Balance,
  Generation,
  Overview,
  PriceList,
  Settings,
  Subscription,
} from '../api/types';
import { ProgressReader } from './progress';
import { SpendingReader } from './spending';
import { INITIAL_STATE, type State } from './state';

/** What the actions of the sections work on. No action throws; each changes the state. */
export interface StoreContext {
  readonly api: Api;
  readonly state: State;
  update(change: Partial<State>): void;
  /** Reads prices, subscription and settings again, about which there are no events. */
  refresh(): Promise<void>;
}

/** A generation causes several events in a row; events within this time cause one read. */
const REFRESH_DELAY_MS = 400;

/** The state of one account: read once, then kept current by its events from `start` to `end`. */
export class Store implements StoreContext {
  readonly api: Api;
  readonly spending: SpendingReader;
  readonly progress: ProgressReader;
  readonly #changed: (state: State) => void;
  #state: State = INITIAL_STATE;
  #life = new AbortController();
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  /**
   * Whether the overview came with the page: it is as new as the first event, which then causes no
   * read.
   */
  #isFresh = false;
  #isOver = false;

  constructor(api: Api, changed: (state: State) => void) {
    this.api = api;
    this.#changed = changed;
    this.spending = new SpendingReader(api, () => changed(this.#state));
    this.progress = new ProgressReader(api, () => changed(this.#state));
  }

  get state(): State {
    return this.#state;
  }

  /** Starts with nothing, or with the overview in the page. */
  start(embedded: Overview | null): void {
    this.#stop();
    this.spending.reset();
    this.#life = new AbortController();
    this.#isFresh = embedded !== null;
    this.#state = { ...INITIAL_STATE, overview: embedded };
    this.#changed(this.#state);
    void this.#follow(this.#life.signal);
  }

  /**
   * Continues with a fresh token of the same account. The shown figures stay until newer ones come.
   */
  reconnect(): void {
    this.#stop();
    this.#life = new AbortController();
    this.update({ connection: 'loading', problem: null });
    void this.#follow(this.#life.signal);
  }

  /**
   * Ends the store for good. Answers that come later are ignored, so that they can't mix with
   * another account's.
   */
  end(): void {
    this.#stop();
    this.spending.reset();
    this.#state = INITIAL_STATE;
    this.#isOver = true;
  }

  #stop(): void {
    clearTimeout(this.#refreshTimer);
    this.#life.abort();
    this.spending.stop();
    this.progress.stop();
  }

  update(change: Partial<State>): void {
    if (this.#isOver) return;
    this.#state = { ...this.#state, ...change };
    if (this.#state.connection === 'live') {
      this.spending.follow(this.#state.revision);
      this.progress.follow(this.#state.overview?.open ?? []);
    }
    this.#changed(this.#state);
  }

  async refresh(): Promise<void> {
    const { signal } = this.#life;
    const { overview } = this.#state;
    if (overview === null) return;
    try {
      const rest = await readRest(this.api);
      if (signal.aborted) return;
      this.update({ overview: { ...(this.#state.overview ?? overview), ...rest } });
    } catch (error) {
      if (!signal.aborted) this.#handleProblem(asProblem(error));
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const unlessOver =
      <Arguments extends unknown[]>(action: (...args: Arguments) => void) =>
      (...args: Arguments) => {
        if (!signal.aborted) action(...args);
      };
    let balance: Balance | undefined;
    const onBalance = (latest: Balance) => {
      balance = latest;
    };
    await followEvents(
      this.api,
      {
        balance: unlessOver(onBalance),
        open: unlessOver((open) => balance && this.#showSnapshot(balance, open)),
        ended: unlessOver((ended) => this.update({ ended })),
        interrupted: unlessOver((problem) => this.#handleProblem(problem)),
        expired: unlessOver((problem) => this.#handleProblem(problem)),
      },
      signal,
    );
  }

  /** Takes a snapshot of the server, which sends the balance first, then the open generations. */
  #showSnapshot(balance: Balance, open: Generation[]): void {
    const { overview } = this.#state;
    if (overview === null) return void this.#readAll(balance, open);
    const { connection, revision } = this.#state;
    const isFirst = connection !== 'live';
    const isBooked = isFirst || bookedOf(balance) !== bookedOf(overview.balance);
    this.update({
      ...{ overview: { ...overview, balance, open }, connection: 'live', problem: null },
      revision: isBooked ? revision + 1 : revision,
    });
    clearTimeout(this.#refreshTimer);
    if (!this.#isFresh)
      this.#refreshTimer = setTimeout(() => void this.refresh(), isFirst ? 0 : REFRESH_DELAY_MS);
    this.#isFresh = false;
  }

  async #readAll(balance: Balance, open: Generation[]): Promise<void> {
    const { signal } = this.#life;
    try {
      const rest = await readRest(this.api);
      if (signal.aborted) return;
      this.update({ overview: { ...rest, balance, open }, connection: 'live', problem: null });
    } catch (error) {
      if (!signal.aborted) this.#handleProblem(asProblem(error));
    }
  }

  /** Shows a problem. Old figures stay, and the page says that they are old. */
  #handleProblem(problem: Problem): void {
    if (problem.kind === 'expired') this.update({ connection: 'expired', problem });
    else if (this.#state.overview !== null) this.update({ connection: 'offline', problem });
    else this.update({ connection: problem.kind === 'offline' ? 'offline' : 'error', problem });
  }
}

/** A text that changes with every entry of the journal, and with nothing else. */
function bookedOf({
  available,
  pendingExpiry,
  reserved,
  spent,
  expired,
  deducted,
  refunded,
  frozen,
  owed,
}: Balance): string {
  const held = [available + pendingExpiry, reserved, frozen];
  return [...held, spent, expired, deducted, refunded, owed].join();
}

async function readRest(api: Api): Promise<Pick<Overview, 'prices' | 'subscription' | 'settings'>> {
  const [prices, { subscription }, settings] = await Promise.all([
    api.get<PriceList>('/prices'),
    api.get<{ subscription: Subscription | null }>('/subscription'),
    api.get<Settings>('/settings'),
  ]);
  return { prices, subscription, settings };
}
