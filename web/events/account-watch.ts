import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HoldfastClient } from '../../client/client';
import type { Balance } from '../../contract/balance';
import { HoldfastError } from '../../contract/errors';
import type { Generation } from '../../contract/generation-view';
import type { Ledger } from '../../ledger/ledger';
import { generationOf } from '../generation-view';

/** What a watcher of an account is told. */
export type AccountEvent =
  | { event: 'balance'; data: Balance }
  /** All generations that run or wait. */
  | { event: 'generations'; data: { open: Generation[] } }
  /** A generation that has ended. */
  | { event: 'generation'; data: Generation }
  /** The ledger can't be read: the last figures may be out of date until the next balance. */
  | { event: 'unavailable'; data: { code: string } };

export type Listener = (events: AccountEvent[]) => void;

export interface AccountWatchOptions {
  client: HoldfastClient;
  ledger: Pick<Ledger, 'accountStamps' | 'request'>;
  log: Logger;
  pollMs: number;
}

interface Watched {
  accountId: string;
  /** Those who listen, and those who are about to. */
  watcherCount: number;
  listeners: Set<Listener>;
  stamp?: string;
  /** The latest snapshot; absent before the first one. */
  state?: { version: number; balance: Balance; open: Generation[] };
  reading?: Promise<void>;
  readAtMs: number;
  /** The code of the last read's error; absent if it succeeded. */
  failure?: string;
}

/** A promotion's end changes no row of the ledger, so every account is read again this often. */
const REREAD_MS = 30_000;
const READS_AT_ONCE = 5;
/**
 * Of more entries than these since the last read, only the newest are checked for generations that
 * ended.
 */
const ENTRIES_MAX = 100;

/**
 * Polls the accounts with listeners, all of them in one call of the ledger, and reads those that
 * have changed. The number of listeners of one account makes no difference to the ledger.
 */
export class AccountWatch {
  readonly #options: AccountWatchOptions;
  readonly #accounts = new Map<string, Watched>();
  #polling?: AbortController;

  constructor(options: AccountWatchOptions) {
    this.#options = options;
  }

