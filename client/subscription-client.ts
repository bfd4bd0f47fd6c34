import { WithStartWorkflowOperation } from '@temporalio/client';
import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import { HoldfastError } from '../contract/errors';
import { checkAccountId, checkSubscriptionId } from '../contract/ids';
import {
  type SubscribeBody,
  type Subscription,
  type SubscriptionKey,
  subscriptionCommands,
} from '../contract/subscription';
import {
  type CommandAnswer,
  type CommandBody,
  type CommandRequest,
  isProven,
  SUBSCRIPTION_COMMANDS,
  type SubscriptionCommand,
} from '../contract/subscription-commands';
import { subscriptionUpdate, subscriptionWorkflowId } from '../workflows/messages';
import { subscriptionStart } from '../workflows/start-options';
import type { billingCycleWorkflow } from '../workflows/workflows';
import { askBriefly } from './ask-briefly';
import { type ClientContext, proofOf, readerOf, repeatWhileLost } from './client-context';
import {
  isLostUpdate,
  isUpdateOfEndedWorkflow,
  translateCallError,
  translateTemporalError,
  validatorError,
} from './errors';
import { currentStateOf, type WorkflowState } from './workflow-state';

const UPDATE_TIMEOUT_MS = 10_000;

/** How a command is sent. */
export interface UpdateOptions {
  /** How long to wait for the answer; 10,000 by default. */
  timeoutMs?: number;
  /**
   * The proof of a command that adds credits, made elsewhere; by default the client's own `proof`
   * makes one.
   */
  proof?: string;
}

/**
 * An answer, and whether it repeats the first one because the command had been carried out before.
 */
export type Replayable<T> = T & { replayed: boolean };

type CommandMethod<Command extends SubscriptionCommand> = (
  request: CommandRequest<Command>,
  options?: UpdateOptions,
) => Promise<Replayable<CommandAnswer<Command>>>;

/** The methods that send a command to a subscription's workflow. */
type CommandMethods = { [Command in SubscriptionCommand]: CommandMethod<Command> };

/**
 * Subscriptions, by account and subscription id. A command goes through the subscription's
 * workflow; a lost workflow is started again from the ledger's row. A repetition with the same key
 * (for `subscribe` the subscription id, for `renew` the payment reference) gets the first answer,
 * with `replayed: true`. A command that was refused is judged again.
 *
 * Every command throws HoldfastErrors: bad input by its own code; IDEMPOTENCY_CONFLICT for a key
 * that was used with another body; ADMISSION_UNKNOWN, NO_WORKER and TEMPORAL_UNAVAILABLE, after
 * which the call is to be repeated; PROOF_REQUIRED and PROOF_REJECTED for what adds credits, where
 * the worker wants proofs; and the codes that the method names.
 */
export interface Subscriptions extends CommandMethods {
  /**
   * Starts a subscription that has been paid for, and grants its first cycle.
   *
   * @example await holdfast.subscriptions.subscribe({
   *   accountId: 'acme', subscriptionId: 'sub-1',
   *   planId: 'lite-monthly', paymentReference: 'inv-1001',
   * })
   * @throws HoldfastError UNKNOWN_PLAN, INVALID_TIME_ZONE, SUBSCRIPTION_EXISTS,
   *   BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED
   */
  subscribe: CommandMethod<'subscribe'>;

  /**
   * Records the payment of the next unpaid cycle. The time of the payment (`paidAt`, now by
   * default) decides whether it came before the lapse. `newTerm` is true if it came too late to
   * carry credits forward.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, PAYMENT_IN_FUTURE, PAYMENT_BEFORE_SUBSCRIPTION,
   *   SUBSCRIPTION_ENDED, RENEWAL_SUPERSEDED, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED
   */
  renew: CommandMethod<'renew'>;

  /**
   * Changes the plan. The change takes effect at once for more credits at the same cycle length or
   * for a longer cycle, which needs `paymentReference`; otherwise at the first unpaid boundary.
   * `paymentUsed` says whether the payment was used.
   *
   * @throws HoldfastError UNKNOWN_PLAN, RENEWAL_DUE, PAYMENT_REFERENCE_REQUIRED,
   *   SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED, BALANCE_LIMIT_EXCEEDED,
   *   CALENDAR_EXCEEDED
   */
  changePlan: CommandMethod<'changePlan'>;

  /**
   * Ends the subscription at its paid period's end, without grace.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED
   */
  cancelAtPeriodEnd: CommandMethod<'cancelAtPeriodEnd'>;

  /**
   * Takes the cancellation at the period's end back.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_CANCELLED, SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED,
   *   SUBSCRIPTION_ENDED
   */
  resume: CommandMethod<'resume'>;

