import type { Command } from 'commander';
import type { HoldfastClient } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { checkKey, checkPaymentReference, checkSubscriptionId } from '../../../contract/ids';
import type { Connections } from '../../connections';
import { type NameOf, planNames } from './subscription-words';

/** The subscription that a command is about, and what the command needs for it. */
export interface Target {
  client: HoldfastClient;
  subscriptionId: string;
  nameOf: NameOf;
}

/**
 * The subscription that was given, or the account's newest.
 *
 * @throws HoldfastError SUBSCRIPTION_NOT_FOUND
 */
export async function targetOf(
  connections: Connections,
  accountId: string,
  given?: string,
): Promise<Target> {
  const nameOf = await planNames(connections);
  const client = await connections.client();
  const subscriptionId = given ?? (await client.subscriptions.get(accountId))?.subscriptionId;
  if (subscriptionId !== undefined) return { client, subscriptionId, nameOf };
  throw new HoldfastError('SUBSCRIPTION_NOT_FOUND', `Account ${accountId} has no subscription.`);
}

export function addSubscriptionIdOption(command: Command): Command {
  return command.option(
    '--subscription-id <id>',
    'which subscription; the account’s newest by default',
    checkSubscriptionId,
  );
}

export function addKeyOption(command: Command): Command {
  return command.option(
    '--key <key>',
    'repeating the command with the same key gets the first answer; a random key by default',
    checkKey,
  );
}

export function addPaymentReferenceOption(command: Command): Command {
  return command.requiredOption(
    '--payment-reference <id>',
    'what the billing system calls the payment; it pays once, so repeating the command gets the first answer',
    checkPaymentReference,
  );
}
