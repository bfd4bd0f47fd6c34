import type { Outcome } from '../contract/outcome';
import type { CheckProof, RecordedProof } from '../contract/proof';
import {
  type ExpiredTerm,
  type GrantedCycles,
  parseSubscriptionKey,
  parseTermKey,
  type SubscriptionKey,
  subscriptionCommands,
  type TermKey,
} from '../contract/subscription';
import {
  COMMAND_ACTIVITIES,
  type CommandActivity,
  type CommandAnswer,
  type CommandRequest,
  isProven,
  SUBSCRIPTION_COMMANDS,
  type SubscriptionCommand,
} from '../contract/subscription-commands';
import type { Ledger } from '../ledger/ledger';
import { parsedActivity } from './support/refusals';

type CommandActivities = {
  [Command in SubscriptionCommand as CommandActivity<Command>]: (
    request: CommandRequest<Command>,
    proof?: RecordedProof,
  ) => Promise<Outcome<CommandAnswer<Command>>>;
};

/**
 * The ledger's side of a subscription: one operation each, keyed, so a repetition gets the first
 * answer. Refusals are values, bad input included. Outages throw and are retried.
 */
export interface SubscriptionActivities extends CommandActivities {
  /** Grants the paid cycles that have begun, and returns the subscription by the ledger's clock. */
  grantCycles(key: SubscriptionKey): Promise<Outcome<GrantedCycles>>;
  /**
   * Books the expiry of a term whose settlement window is over; `waiting` says until when to wait.
   */
  expireTerm(input: TermKey): Promise<Outcome<ExpiredTerm>>;
}

interface SubscriptionActivitiesOptions {
  ledger: Ledger;
  /** Without it no command needs a proof. */
  checkProof?: CheckProof;
}

export function createSubscriptionActivities({
  ledger,
  checkProof,
}: SubscriptionActivitiesOptions): SubscriptionActivities {
  const { subscriptions } = ledger;
  const runCommand = <Command extends SubscriptionCommand>(command: Command) =>
    parsedActivity<CommandRequest<Command>, CommandAnswer<Command>, [RecordedProof?]>(
      subscriptionCommands[command].parse as (raw: unknown) => CommandRequest<Command>,
      async (request, proof) => {
        const unproven = isProven(command)
          ? await checkProof?.(command, request, proof)
          : undefined;
        return unproven
          ? { ok: false, refusal: unproven }
          : subscriptions.commands[command](request);
      },
    );
  const commands = SUBSCRIPTION_COMMANDS.map((command) => [
    COMMAND_ACTIVITIES[command],
    runCommand(command),
  ]);
  return {
    ...(Object.fromEntries(commands) as CommandActivities),
    grantCycles: parsedActivity(parseSubscriptionKey, ({ accountId, subscriptionId }) =>
      subscriptions.grantCycles(accountId, subscriptionId),
    ),
    expireTerm: parsedActivity(parseTermKey, ({ accountId, subscriptionId, term }) =>
      subscriptions.expireTerm(accountId, subscriptionId, term),
    ),
  };
}
