import type { Outcome } from '../../contract/outcome';
import type { PlanChangeBody, SubscribeBody } from '../../contract/subscription';
import {
  type CommandAnswer,
  type CommandRequest,
  SUBSCRIPTION_COMMANDS,
  type SubscriptionCommand,
} from '../../contract/subscription-commands';
import type { Given, LedgerCalls } from '../connection/calls';
import { FUNCTIONS } from '../functions';
import { COMMAND_FUNCTIONS } from '../functions/subscription';

type Commands = {
  [Command in SubscriptionCommand]: (
    request: CommandRequest<Command>,
  ) => Promise<Outcome<CommandAnswer<Command>>>;
};

type FunctionOf<Command extends SubscriptionCommand> = (typeof COMMAND_FUNCTIONS)[Command]['name'];

export type Subscriptions = ReturnType<typeof subscriptions>;

/**
 * Subscriptions in the ledger: each method is one call of one SQL function under the account's
 * lock. Every operation is safe to repeat with its key, and then answers what it answered first.
 */
export function subscriptions(calls: LedgerCalls) {
  const operations = {
    /**
     * Starts a subscription, paid by its reference, and grants its first cycle; the subscription's
     * id is the key. Closes a lapsed one. Refusals: IDEMPOTENCY_CONFLICT, UNKNOWN_PLAN,
     * INVALID_TIME_ZONE, SUBSCRIPTION_EXISTS, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED.
     */
    subscribe: (accountId: string, subscriptionId: string, body: SubscribeBody) =>
      calls.operate('subscribe', { accountId, subscriptionId, body }),

    /**
     * Tells of the payment of the next unpaid cycle; its reference is the key. Without `paidAt`
     * (ISO 8601) it was paid now. Refusals: IDEMPOTENCY_CONFLICT, SUBSCRIPTION_NOT_FOUND,
     * PAYMENT_IN_FUTURE, PAYMENT_BEFORE_SUBSCRIPTION, SUBSCRIPTION_ENDED, RENEWAL_SUPERSEDED,
     * BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED.
     */
    renew: (accountId: string, subscriptionId: string, paymentReference: string, paidAt?: string) =>
      calls.operate('renew', { accountId, subscriptionId, paymentReference, paidAt }),

    /**
     * Grants every paid cycle that has begun, in order, once. Refusals: SUBSCRIPTION_NOT_FOUND,
     * BALANCE_LIMIT_EXCEEDED.
     */
    grantCycles: (accountId: string, subscriptionId: string) =>
      calls.operate('grant_cycles', { accountId, subscriptionId }),

    /**
     * Takes another plan. A plan with more credits for the same length, or with a longer cycle,
     * takes effect at once and needs `paymentReference`; every other takes effect at the first
     * unpaid boundary, without using one (`paymentUsed`). Refusals: IDEMPOTENCY_CONFLICT,
     * SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED, SUBSCRIPTION_LAPSED, UNKNOWN_PLAN, RENEWAL_DUE,
     * PAYMENT_REFERENCE_REQUIRED, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED.
     */
    changePlan: (accountId: string, subscriptionId: string, key: string, body: PlanChangeBody) =>
      calls.operate('change_plan', { accountId, subscriptionId, key, body }),

    /**
     * Ends it at the paid period's end, without grace. Refusals: IDEMPOTENCY_CONFLICT,
     * SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED, SUBSCRIPTION_LAPSED.
     */
    cancelAtPeriodEnd: (accountId: string, subscriptionId: string, key: string) =>
      calls.operate('set_cancellation', { accountId, subscriptionId, key, cancel: true }),

    /**
     * Takes a cancellation back. Refusals: as for `cancelAtPeriodEnd`, and
     * SUBSCRIPTION_NOT_CANCELLED.
     */
    resume: (accountId: string, subscriptionId: string, key: string) =>
      calls.operate('set_cancellation', { accountId, subscriptionId, key, cancel: false }),

    /**
     * Lapses at once and books what is left; cycles paid ahead never begin, and no renewal brings
     * it back. Refusals: as for `cancelAtPeriodEnd`, and BALANCE_LIMIT_EXCEEDED.
     */
    endNow: (accountId: string, subscriptionId: string, key: string) =>
      calls.operate('end_subscription_now', { accountId, subscriptionId, key }),

    /**
     * Books what is left of a term once its settlement window is over; before that, answers until
     * when to wait. Refusals: SUBSCRIPTION_NOT_FOUND, BALANCE_LIMIT_EXCEEDED.
     */
    expireTerm: (accountId: string, subscriptionId: string, term: number) =>
      calls.operate('expire_term', { accountId, subscriptionId, term }),
  };

  const runCommand =
    <Command extends SubscriptionCommand>(command: Command) =>
    (request: CommandRequest<Command>) => {
      const { name, besides }: { name: FunctionOf<Command>; besides?: object } =
        COMMAND_FUNCTIONS[command];
      const given = { ...givenBy(request, FUNCTIONS[name].parameters), ...besides };
      return calls.operate(name, given as unknown as Given<FunctionOf<Command>>) as Promise<
        Outcome<CommandAnswer<Command>>
      >;
    };
  const commands = SUBSCRIPTION_COMMANDS.map((command) => [command, runCommand(command)]);
  /** `commands`: the same operations by the names of the contract, each with its whole request. */
  return { ...operations, commands: Object.fromEntries(commands) as Commands };
}

function givenBy(request: object, parameters: object): object {
  const members = Object.entries(request);
  const given = members.filter(([name]) => name in parameters);
  const body = members.filter(([name]) => !(name in parameters));
  return {
    ...Object.fromEntries(given),
    ...('body' in parameters && { body: Object.fromEntries(body) }),
  };
}