  /**
   * Ends the subscription at once: the credits of its term expire, cycles paid ahead never begin,
   * and no renewal brings them back.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED
   */
  endNow: CommandMethod<'endNow'>;

  /**
   * The subscription by the ledger's clock; without an id the account's newest. Null if there is
   * none.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, LEDGER_UNAVAILABLE
   */
  get(accountId: string, subscriptionId?: string): Promise<Subscription | null>;

  /**
   * The state of the subscription's workflow; `unknown` if Temporal has none.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, TEMPORAL_UNAVAILABLE
   */
  workflowState(accountId: string, subscriptionId: string): Promise<WorkflowState>;
}

/** Makes the subscriptions of a client; it asks no server yet. */
export function createSubscriptions(context: ClientContext): Subscriptions {
  const commands = SUBSCRIPTION_COMMANDS.map((command) => [
    command,
    commandSender(context, command),
  ]);
  return {
    ...(Object.fromEntries(commands) as CommandMethods),

    async get(accountId, subscriptionId) {
      const account = checkAccountId(accountId);
      const id = subscriptionId === undefined ? undefined : checkSubscriptionId(subscriptionId);
      return readerOf(context).subscription(account, id);
    },

    async workflowState(accountId, subscriptionId) {
      const workflowId = subscriptionWorkflowId(
        checkAccountId(accountId),
        checkSubscriptionId(subscriptionId),
      );
      try {
        await context.ledgerCheck.ensure();
        return await currentStateOf(context.temporal.workflow.getHandle(workflowId));
      } catch (error) {
        throw translateTemporalError(error);
      }
    },
  };
}

/**
 * Refuses a command for an account that has never had a subscription, so that it starts no
 * workflow. One whose `subscribe` Temporal has, and the ledger not yet, gets its workflow's answer.
 *
 * @throws HoldfastError SUBSCRIPTION_NOT_FOUND
 */
async function expectKnown(
  { ledger, temporal }: ClientContext,
  { accountId, subscriptionId }: SubscriptionKey,
): Promise<void> {
  if (!ledger || (await askBriefly(() => ledger.subscription(accountId))) !== null) return;
  const workflowId = subscriptionWorkflowId(accountId, subscriptionId);
  if ((await currentStateOf(temporal.workflow.getHandle(workflowId))) === 'running') return;
  const code = 'SUBSCRIPTION_NOT_FOUND';
  throw new HoldfastError(code, ERROR_CATALOGUE[code].summary);
}

function commandSender<Command extends SubscriptionCommand>(
  context: ClientContext,
  command: Command,
): CommandMethod<Command> {
  const { temporal, taskQueue } = context;
  const send = async (
    raw: CommandRequest<Command>,
    { timeoutMs = UPDATE_TIMEOUT_MS, proof: given }: UpdateOptions = {},
  ): Promise<Replayable<CommandAnswer<Command>>> => {
    const request = subscriptionCommands[command].parse(raw);
    const { accountId, subscriptionId, ...body } = request;
    const subscribe = command === 'subscribe' ? (body as SubscribeBody) : undefined;
    const deadline = Date.now() + timeoutMs;
    const update = (proof: [proof?: string]) =>
      temporal.connection.withDeadline(deadline, () =>
        temporal.workflow.executeUpdateWithStart(subscriptionUpdate(command), {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof billingCycleWorkflow>(
            'billingCycleWorkflow',
            subscriptionStart(
              { accountId, subscriptionId },
              taskQueue,
              subscribe,
              subscribe && proof,
            ),
          ),
          // Without an update id of ours: Temporal would repeat a refusal for as long as the run
          // lives, a year perhaps. The ledger stores no refusals and knows every key, so that it
          // can judge the command again.
          args: [body as unknown as CommandBody<Command>, ...proof],
        }),
      );
    try {
      await temporal.connection.withDeadline(deadline, () => context.ledgerCheck.ensure());
      if (command !== 'subscribe')
        await temporal.connection.withDeadline(deadline, () => expectKnown(context, request));
      const proof: [proof?: string] = isProven(command)
        ? await proofOf(context, command, request, given)
        : [];
      const outcome = await repeatWhileLost(
        () => update(proof),
        (error) => isLostUpdate(error) || isUpdateOfEndedWorkflow(error),
      );
      if (!outcome.ok) throw HoldfastError.of(outcome.refusal);
      return { ...outcome.value, replayed: outcome.replayed };
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw validatorError(error) ?? (await translateCallError(error, temporal, taskQueue));
    }
  };
  return send;
}
