import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HoldfastClient } from '../../client/client';
import type { Balance } from '../../contract/balance';
import { HoldfastError } from '../../contract/errors';
import type { Generation } from '../../contract/generation-view';
import type { Ledger } from '../../ledger/ledger';
import { generationOf } from '../generation-view';

/** What somebody who looks on is told. */
export type News =
  | { event: 'balance'; data: Balance }
  /** All that runs or waits. */
  | { event: 'generations'; data: { open: Generation[] } }
  /** One that has ended. */
  | { event: 'generation'; data: Generation }
  /** What was told last may be out of date, until the next balance comes. */
  | { event: 'unavailable'; data: { code: string } };

export type Listener = (news: News[]) => void;

export interface AccountWatchOptions {
  client: HoldfastClient;
  ledger: Pick<Ledger, 'accountStamps' | 'request'>;
  log: Logger;
  pollMs: number;
}

interface Watched {
  accountId: string;
  /** Who looks on, or is about to. */
  interested: number;
  listeners: Set<Listener>;
  stamp?: string;
  /** What was seen last; absent before the first look. */
  state?: { version: number; balance: Balance; open: Generation[] };
  looking?: Promise<void>;
  lookedAtMs: number;
  /** Why the last look failed, as a code; absent where it didn't. */
  trouble?: string;
}

/** Promotions end without a trace in the ledger's rows: so often they are looked for. */
const RELOOK_MS = 30_000;
const LOOKS_AT_ONCE = 5;
/** More entries than these between two looks are not gone through one by one. */
const ENTRIES_MAX = 100;

/**
 * Looks at the accounts that somebody has open, all of them in one call, and reads those that have changed: however many
 * streams there are, and however many of one account.
 */
export class AccountWatch {
  readonly #options: AccountWatchOptions;
  readonly #accounts = new Map<string, Watched>();
  #polling?: AbortController;

  constructor(options: AccountWatchOptions) {
    this.#options = options;
  }

  /** Tells how the account stands now, then what changes; the answer ends it. @throws HoldfastError LEDGER_UNAVAILABLE */
  async join(accountId: string, listener: Listener): Promise<() => void> {
    const watched = this.#accounts.get(accountId) ?? {
      accountId,
      interested: 0,
      listeners: new Set(),
      lookedAtMs: 0,
    };
    this.#accounts.set(accountId, watched);
    watched.interested += 1;
    try {
      if (watched.state === undefined) await this.#look(watched);
    } catch (error) {
      this.#leave(watched);
      throw error;
    }
    watched.listeners.add(listener);
    this.#poll();
    if (watched.state) listener([...standingOf(watched.state), ...troubleOf(watched)]);
    return () => {
      watched.listeners.delete(listener);
      this.#leave(watched);
    };
  }

  #leave(watched: Watched): void {
    watched.interested -= 1;
    if (watched.interested > 0) return;
    this.#accounts.delete(watched.accountId);
    if (this.#accounts.size > 0) return;
    this.#polling?.abort();
    this.#polling = undefined;
  }

  /** One loop for all, as long as anybody looks on. */
  #poll(): void {
    if (this.#polling) return;
    const polling = new AbortController();
    this.#polling = polling;
    const loop = async () => {
      while (!polling.signal.aborted) {
        await pause(this.#options.pollMs, undefined, { signal: polling.signal, ref: false });
        await this.#lookAround();
      }
    };
    loop().catch((error) => {
      if (!polling.signal.aborted)
        this.#options.log.error({ err: error }, 'the event streams have stopped');
    });
  }

  async #lookAround(): Promise<void> {
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
          watched.trouble !== undefined ||
          now - watched.lookedAtMs > RELOOK_MS;
        // Before the look, so that what happens during it shows as a change at the next one.
        watched.stamp = stamp;
        return isChanged;
      });
      while (changed.length > 0) {
        await Promise.all(
          changed.splice(0, LOOKS_AT_ONCE).map((watched) => this.#lookOrTell(watched)),
        );
      }
    } catch (error) {
      for (const watched of all) this.#tellTrouble(watched, error);
    }
  }

  async #lookOrTell(watched: Watched): Promise<void> {
    try {
      await this.#look(watched);
    } catch (error) {
      this.#tellTrouble(watched, error);
    }
  }

  #tellTrouble(watched: Watched, error: unknown): void {
    if (watched.trouble !== undefined) return;
    const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
    this.#options.log.warn(
      { code, err: error, accountId: watched.accountId },
      'an event stream has no news',
    );
    watched.trouble = code;
    tell(watched, troubleOf(watched));
  }

  /** Those who ask at the same time share one look. */
  #look(watched: Watched): Promise<void> {
    watched.looking ??= this.#read(watched).finally(() => {
      watched.looking = undefined;
    });
    return watched.looking;
  }

  async #read(watched: Watched): Promise<void> {
    const { client } = this.#options;
    const { accountId, state: before } = watched;
    // Else the next look around would take the first stamp that it sees for a change.
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
    Object.assign(watched, { state, lookedAtMs: Date.now(), trouble: undefined });
    tell(watched, [
      ...ended.map((data) => ({ event: 'generation' as const, data })),
      ...standingOf(state),
    ]);
  }

  /** Also what began and ended between two looks, which no list of open ones ever showed. */
  async #endedSince(
    before: NonNullable<Watched['state']>,
    open: Generation[],
    accountId: string,
    entries: { version: number; requestId?: string }[],
  ): Promise<Generation[]> {
    const news = entries.filter(({ version }) => version > before.version).reverse();
    const touched = new Set(before.open.map(({ requestId }) => requestId));
    for (const { requestId } of news) if (requestId !== undefined) touched.add(requestId);
    for (const { requestId } of open) touched.delete(requestId);
    const records = await Promise.all(
      [...touched].map((id) => this.#options.ledger.request(accountId, id)),
    );
    return records
      .filter((record) => record?.resolvedAt != null)
      .map((record) => generationOf(record as NonNullable<typeof record>));
  }
}

function standingOf({ balance, open }: NonNullable<Watched['state']>): News[] {
  return [
    { event: 'balance', data: balance },
    { event: 'generations', data: { open } },
  ];
}

function troubleOf({ trouble }: Watched): News[] {
  return trouble === undefined ? [] : [{ event: 'unavailable', data: { code: trouble } }];
}

function tell({ listeners }: Watched, news: News[]): void {
  for (const listener of [...listeners]) listener(news);
}
