import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { PurchaseResult } from '../../contract/purchase';
import { answerUpdate } from '../checked-input';
import { paymentUpdatedSignal, purchaseUpdate } from '../messages';
import { shielded } from '../proxies/quick-then-patient';

/** Where a purchase answers its buyer, and hears of payments and second thoughts. */
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

  answer(result: PurchaseResult): PurchaseResult {
    this.#answer = result;
    return result;
  }

  get isCancelled(): boolean {
    return this.#buyer.consideredCancelled;
  }

  /** Runs what the buyer may break off by cancelling. */
  unlessCancelled<T>(run: () => Promise<T>): Promise<T> {
    return this.#buyer.run(run);
  }

  /** True once, as soon as the buyer has cancelled; false when the payment may have changed, or that time is over. */
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
