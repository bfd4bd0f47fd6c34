import { WithStartWorkflowOperation } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { HoldfastError } from '../contract/errors';
import { checkAccountId, checkSubscriptionId } from '../contract/ids';
import type { Outcome } from '../contract/outcome';
import type {
  ChangedPlan,
  EndedSubscription,
  GrantedCycles,
  Renewed,
  SubscribeBody,
  Subscription,
  SubscriptionChange,
} from '../contract/subscription';
import {
  type PlanChangeRequest,
  parsePlanChange,
  parseRenewal,
  parseSubscribe,
  parseSubscriptionChange,
  type RenewalRequest,
  type SubscribeRequest,
  type SubscriptionChangeRequest,
  type SubscriptionKey,
} from '../contract/subscription';
import type { billingCycleWorkflow } from '../workflows';
import {
  cancelAtPeriodEndUpdate,
  changePlanUpdate,
  endNowUpdate,
  renewUpdate,
  resumeUpdate,
  subscribeUpdate,
  subscriptionWorkflowId,
} from '../workflows/messages';
import { subscriptionStart } from '../workflows/starting';
import {
  isLostUpdate,
  isUpdateOfEndedWorkflow,
  translateTemporalError,
  turnedAwayError,
  unansweredError,
} from './errors';
import { type Reach, readerOf } from './reach';
import { untilServed } from './until-served';
import { currentStateOf, type WorkflowState } from './workflow-state';

const UPDATE_TIMEOUT_MS = 10_000;

export interface UpdateOptions {
  /** 10,000 by default. */
  timeoutMs?: number;
}

/** What was done, and whether it had been done before: then this is the first answer. */
export type Told<T> = T & { replayed: boolean };

/**
 * Commands reach a subscription through its workflow, which is started again from the ledger's row wherever it was lost.
 * Every one may be repeated with the same key or reference: what was done gets its first answer, what was refused is judged
 * anew. All of them throw HoldfastErrors: bad input by its own code; IDEMPOTENCY_CONFLICT; ADMISSION_UNKNOWN, NO_WORKER,
 * TEMPORAL_UNAVAILABLE (repeat the call); and the refusals that each one names.
 */
export class Subscriptions {
  readonly #reach: Reach;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /**
   * Starts a subscription that has been paid for, and grants its first cycle. Its id is the key.
   *
   * @throws HoldfastError UNKNOWN_PLAN, INVALID_TIME_ZONE, SUBSCRIPTION_EXISTS, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED
   */
  async subscribe(raw: SubscribeRequest, options?: UpdateOptions): Promise<Told<GrantedCycles>> {
    const { accountId, subscriptionId, ...body } = parseSubscribe(raw);
    return this.#tell(subscribeUpdate, { accountId, subscriptionId }, body, options, body);
  }

  /**
   * Tells of the payment of the next unpaid cycle. What decides is when it was paid, not when this is called.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, PAYMENT_IN_FUTURE, PAYMENT_BEFORE_SUBSCRIPTION, SUBSCRIPTION_ENDED,
   *   RENEWAL_SUPERSEDED, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED
   */
  async renew(raw: RenewalRequest, options?: UpdateOptions): Promise<Told<Renewed>> {
    const { accountId, subscriptionId, ...payment } = parseRenewal(raw);
    return this.#tell(renewUpdate, { accountId, subscriptionId }, payment, options);
  }

  /**
   * Takes another plan: at once where it gives more for the same length or has a longer cycle, which needs
   * `paymentReference`; else at the first unpaid boundary. `paymentUsed` says whether the payment was for this.
   *
   * @throws HoldfastError UNKNOWN_PLAN, RENEWAL_DUE, PAYMENT_REFERENCE_REQUIRED, SUBSCRIPTION_NOT_FOUND,
   *   SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED
   */
  async changePlan(raw: PlanChangeRequest, options?: UpdateOptions): Promise<Told<ChangedPlan>> {
    const { accountId, subscriptionId, ...change } = parsePlanChange(raw);
    return this.#tell(changePlanUpdate, { accountId, subscriptionId }, change, options);
  }

  /** Ends it at the paid period's end, without grace. @throws HoldfastError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED */
  async cancelAtPeriodEnd(raw: SubscriptionChangeRequest, options?: UpdateOptions): Promise<Told<SubscriptionChange>> {
    const { accountId, subscriptionId, key } = parseSubscriptionChange(raw);
    return this.#tell(cancelAtPeriodEndUpdate, { accountId, subscriptionId }, { key }, options);
  }

  /** Takes a cancellation back. @throws HoldfastError as `cancelAtPeriodEnd`, and SUBSCRIPTION_NOT_CANCELLED */
  async resume(raw: SubscriptionChangeRequest, options?: UpdateOptions): Promise<Told<SubscriptionChange>> {
    const { accountId, subscriptionId, key } = parseSubscriptionChange(raw);
    return this.#tell(resumeUpdate, { accountId, subscriptionId }, { key }, options);
  }

  /**
   * Lapses at once: what is left expires, cycles paid ahead never begin, and no renewal brings it back.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED
   */
  async endNow(raw: SubscriptionChangeRequest, options?: UpdateOptions): Promise<Told<EndedSubscription>> {
    const { accountId, subscriptionId, key } = parseSubscriptionChange(raw);
    return this.#tell(endNowUpdate, { accountId, subscriptionId }, { key }, options);
  }

  /** By the ledger's clock; without an id, the account's newest. Null if there is none. @throws HoldfastError LEDGER_UNAVAILABLE */
  async get(accountId: string, subscriptionId?: string): Promise<Subscription | null> {
    const account = checkAccountId(accountId);
    const id = subscriptionId === undefined ? undefined : checkSubscriptionId(subscriptionId);
    return readerOf(this.#reach).subscription(account, id);
  }

  /** How its workflow is; `unknown` where Temporal has none. @throws HoldfastError TEMPORAL_UNAVAILABLE */
  async workflowState(accountId: string, subscriptionId: string): Promise<WorkflowState> {
    const workflowId = subscriptionWorkflowId(checkAccountId(accountId), checkSubscriptionId(subscriptionId));
    try {
      return await currentStateOf(this.#reach.temporal.workflow.getHandle(workflowId));
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  async #tell<T extends object, Said extends object>(
    update: UpdateDefinition<Outcome<T>, [Said]>,
    key: SubscriptionKey,
    said: Said,
    { timeoutMs = UPDATE_TIMEOUT_MS }: UpdateOptions = {},
    subscribe?: SubscribeBody,
  ): Promise<Told<T>> {
    const deadline = Date.now() + timeoutMs;
    const ask = () =>
      this.#reach.temporal.connection.withDeadline(deadline, () =>
        this.#reach.temporal.workflow.executeUpdateWithStart(update, {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof billingCycleWorkflow>(
            'billingCycleWorkflow',
            subscriptionStart(key, this.#reach.taskQueue, subscribe),
          ),
          // No update id of ours: Temporal would repeat a refusal for as long as the run lives, a year perhaps, and the
          // ledger, which keeps none and knows every key, would not be asked again.
          args: [said],
        }),
      );
    try {
      const outcome = await untilServed(ask, (error) => isLostUpdate(error) || isUpdateOfEndedWorkflow(error));
      if (!outcome.ok) throw HoldfastError.of(outcome.refusal);
      return { ...outcome.value, replayed: outcome.replayed };
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw turnedAwayError(error) ?? (await unansweredError(error, this.#reach.temporal, this.#reach.taskQueue));
    }
  }
}
