/** With more keys than this, the ledger alone tells which it knows. */
const KEPT_MAX = 200;

/**
 * The keys that this chain of runs has answered. A validator rejects commands that make no sense
 * now, but a key that was answered before must get its first answer. So if not all keys are known,
 * any key may have been answered.
 */
export class AnsweredKeys {
  #keys: Set<string> | undefined;

  constructor(keys: string[] | undefined) {
    // A caller may start the workflow without Holdfast's client, with any input.
    this.#keys = Array.isArray(keys) ? new Set(keys) : undefined;
  }

  /** From now on all keys are known: the subscription has just begun. */
  startEmpty(): void {
    this.#keys = new Set();
  }

  add(key: string): void {
    this.#keys?.add(key);
    if (this.#keys && this.#keys.size > KEPT_MAX) this.#keys = undefined;
  }

  /** Whether the key was answered, or may have been. */
  mayInclude(key: string): boolean {
    return this.#keys?.has(key) ?? true;
  }

  toList(): string[] | undefined {
    return this.#keys && [...this.#keys];
  }
}
