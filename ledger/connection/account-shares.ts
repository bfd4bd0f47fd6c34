import { HoldfastError } from '../../contract/errors';

interface Account {
  running: number;
  /** Those that wait for their turn, in order. */
  next: (() => void)[];
}

const SHARE = 0.4;

/** How many of the places that all accounts have one account may take: rounded down, one at least. */
export const shareOfAnAccount = (places: number): number => Math.max(1, Math.floor(places * SHARE));

/**
 * Gives each account a share of the connections, so that one whose row is locked for long leaves
 * the others theirs. Calls of an account beyond its share wait in this process.
 */
export class AccountShares {
  readonly #accounts = new Map<string, Account>();

  /** @param share calls of one account at the same time; the others wait for `withinMs` at most */
  constructor(
    private readonly share: number,
    private readonly withinMs: number,
  ) {}

  /** @throws HoldfastError LEDGER_UNAVAILABLE if the account's turn doesn't come in time */
  async run<T>(accountId: string, call: () => Promise<T>): Promise<T> {
    const account = this.#accounts.get(accountId) ?? { running: 0, next: [] };
    this.#accounts.set(accountId, account);
    if (account.running < this.share) account.running += 1;
    else await this.#turnOf(account, accountId);
    try {
      return await call();
    } finally {
      // Who is next takes the place over, so `running` stays as it is.
      const next = account.next.shift();
      if (next) next();
      else account.running -= 1;
      if (account.running === 0) this.#accounts.delete(accountId);
    }
  }

  #turnOf(account: Account, accountId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        account.next.splice(account.next.indexOf(turn), 1);
        reject(noTurn(accountId, this.withinMs));
      }, this.withinMs);
      account.next.push(turn);
    });
  }
}

/** Of a call whose account has had others under way for all the time that it may wait. */
export function noTurn(accountId: string, withinMs: number): HoldfastError {
  const message = `Calls of account ${accountId} are under way, and none has ended within ${withinMs} ms.`;
  return new HoldfastError('LEDGER_UNAVAILABLE', message);
}
