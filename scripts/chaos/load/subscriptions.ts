import { setTimeout as pause } from 'node:timers/promises';
import { subscriptionWorkflowId } from '../../../client/client';
import { nameOf } from '../comparison/asked';
import { expectSame } from './duplicates';
import type { Customer } from './product';
import { type Answered, untilAnswered } from './until-answered';

/** Starts a subscription that has been paid for. */
export async function subscribe(customer: Customer, planId: string): Promise<void> {
  const { accountId, product } = customer;
  const subscriptionId = customer.nextId();
  const workflowId = subscriptionWorkflowId(accountId, subscriptionId);
  customer.asked.running.add(workflowId);
  const request = { accountId, subscriptionId, planId, paymentReference: `paid-${subscriptionId}` };
  const ask = () => product.client.subscriptions.subscribe(request);
  await pay(customer, subscriptionId, request.paymentReference, 'subscribe', ask, () => true);
}

/** A turn of one who has a short subscription: it is begun, renewed, changed, cancelled or ended. */
export async function tendSubscription(customer: Customer): Promise<void> {
  const { accountId, asked, product, random } = customer;
  const { subscriptions } = product.client;
  const read = () => subscriptions.get(accountId);
  const found = await untilAnswered(customer, 'read a subscription', accountId, read);
  const subscription = found.ok ? found.value : null;
  if (!subscription || ['closed', 'lapsed'].includes(subscription.status)) {
    if (subscription)
      asked.running.delete(subscriptionWorkflowId(accountId, subscription.subscriptionId));
    await subscribe(customer, random.among(['brief', 'brief-large']));
    return;
  }
  const { subscriptionId, paidAhead } = subscription;
  const key = customer.nextId();
  const named = { accountId, subscriptionId, key };
  const turn = random.next();
  if (turn < 0.5) {
    if (paidAhead < 1) await renew(customer, subscriptionId);
  } else if (turn < 0.65) await changePlan(customer, subscriptionId);
  else if (turn < 0.75)
    await untilAnswered(customer, 'cancel a subscription', key, () =>
      subscriptions.cancelAtPeriodEnd(named),
    );
  else if (turn < 0.9)
    await untilAnswered(customer, 'take a cancellation back', key, () =>
      subscriptions.resume(named),
    );
  else if (turn < 0.95)
    await untilAnswered(customer, 'end a subscription', key, () => subscriptions.endNow(named));
  await pause(random.between(200, 1_500));
}

async function renew(customer: Customer, subscriptionId: string): Promise<void> {
  const { accountId, product } = customer;
  const paymentReference = customer.nextId();
  const request = { accountId, subscriptionId, paymentReference };
  const ask = () => product.client.subscriptions.renew(request);
  const answer = await pay(customer, subscriptionId, paymentReference, 'renew', ask, () => true);
  if (!answer.ok) return;
  await expectSame(customer, `renewal ${paymentReference}`, {
    first: true,
    again: ask,
    outcomeOf: ({ replayed }) => replayed,
  });
}

async function changePlan(customer: Customer, subscriptionId: string): Promise<void> {
  const { accountId, product, random } = customer;
  const key = customer.nextId();
  const paymentReference = `for-${key}`;
  const planId = random.among(['brief', 'brief-large']);
  const request = { accountId, subscriptionId, key, planId, paymentReference };
  const ask = () => product.client.subscriptions.changePlan(request);
  await pay(customer, subscriptionId, paymentReference, 'change a plan', ask, (changed) =>
    Boolean(changed.paymentUsed),
  );
}

/** Makes a command that a payment has been made for, and keeps whether that was used. */
async function pay<T>(
  customer: Customer,
  subscriptionId: string,
  reference: string,
  command: string,
  ask: () => Promise<T>,
  isUsed: (answer: T) => boolean,
): Promise<Answered<T>> {
  const { accountId, asked } = customer;
  const kept = { accountId, subscriptionId, reference, used: undefined as boolean | undefined };
  asked.payments.set(nameOf(accountId, reference), kept);
  const answer = await untilAnswered(customer, command, reference, ask);
  kept.used = answer.ok && isUsed(answer.value);
  return answer;
}
