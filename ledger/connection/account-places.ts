import { HoldfastError } from '../../contract/errors';

/** Bounds how many operations of one account run or wait in this process. */
export class AccountPlaces {
  readonly #taken = new Map<string, number>();

  constructor(private readonly placesMax: number) {}

  /** @throws HoldfastError ACCOUNT_BUSY if the account has no place left */
  async hold<T>(accountId: string, call: () => Promise<T>): Promise<T> {
    const taken = this.#taken.get(accountId) ?? 0;
    if (taken >= this.placesMax) {
      const message = `${this.placesMax} calls of account ${accountId} are under way in this process, which takes no further one until some have ended.`;
      throw new HoldfastError('ACCOUNT_BUSY', message);
    }
    this.#taken.set(accountId, taken + 1);
    try {
      return await call();
    } finally {
      const left = (this.#taken.get(accountId) ?? 1) - 1;
      if (left === 0) this.#taken.delete(accountId);
      else this.#taken.set(accountId, left);
    }
  }
}
