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
import { SpendingReader } from './spending';
import { INITIAL_STATE, type State } from './state';

/** What the sections may ask for; each changes the state, and none of them throws. */
export interface StoreContext {
  readonly api: Api;
  readonly state: State;
  update(change: Partial<State>): void;
  /** Reads again what no event tells of: prices, subscription, settings. */
  refresh(): Promise<void>;
}

/** Several events in a row, as a generation causes them, are one reason to read again. */
const REFRESH_DELAY_MS = 400;

/** The account as the page knows it: read once, then followed by its events for as long as it is started. */
export class Store implements StoreContext {
  readonly api: Api;
  readonly spending: SpendingReader;
  readonly #changed: (state: State) => void;
  #state: State = INITIAL_STATE;
  #life = new AbortController();
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the page brought along is as new as the first event, and needn't be read again for it. */
  #isFresh = false;
  #isOver = false;

  constructor(api: Api, changed: (state: State) => void) {
    this.api = api;
    this.#changed = changed;
    this.spending = new SpendingReader(api, () => changed(this.#state));
  }

  get state(): State {
    return this.#state;
  }

  /** From nothing, or from what the page has brought along. */
  start(known: Overview | null): void {
    this.#stop();
    this.spending.reset();
    this.#life = new AbortController();
    this.#isFresh = known !== null;
    this.#state = { ...INITIAL_STATE, overview: known };
    this.#changed(this.#state);
    void this.#follow(this.#life.signal);
  }

  /** The same account with a fresh token: what is shown stays until there is something newer. */
  resume(): void {
    this.#stop();
    this.#life = new AbortController();
    this.update({ connection: 'loading', problem: null });
    void this.#follow(this.#life.signal);
  }

  /** For good: an answer that comes later tells nothing any more, least of all of the account that takes its place. */
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
  }

  update(change: Partial<State>): void {
    if (this.#isOver) return;
    this.#state = { ...this.#state, ...change };
    if (this.#state.connection === 'live') this.spending.follow(this.#state.revision);
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
      if (!signal.aborted) this.#meet(asProblem(error));
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const unlessOver =
      <Arguments extends unknown[]>(action: (...args: Arguments) => void) =>
      (...args: Arguments) => {
        if (!signal.aborted) action(...args);
      };
    let balance: Balance | undefined;
    const onBalance = (next: Balance) => {
      balance = next;
    };
    await followEvents(
      this.api,
      {
        balance: unlessOver(onBalance),
        open: unlessOver((open) => balance && this.#arrived(balance, open)),
        ended: unlessOver((ended) => this.update({ ended })),
        interrupted: unlessOver((problem) => this.#meet(problem)),
        expired: unlessOver((problem) => this.#meet(problem)),
      },
      signal,
    );
  }

  /** Each look of the server tells both, the balance first. */
  #arrived(balance: Balance, open: Generation[]): void {
    const { overview } = this.#state;
    if (overview === null) return void this.#readAll(balance, open);
    const { connection, revision } = this.#state;
    const isFirst = connection !== 'live';
    const isNews = isFirst || bookedOf(balance) !== bookedOf(overview.balance);
    this.update({
      ...{ overview: { ...overview, balance, open }, connection: 'live', problem: null },
      revision: isNews ? revision + 1 : revision,
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
      if (!signal.aborted) this.#meet(asProblem(error));
    }
  }

  /** Old figures are better than none, as long as the page says that they are old. */
  #meet(problem: Problem): void {
    if (problem.kind === 'expired') this.update({ connection: 'expired', problem });
    else if (this.#state.overview !== null) this.update({ connection: 'offline', problem });
    else this.update({ connection: problem.kind === 'offline' ? 'offline' : 'error', problem });
  }
}

/** Changes with every entry of the journal, and with nothing else. */
function bookedOf({
  available,
  pendingExpiry,
  reserved,
  spent,
  expired,
  deducted,
}: Balance): string {
  return [available + pendingExpiry, reserved, spent, expired, deducted].join();
}

async function readRest(api: Api): Promise<Pick<Overview, 'prices' | 'subscription' | 'settings'>> {
  const [prices, { subscription }, settings] = await Promise.all([
    api.get<PriceList>('/prices'),
    api.get<{ subscription: Subscription | null }>('/subscription'),
    api.get<Settings>('/settings'),
  ]);
  return { prices, subscription, settings };
}
