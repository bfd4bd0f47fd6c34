import type { ProvenCommand } from './proof';
import type { SubscriptionKey, subscriptionCommands } from './subscription';

/** The commands of a subscription as types and names, without schemas, for workflows. */

type Commands = typeof subscriptionCommands;

export type SubscriptionCommand = keyof Commands;
export type CommandRequest<Command extends SubscriptionCommand> = ReturnType<
  Commands[Command]['parse']
>;
export type CommandAnswer<Command extends SubscriptionCommand> =
  Commands[Command]['answer']['_zod']['output'];

/** A command's body for a subscription's own workflow, which knows its ids. */
export type CommandBody<Command extends SubscriptionCommand> = Omit<
  CommandRequest<Command>,
  keyof SubscriptionKey
>;

/**
 * Each command and the activity that carries it out. A command is the name of the workflow's
 * update. A run registers its updates in this order, so a new command comes last.
 */
export const COMMAND_ACTIVITIES = {
  subscribe: 'subscribe',
  changePlan: 'changePlan',
  cancelAtPeriodEnd: 'cancelSubscription',
  resume: 'resumeSubscription',
  endNow: 'endSubscription',
  renew: 'renewSubscription',
} as const satisfies Record<SubscriptionCommand, string>;

export type CommandActivity<Command extends SubscriptionCommand> =
  (typeof COMMAND_ACTIVITIES)[Command];

/** The commands that add credits. */
const PROVEN: Record<SubscriptionCommand, boolean> = {
  subscribe: true,
  changePlan: true,
  cancelAtPeriodEnd: false,
  resume: false,
  endNow: false,
  renew: true,
};

/** Whether a worker may want a proof of the command. */
export function isProven(
  command: SubscriptionCommand,
): command is SubscriptionCommand & ProvenCommand {
  return PROVEN[command];
}

export const SUBSCRIPTION_COMMANDS = Object.keys(COMMAND_ACTIVITIES) as SubscriptionCommand[];
