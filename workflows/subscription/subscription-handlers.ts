import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import { canonicalJson } from '../../contract/json';
import type { Outcome } from '../../contract/outcome';
import type { RecordedProof } from '../../contract/proof';
import type {
  BillingCycleInput,
  GrantedCycles,
  SubscribeBody,
  Subscription,
  SubscriptionKey,
} from '../../contract/subscription';
import {
  type CommandAnswer,
  type CommandBody,
  type CommandRequest,
  SUBSCRIPTION_COMMANDS,
  type SubscriptionCommand,
} from '../../contract/subscription-commands';
import { answerUpdate } from '../checked-input';
import { lookAgainSignal, subscriptionStatusQuery, subscriptionUpdate } from '../messages';
import { recordedProof } from '../proof';
import { refusalOfFailure, shielded } from '../proxies/quick-then-patient';
import { runCommand, subscriptions } from '../proxies/subscription-proxy';
import { isRunLong } from '../run-length';
import { AnsweredKeys } from './answered-keys';

/**
 * The commands that the validator may reject, and the member of each that identifies a repetition,
 * which gets the first answer.
 */
const KEY_MEMBERS: Partial<Record<SubscriptionCommand, string>> = {
  resume: 'key',
  renew: 'paymentReference',
};

/**
 * Answers the commands of a subscription. Commands reach the ledger one at a time, and the ledger
 * decides. The handlers keep the subscription as last read, and whether something has changed
 * since.
 */
