import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  setHandler,
} from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import { canonicalJson } from '../../contract/json';
import type { Outcome } from '../../contract/outcome';
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
import { subscriptionStatusQuery, subscriptionUpdate } from '../messages';
import { refusalOfFailure, shielded } from '../proxies/quick-then-patient';
import { runCommand, subscriptions } from '../proxies/subscription-proxy';
import { isRunLong } from '../run-length';
import { AnsweredKeys } from './answered-keys';

/** The commands that may be turned away, and the member by which each is known again: it gets its first answer. */
const KEY_MEMBERS: Partial<Record<SubscriptionCommand, string>> = {
  resume: 'key',
  renew: 'paymentReference',
};

/**
 * Where a subscription is told things. One at a time reaches the ledger, which decides; the handlers keeps what it saw there
 * last, and whether something has happened since.
 */
export class SubscriptionHandlers {
  readonly #key: SubscriptionKey;
  readonly #answeredKeys: AnsweredKeys;
  #subscription: Subscription | null = null;
  #begun: Promise<Outcome<GrantedCycles>> | undefined;
  #isBeginAnswered = false;
  #hasChanged = false;
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor({ accountId, subscriptionId, subscribe, seenKeys }: BillingCycleInput) {
    this.#key = { accountId, subscriptionId };
    this.#answeredKeys = new AnsweredKeys(seenKeys);
    // Before anybody can be heard: what came with the start is told after it has begun.
    if (subscribe) void this.begin(subscribe);
    for (const command of SUBSCRIPTION_COMMANDS) this.#answer(command, subscribe);
    setHandler(subscriptionStatusQuery, () => this.#subscription);
  }

  /** To be handed to the next run. */
  get seenKeys(): string[] | undefined {
    return this.#answeredKeys.toList();
  }

  /** Begins the subscription, once in this run, whoever asks for it. */
  begin(body: SubscribeBody): Promise<Outcome<GrantedCycles>> {
    this.#begun ??= this.#run('subscribe', body).then((outcome) => {
      // Whoever begins it sees all of its keys; what the ledger knew before has a past of which this run knows nothing.
      if (outcome.ok && !outcome.replayed) this.#answeredKeys.startEmpty();
      return outcome;
    });
    return this.#begun;
  }

  /** Grants what is due, and looks how the subscription stands. */
  async refresh(): Promise<Outcome<GrantedCycles>> {
    this.#hasChanged = false;
    const outcome = await this.#inOrder(() => subscriptions.grantCycles(this.#key));
    if (outcome.ok) this.#subscription = outcome.value.subscription;
    return outcome;
  }

  /** Something has happened that may move the next moment. */
  noteChange = (): void => {
    this.#hasChanged = true;
  };

  /** True as soon as something has happened, false after that time. What was refused is no news, but makes the run long. */
  changedWithin(delayMs: number): Promise<boolean> {
    return condition(() => this.#hasChanged || isRunLong(), Math.max(1, delayMs));
  }

  /** Resolves when every caller has its answer: true if something has happened meanwhile. */
  async allAnswered(): Promise<boolean> {
    await shielded(() => condition(allHandlersFinished));
    return this.#hasChanged;
  }

  #answer<Command extends SubscriptionCommand>(
    command: Command,
    started: SubscribeBody | undefined,
  ): void {
    const answer = (said: CommandBody<Command>): Promise<Outcome<CommandAnswer<Command>>> =>
      command === 'subscribe' && this.#isFirstSubscribe(said, started)
        ? (this.begin(started) as Promise<Outcome<CommandAnswer<Command>>>)
        : this.#run(command, said);
    answerUpdate(subscriptionUpdate(command), answer, (said) =>
      this.#refuseImpossible(command, said),
    );
  }

  /** The caller who started this run asks for what the run does anyway; whoever repeats it gets the ledger's answer. */
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

  /** What was said, of this subscription: ids that a bare client has put in don't count. They stand first, as ever. */
  #withOwnIds<Said extends object>(said: Said): Said & SubscriptionKey {
    return { ...this.#key, ...said, ...this.#key };
  }

  /** What is no text is no key: it goes where everything is parsed, and is refused with the right code. */
  #mayHaveAnswered(command: SubscriptionCommand, said: unknown): boolean {
    const key = keyOf(command, said);
    return typeof key !== 'string' || this.#answeredKeys.mayInclude(`${command}:${key}`);
  }

  async #run<Command extends SubscriptionCommand>(
    command: Command,
    said: CommandBody<Command>,
  ): Promise<Outcome<CommandAnswer<Command>>> {
    const outcome = await this.#inOrder(() =>
      runCommand(command, this.#withOwnIds(said) as CommandRequest<Command>),
    );
    if (!outcome.ok) return outcome;
    // Only what the ledger has taken is put into words: a bare client may have sent anything.
    if (KEY_MEMBERS[command]) this.#answeredKeys.add(`${command}:${keyOf(command, said)}`);
    // A replay tells how things stood then.
    if (!outcome.replayed) this.#subscription = outcome.value.subscription;
    this.noteChange();
    return outcome;
  }

  /**
   * One after the other, in the order in which they came. What can never succeed is refused like what makes no sense: it
   * neither ends the subscription's workflow nor holds up what comes after it.
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
