import type { SubscriptionKey, subscriptionCommands } from './subscription';

/** What a subscription can be told, as far as workflows need it: without the schemas. */

type Commands = typeof subscriptionCommands;

export type SubscriptionCommand = keyof Commands;
export type CommandRequest<Command extends SubscriptionCommand> = ReturnType<
  Commands[Command]['parse']
>;
export type CommandAnswer<Command extends SubscriptionCommand> =
  Commands[Command]['answer']['_zod']['output'];

/** What is said to a subscription's own workflow, which knows its ids. */
export type CommandBody<Command extends SubscriptionCommand> = Omit<
  CommandRequest<Command>,
  keyof SubscriptionKey
>;

/**
 * Each command, which is the name of the workflow's update, and the activity that carries it out. In this order a run
 * begins to answer them, so a new one comes last.
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

export const SUBSCRIPTION_COMMANDS = Object.keys(COMMAND_ACTIVITIES) as SubscriptionCommand[];