export class SubscriptionHandlers {
  readonly #key: SubscriptionKey;
  readonly #answeredKeys: AnsweredKeys;
  #subscription: Subscription | null = null;
  #begun: Promise<Outcome<GrantedCycles>> | undefined;
  #isBeginAnswered = false;
  #hasChanged = false;
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor(
    { accountId, subscriptionId, subscribe, seenKeys }: BillingCycleInput,
    startProof?: string,
  ) {
    this.#key = { accountId, subscriptionId };
    this.#answeredKeys = new AnsweredKeys(seenKeys);
    // Before the handlers are registered: a command that came with the start is carried out after
    // the subscription has begun.
    if (subscribe) void this.begin(subscribe, startProof);
    for (const command of SUBSCRIPTION_COMMANDS) this.#answer(command, subscribe);
    setHandler(subscriptionStatusQuery, () => this.#subscription);
    setHandler(lookAgainSignal, this.noteChange);
  }

  /** The keys for the next run; undefined if not all are known. */
  get seenKeys(): string[] | undefined {
    return this.#answeredKeys.toList();
  }

  /** Begins the subscription, once in this run; every caller gets the same outcome. */
  begin(body: SubscribeBody, startProof?: string): Promise<Outcome<GrantedCycles>> {
    const proof = recordedProof(startProof, workflowInfo().startTime.getTime());
    this.#begun ??= this.#run('subscribe', body, proof).then((outcome) => {
      // A subscription that begins here has no earlier keys. One that the ledger knew before may
      // have keys that this run has not seen.
      if (outcome.ok && !outcome.replayed) this.#answeredKeys.startEmpty();
      return outcome;
    });
    return this.#begun;
  }

  /** Grants the paid cycles that have begun, and reads the subscription. */
  async refresh(): Promise<Outcome<GrantedCycles>> {
    this.#hasChanged = false;
    const outcome = await this.#inOrder(() => subscriptions.grantCycles(this.#key));
    if (outcome.ok) this.#subscription = outcome.value.subscription;
    return outcome;
  }

  /** Notes that something has changed that may move the next moment. */
  noteChange = (): void => {
    this.#hasChanged = true;
  };

  /**
   * True as soon as something has changed; false after `delayMs`. A rejected command changes
   * nothing, but makes the run longer.
   */
  changedWithin(delayMs: number): Promise<boolean> {
    return condition(() => this.#hasChanged || isRunLong(), Math.max(1, delayMs));
  }

  /** Resolves when every caller has its answer; true if something has changed meanwhile. */
  async allAnswered(): Promise<boolean> {
    await shielded(() => condition(allHandlersFinished));
    return this.#hasChanged;
  }

  #answer<Command extends SubscriptionCommand>(
    command: Command,
    started: SubscribeBody | undefined,
  ): void {
    const answer = (
      said: CommandBody<Command>,
      proof?: string,
    ): Promise<Outcome<CommandAnswer<Command>>> =>
      command === 'subscribe' && this.#isFirstSubscribe(said, started)
        ? (this.begin(started) as Promise<Outcome<CommandAnswer<Command>>>)
        : this.#run(command, said, recordedProof(proof, Date.now()));
    answerUpdate(subscriptionUpdate(command), answer, (said) =>
      this.#refuseImpossible(command, said),
    );
  }

  /**
   * The caller who started this run gets the outcome of its beginning; a repetition gets the
   * ledger's answer.
   */
  #isFirstSubscribe(said: unknown, started: SubscribeBody | undefined): started is SubscribeBody {
    if (!started || this.#isBeginAnswered || canonicalJson(started) !== canonicalJson(said))
      return false;
    this.#isBeginAnswered = true;
    return true;
  }

  #refuseImpossible(command: SubscriptionCommand, said: unknown): void {
    if (this.#mayHaveAnswered(command, said)) return;
    if (command === 'resume') this.#refuseResumeWithoutCancellation();
    if (command === 'renew') this.#refuseLateRenewal();
  }

  #refuseResumeWithoutCancellation(): void {
    const { status, cancelAtPeriodEnd } = this.#subscription ?? {};
    if (cancelAtPeriodEnd !== false || (status !== 'active' && status !== 'grace')) return;
    throw ApplicationFailure.nonRetryable(
      'There is no cancellation to take back.',
      'SUBSCRIPTION_NOT_CANCELLED',
    );
  }

  #refuseLateRenewal(): void {
    const { closedWhy, closedAt } = this.#subscription ?? {};
    if (closedWhy !== 'ended-now') return;
    throw ApplicationFailure.nonRetryable(
      `The subscription was ended at ${closedAt}.`,
      'SUBSCRIPTION_ENDED',
    );
  }

  /**
   * The request with this subscription's ids in place of any that a caller has sent. They come
   * first, as in recorded histories.
   */
  #withOwnIds<Said extends object>(said: Said): Said & SubscriptionKey {
    return { ...this.#key, ...said, ...this.#key };
  }

  /** A key that is no text goes on to the activity, which refuses it with the right code. */
  #mayHaveAnswered(command: SubscriptionCommand, said: unknown): boolean {
    const key = keyOf(command, said);
    return typeof key !== 'string' || this.#answeredKeys.mayInclude(`${command}:${key}`);
  }

  async #run<Command extends SubscriptionCommand>(
    command: Command,
    said: CommandBody<Command>,
    proof: [RecordedProof?],
  ): Promise<Outcome<CommandAnswer<Command>>> {
    const outcome = await this.#inOrder(() =>
      runCommand(command, this.#withOwnIds(said) as CommandRequest<Command>, ...proof),
    );
    if (!outcome.ok) return outcome;
    // Only an accepted key is turned into text: a caller may have sent anything.
    if (KEY_MEMBERS[command]) this.#answeredKeys.add(`${command}:${keyOf(command, said)}`);
    // A repetition's answer has the subscription as it was then.
    if (!outcome.replayed) this.#subscription = outcome.value.subscription;
    this.noteChange();
    return outcome;
  }

  /**
   * Runs commands one at a time, in the order in which they came. One that can never succeed
   * becomes a refusal: it neither ends the workflow nor blocks the commands behind it.
   */
  #inOrder<T>(run: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const result = this.#lastCall.then(run).catch(refusedOrThrown);
    this.#lastCall = result.catch(() => undefined);
    return result;
  }
}

function keyOf(command: SubscriptionCommand, said: unknown): unknown {
  const member = KEY_MEMBERS[command];
  return member && (said as Record<string, unknown> | null | undefined)?.[member];
}

function refusedOrThrown(error: unknown): { ok: false; refusal: Refusal } {
  const refusal = refusalOfFailure(error);
  if (refusal === undefined) throw error;
  return { ok: false, refusal };
}
