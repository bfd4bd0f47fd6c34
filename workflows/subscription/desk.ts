import { ApplicationFailure, allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import { canonicalJson } from '../../contract/json';
import type { Outcome } from '../../contract/outcome';
import type {
  GrantedCycles,
  SubscribeBody,
  Subscription,
  SubscriptionChange,
  SubscriptionKey,
} from '../../contract/subscription';

import {
  cancelAtPeriodEndUpdate,
  changePlanUpdate,
  endNowUpdate,
  renewUpdate,
  resumeUpdate,
  subscribeUpdate,
  subscriptionStatusQuery,
} from '../messages';
import { refusalOfFailure } from '../proxies/failures';
import { shielded } from '../proxies/quick-then-patient';
import { subscriptions } from '../proxies/subscriptions';
import { isRunLong } from '../run-length';
import { SeenKeys } from './seen-keys';

/** Published JSON: the first argument of `billingCycleWorkflow`. */
export interface BillingCycleInput {
  accountId: string;
  subscriptionId: string;
  /** What begins it; without it, the subscription's row in the ledger is taken up. */
  subscribe?: SubscribeBody;
  /** The keys that earlier runs have answered to; absent where they are not all known, as after a loss. */
  seenKeys?: string[];
}

/**
 * Where a subscription is told things. One at a time reaches the ledger, which decides; the desk keeps what it saw there
 * last, and whether something has happened since.
 */
export class SubscriptionDesk {
  readonly #key: SubscriptionKey;
  readonly #seen: SeenKeys;
  #subscription: Subscription | null = null;
  #begun: Promise<Outcome<GrantedCycles>> | undefined;
  #isBeginTold = false;
  #hasNews = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor({ accountId, subscriptionId, subscribe, seenKeys }: BillingCycleInput) {
    this.#key = { accountId, subscriptionId };
    this.#seen = new SeenKeys(seenKeys);
    // Before anybody can be heard: what came with the start is told after it has begun.
    if (subscribe) void this.begin(subscribe);
    this.#answerChanges(subscribe);
    this.#answerPayments();
    setHandler(subscriptionStatusQuery, () => this.#subscription);
  }

  /** To be handed to the next run. */
  get seenKeys(): string[] | undefined {
    return this.#seen.all();
  }

  /** Begins the subscription, once in this run, whoever asks for it. */
  begin(body: SubscribeBody): Promise<Outcome<GrantedCycles>> {
    this.#begun ??= this.#tell(() => subscriptions.subscribe(this.#own(body))).then((outcome) => {
      // Whoever begins it sees all of its keys; what the ledger knew before has a past of which this run knows nothing.
      if (outcome.ok && !outcome.replayed) this.#seen.beginEmpty();
      return outcome;
    });
    return this.#begun;
  }

  /** Grants what is due, and looks how the subscription stands. */
  async refresh(): Promise<Outcome<GrantedCycles>> {
    this.#hasNews = false;
    try {
      const outcome = await this.#serially(() => subscriptions.grantCycles(this.#key));
      if (outcome.ok) this.#subscription = outcome.value.subscription;
      return outcome;
    } catch (error) {
      return refusedOrThrown(error);
    }
  }

  /** Something has happened that may move the next moment. */
  announceNews = (): void => {
    this.#hasNews = true;
  };

  /** True as soon as something has happened, false after that time. What was refused is no news, but makes the run long. */
  newsWithin(delayMs: number): Promise<boolean> {
    return condition(() => this.#hasNews || isRunLong(), Math.max(1, delayMs));
  }

  /** Resolves when every caller has its answer: true if something has happened meanwhile. */
  async allAnswered(): Promise<boolean> {
    await shielded(() => condition(allHandlersFinished));
    return this.#hasNews;
  }

  #answerChanges(started: SubscribeBody | undefined): void {
    setHandler(subscribeUpdate, (body) => {
      // The caller who started this run asks for what the run does anyway; whoever repeats it gets the ledger's answer.
      if (started && !this.#isBeginTold && canonicalJson(started) === canonicalJson(body)) {
        this.#isBeginTold = true;
        return this.begin(body);
      }
      return this.#tell(() => subscriptions.subscribe(this.#own(body)));
    });
    setHandler(changePlanUpdate, (change) => this.#tell(() => subscriptions.changePlan(this.#own(change))));
    setHandler(cancelAtPeriodEndUpdate, (change) =>
      this.#tell(() => subscriptions.cancelSubscription(this.#own(change))),
    );
    setHandler(
      resumeUpdate,
      (change) =>
        this.#tell(
          () => subscriptions.resumeSubscription(this.#own(change)),
          () => `resume:${change.key}`,
        ),
      { validator: (change) => this.#refuseIdleResume(change?.key) },
    );
    setHandler(endNowUpdate, (change) => this.#tell(() => subscriptions.endSubscription(this.#own(change))));
  }

  #answerPayments(): void {
    setHandler(
      renewUpdate,
      (payment) =>
        this.#tell(
          () => subscriptions.renewSubscription(this.#own(payment)),
          () => `renew:${payment.paymentReference}`,
        ),
      { validator: (payment) => this.#refuseLateRenewal(payment?.paymentReference) },
    );
  }

  #refuseIdleResume(key: unknown): void {
    const { status, cancelAtPeriodEnd } = this.#subscription ?? {};
    const isIdle = (status === 'active' || status === 'grace') && cancelAtPeriodEnd === false;
    if (!isIdle || this.#mayHaveSeen('resume', key)) return;
    throw ApplicationFailure.nonRetryable('There is no cancellation to take back.', 'SUBSCRIPTION_NOT_CANCELLED');
  }

  #refuseLateRenewal(paymentReference: unknown): void {
    const { closedWhy, closedAt } = this.#subscription ?? {};
    if (closedWhy !== 'ended-now' || this.#mayHaveSeen('renew', paymentReference)) return;
    throw ApplicationFailure.nonRetryable(`The subscription was ended at ${closedAt}.`, 'SUBSCRIPTION_ENDED');
  }

  /** What was said, of this subscription: ids that a bare client has put in don't count. They stand first, as ever. */
  #own<Said extends object>(said: Said): Said & SubscriptionKey {
    return { ...this.#key, ...said, ...this.#key };
  }

  /** What is no text is no key: it goes where everything is parsed, and refused with the right code. */
  #mayHaveSeen(operation: 'renew' | 'resume', key: unknown): boolean {
    return typeof key !== 'string' || this.#seen.mayHave(`${operation}:${key}`);
  }

  /**
   * One operation of the ledger. `seenAs`: the key that a validator must let through from now on; put into words only once
   * the ledger has taken it, because a bare client may have sent anything.
   */
  async #tell<T extends SubscriptionChange>(
    run: () => Promise<Outcome<T>>,
    seenAs?: () => string,
  ): Promise<Outcome<T>> {
    try {
      const outcome = await this.#serially(run);
      if (!outcome.ok) return outcome;
      if (seenAs) this.#seen.add(seenAs());
      // A replay tells how things stood then.
      if (!outcome.replayed) this.#subscription = outcome.value.subscription;
      this.announceNews();
      return outcome;
    } catch (error) {
      return refusedOrThrown(error);
    }
  }

  /** One after the other, in the order in which they came. */
  #serially<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(run);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/** What can never succeed is refused like what makes no sense: it neither ends the subscription's workflow nor holds it up. */
function refusedOrThrown(error: unknown): { ok: false; refusal: Refusal } {
  const refusal = refusalOfFailure(error);
  if (refusal === undefined) throw error;
  return { ok: false, refusal };
}
