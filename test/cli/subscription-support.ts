import type { Subscription } from '../../client/client';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

/** A time as commands print it, for a regular expression. */
export const TIME = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ';

/** A stack with a worker, whose catalog also sells the plan `brief` with cycles of two seconds. */
export async function openSubscriptionStack(): Promise<Holdfast> {
  const stack = await openHoldfast();
  await stack.setCatalog({ plans: { brief: { name: 'Brief', credits: 10, cycle: 'PT2S' } } });
  await stack.startWorker();
  return stack;
}

/** The id of a new account with the subscription `s`. */
export async function subscribedTo(stack: Holdfast, planId = 'lite-monthly'): Promise<string> {
  const accountId = uniqueId('acme');
  const request = { accountId, subscriptionId: 's', planId, paymentReference: 'pay-1' };
  await stack.client.subscriptions.subscribe(request);
  return accountId;
}

export async function subscriptionIn(stack: Holdfast, accountId: string): Promise<Subscription> {
  return (await stack.client.subscriptions.get(accountId)) as Subscription;
}

export async function untilStatus(
  stack: Holdfast,
  accountId: string,
  status: Subscription['status'],
): Promise<void> {
  await eventually(async () => (await subscriptionIn(stack, accountId)).status === status);
}
