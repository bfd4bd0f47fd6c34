/** Beyond that many, whether a key has been seen is left to the ledger. */
const KEPT_MAX = 200;

/**
 * Which keys this chain of runs has answered to. A validator turns away what makes no sense now, but a key that was seen
 * before must get its first answer; so where the keys are not all known, every key may have been seen.
 */
export class AnsweredKeys {
  #keys: Set<string> | undefined;

  constructor(keys: string[] | undefined) {
    // A bare client may have sent anything.
    this.#keys = Array.isArray(keys) ? new Set(keys) : undefined;
  }

  startEmpty(): void {
    this.#keys = new Set();
  }

  add(key: string): void {
    this.#keys?.add(key);
    if (this.#keys && this.#keys.size > KEPT_MAX) this.#keys = undefined;
  }

  mayInclude(key: string): boolean {
    return this.#keys?.has(key) ?? true;
  }

  toList(): string[] | undefined {
    return this.#keys && [...this.#keys];
  }
}