  /**
   * Gives the listener a snapshot of the account, then every change. Returns a function that ends
   * it.
   *
   * @throws HoldfastError LEDGER_UNAVAILABLE
   */
  async join(accountId: string, listener: Listener): Promise<() => void> {
    const watched = this.#accounts.get(accountId) ?? {
      accountId,
      watcherCount: 0,
      listeners: new Set(),
      readAtMs: 0,
    };
    this.#accounts.set(accountId, watched);
    watched.watcherCount += 1;
    try {
      if (watched.state === undefined) await this.#readShared(watched);
    } catch (error) {
      this.#leave(watched);
      throw error;
    }
    watched.listeners.add(listener);
    this.#poll();
    if (watched.state) listener([...snapshotOf(watched.state), ...unavailableOf(watched)]);
    return () => {
      watched.listeners.delete(listener);
      this.#leave(watched);
    };
  }

  /** Whether the ledger knew the account when it was last asked; only while there are listeners. */
  knows(accountId: string): boolean {
    return this.#accounts.get(accountId)?.stamp !== undefined;
  }

  #leave(watched: Watched): void {
    watched.watcherCount -= 1;
    if (watched.watcherCount > 0) return;
    this.#accounts.delete(watched.accountId);
    if (this.#accounts.size > 0) return;
    this.#polling?.abort();
    this.#polling = undefined;
  }

  /** Runs one loop for all accounts, for as long as there are any. */
  #poll(): void {
    if (this.#polling) return;
    const polling = new AbortController();
    this.#polling = polling;
    const loop = async () => {
      while (!polling.signal.aborted) {
        await pause(this.#options.pollMs, undefined, { signal: polling.signal, ref: false });
        await this.#pollOnce();
      }
    };
    loop().catch((error) => {
      if (!polling.signal.aborted)
        this.#options.log.error({ err: error }, 'the event streams have stopped');
    });
  }

  async #pollOnce(): Promise<void> {
    const all = [...this.#accounts.values()].filter(({ listeners }) => listeners.size > 0);
    try {
      const stamps = await this.#options.ledger.accountStamps(
        all.map(({ accountId }) => accountId),
      );
      const now = Date.now();
      const changed = all.filter((watched) => {
        const stamp = stamps[watched.accountId];
        const isChanged =
          stamp !== watched.stamp ||
          watched.failure !== undefined ||
          now - watched.readAtMs > REREAD_MS;
        // Kept before the read, so that a change during the read shows at the next poll.
        watched.stamp = stamp;
        return isChanged;
      });
      while (changed.length > 0) {
        await Promise.all(
          changed.splice(0, READS_AT_ONCE).map((watched) => this.#readOrReport(watched)),
        );
      }
    } catch (error) {
      for (const watched of all) this.#reportFailure(watched, error);
    }
  }

  async #readOrReport(watched: Watched): Promise<void> {
    try {
      await this.#readShared(watched);
    } catch (error) {
      this.#reportFailure(watched, error);
    }
  }

  #reportFailure(watched: Watched, error: unknown): void {
    if (watched.failure !== undefined) return;
    const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
    this.#options.log.warn(
      { code, err: error, accountId: watched.accountId },
      'an event stream has no news',
    );
    watched.failure = code;
    tell(watched, unavailableOf(watched));
  }

  /** Reads the account; calls at the same time share one read. */
  #readShared(watched: Watched): Promise<void> {
    watched.reading ??= this.#read(watched).finally(() => {
      watched.reading = undefined;
    });
    return watched.reading;
  }

  async #read(watched: Watched): Promise<void> {
    const { client } = this.#options;
    const { accountId, state: before } = watched;
    // Without a stamp the next poll would take the first one for a change.
    if (!before) watched.stamp = (await this.#options.ledger.accountStamps([accountId]))[accountId];
    const [balance, records, { entries }] = await Promise.all([
      client.balance(accountId),
      client.generations.open(accountId),
      client.history(accountId, { limit: before ? ENTRIES_MAX : 1 }),
    ]);
    const state = {
      version: entries[0]?.version ?? 0,
      balance,
      open: records.map((record) => generationOf(record)),
    };
    const ended = before ? await this.#endedSince(before, state.open, accountId, entries) : [];
    Object.assign(watched, { state, readAtMs: Date.now(), failure: undefined });
    tell(watched, [
      ...ended.map((data) => ({ event: 'generation' as const, data })),
      ...snapshotOf(state),
    ]);
  }

  /** The generations that ended since the last read, those included that also began since. */
  async #endedSince(
    before: NonNullable<Watched['state']>,
    open: Generation[],
    accountId: string,
    entries: { version: number; requestId?: string }[],
  ): Promise<Generation[]> {
    const added = entries.filter(({ version }) => version > before.version).reverse();
    const touched = new Set(before.open.map(({ requestId }) => requestId));
    for (const { requestId } of added) if (requestId !== undefined) touched.add(requestId);
    for (const { requestId } of open) touched.delete(requestId);
    const records = await Promise.all(
      [...touched].map((id) => this.#options.ledger.request(accountId, id)),
    );
    return records
      .filter((record) => record?.resolvedAt != null)
      .map((record) => generationOf(record as NonNullable<typeof record>));
  }
}

function snapshotOf({ balance, open }: NonNullable<Watched['state']>): AccountEvent[] {
  return [
    { event: 'balance', data: balance },
    { event: 'generations', data: { open } },
  ];
}

function unavailableOf({ failure }: Watched): AccountEvent[] {
  return failure === undefined ? [] : [{ event: 'unavailable', data: { code: failure } }];
}

function tell({ listeners }: Watched, events: AccountEvent[]): void {
  for (const listener of [...listeners]) listener(events);
}
