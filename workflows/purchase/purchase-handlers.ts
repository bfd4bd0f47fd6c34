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
   * Waits for `delayMs` at most: until the time is up, the payment may have changed, or, once, the
   * buyer has cancelled.
   */
  async wokenWithin(delayMs: number): Promise<'by-time' | 'by-news' | 'by-cancellation'> {
    const isWoken = await condition(
      () => this.#hasNews || (this.isCancelled && !this.#isCancellationSeen),
      delayMs,
    );
    this.#hasNews = false;
    const isNewlyCancelled = this.isCancelled && !this.#isCancellationSeen;
    this.#isCancellationSeen = this.isCancelled;
    if (isNewlyCancelled) return 'by-cancellation';
    return isWoken ? 'by-news' : 'by-time';
  }
}
