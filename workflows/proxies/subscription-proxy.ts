import type { Outcome } from '../../contract/outcome';
import type { RecordedProof } from '../../contract/proof';
import {
  COMMAND_ACTIVITIES,
  type CommandAnswer,
  type CommandRequest,
  type SubscriptionCommand,
} from '../../contract/subscription-commands';
import { untilAnswered } from './quick-then-patient';
import { SUBSCRIPTION } from './summaries';

/** The ledger's side of subscriptions, tried until it answers. */
export const subscriptions = untilAnswered(SUBSCRIPTION);

/** Carries out a command by its activity. */
export function runCommand<Command extends SubscriptionCommand>(
  command: Command,
  request: CommandRequest<Command>,
  ...proof: [RecordedProof?]
): Promise<Outcome<CommandAnswer<Command>>> {
  const activities = subscriptions as unknown as Record<
    string,
    (
      request: CommandRequest<Command>,
      ...proof: [RecordedProof?]
    ) => Promise<Outcome<CommandAnswer<Command>>>
  >;
  return (activities[COMMAND_ACTIVITIES[command]] as (typeof activities)[string])(
    request,
    ...proof,
  );
}
