import { WithStartWorkflowOperation } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import { checkAccountId, checkSubscriptionId } from '../contract/ids';
import {
  type SubscribeBody,
  type Subscription,
  subscriptionCommands,
} from '../contract/subscription';
import {
  type CommandAnswer,
  type CommandBody,
  type CommandRequest,
  SUBSCRIPTION_COMMANDS,
  type SubscriptionCommand,
} from '../contract/subscription-commands';
import { subscriptionUpdate, subscriptionWorkflowId } from '../workflows/messages';
import { subscriptionStart } from '../workflows/start-options';
import type { billingCycleWorkflow } from '../workflows/workflows';
import { type ClientContext, readerOf, untilServed } from './client-context';
import {
  isLostUpdate,
  isUpdateOfEndedWorkflow,
  translateTemporalError,
  turnedAwayError,
  unansweredError,
} from './errors';
import { currentStateOf, type WorkflowState } from './workflow-state';

const UPDATE_TIMEOUT_MS = 10_000;

export interface UpdateOptions {
  /** 10,000 by default. */
  timeoutMs?: number;
}

/** What was done, and whether it had been done before: then this is the first answer. */
export type Replayable<T> = T & { replayed: boolean };

type Commands = {
  [Command in keyof typeof subscriptionCommands]: (
    request: CommandRequest<Command>,
    options?: UpdateOptions,
  ) => Promise<Replayable<CommandAnswer<Command>>>;
};

/**
 * Commands context a subscription through its workflow, which is started again from the ledger's row wherever it was lost.
 * Every one may be repeated with the same key or reference: what was done gets its first answer, what was refused is judged
 * anew. All of them throw HoldfastErrors: bad input by its own code; IDEMPOTENCY_CONFLICT; ADMISSION_UNKNOWN, NO_WORKER,
 * TEMPORAL_UNAVAILABLE (repeat the call); and the refusals that each one names.
 */
export interface Subscriptions extends Commands {
  /** By the ledger's clock; without an id, the account's newest. Null if there is none. @throws HoldfastError LEDGER_UNAVAILABLE */
  get(accountId: string, subscriptionId?: string): Promise<Subscription | null>;
  /** How its workflow is; `unknown` where Temporal has none. @throws HoldfastError TEMPORAL_UNAVAILABLE */
  workflowState(accountId: string, subscriptionId: string): Promise<WorkflowState>;
}

export function createSubscriptions(context: ClientContext): Subscriptions {
  const commands = SUBSCRIPTION_COMMANDS.map((command) => [
    command,
    commandSender(context, command),
  ]);
  return {
    ...(Object.fromEntries(commands) as Commands),

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
        return await currentStateOf(context.temporal.workflow.getHandle(workflowId));
      } catch (error) {
        throw translateTemporalError(error);
      }
    },
  };
}

function commandSender<Command extends SubscriptionCommand>(
  context: ClientContext,
  command: Command,
): Commands[Command] {
  const { temporal, taskQueue } = context;
  const send = async (
    raw: CommandRequest<Command>,
    { timeoutMs = UPDATE_TIMEOUT_MS }: UpdateOptions = {},
  ): Promise<Replayable<CommandAnswer<Command>>> => {
    const { accountId, subscriptionId, ...said } = subscriptionCommands[command].parse(raw);
    const subscribe = command === 'subscribe' ? (said as SubscribeBody) : undefined;
    const deadline = Date.now() + timeoutMs;
    const ask = () =>
      temporal.connection.withDeadline(deadline, () =>
        temporal.workflow.executeUpdateWithStart(subscriptionUpdate(command), {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof billingCycleWorkflow>(
            'billingCycleWorkflow',
            subscriptionStart({ accountId, subscriptionId }, taskQueue, subscribe),
          ),
          // No update id of ours: Temporal would repeat a refusal for as long as the run lives, a year perhaps, and the
          // ledger, which keeps none and knows every key, would not be asked again.
          args: [said as unknown as CommandBody<Command>],
        }),
      );
    try {
      const outcome = await untilServed(
        ask,
        (error) => isLostUpdate(error) || isUpdateOfEndedWorkflow(error),
      );
      if (!outcome.ok) throw HoldfastError.of(outcome.refusal);
      return { ...outcome.value, replayed: outcome.replayed };
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw turnedAwayError(error) ?? (await unansweredError(error, temporal, taskQueue));
    }
  };
  return send as Commands[Command];
}
