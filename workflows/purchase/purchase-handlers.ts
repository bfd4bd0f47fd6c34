import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { PurchaseResult } from '../../contract/purchase';
import { answerUpdate } from '../checked-input';
import { paymentUpdatedSignal, purchaseUpdate } from '../messages';
import { shielded } from '../proxies/quick-then-patient';

/** Answers the buyer, and receives signals about the payment and the buyer's cancellation. */
export class PurchaseHandlers {
  readonly #buyer = CancellationScope.current();
  #answer: PurchaseResult | undefined;
  #hasNews = false;
  #isCancellationSeen = false;

  constructor(purchaseHash: string) {
    answerUpdate(purchaseUpdate, async (askedHash) => {
      if (askedHash !== purchaseHash) return 'conflict';
      await shielded(() => condition(() => this.#answer !== undefined));
      return this.#answer as PurchaseResult;
    });
    setHandler(paymentUpdatedSignal, () => {
      this.#hasNews = true;
    });
  }

  /** Sets the answer to the buyer's update, and returns it. */
  answer(result: PurchaseResult): PurchaseResult {
    this.#answer = result;
    return result;
  }

  get isCancelled(): boolean {
    return this.#buyer.consideredCancelled;
  }

  /** Runs a step that the buyer's cancellation stops. */
  unlessCancelled<T>(run: () => Promise<T>): Promise<T> {
    return this.#buyer.run(run);
  }

  /**
   * Waits for `delayMs` at most. True, once, when the buyer has cancelled; false when the payment
   * may have changed, or the time is up.
   */
  async cancelledWithin(delayMs: number): Promise<boolean> {
    await condition(
      () => this.#hasNews || (this.isCancelled && !this.#isCancellationSeen),
      delayMs,
    );
    this.#hasNews = false;
    const isNewlyCancelled = this.isCancelled && !this.#isCancellationSeen;
    this.#isCancellationSeen = this.isCancelled;
    return isNewlyCancelled;
  }
}
