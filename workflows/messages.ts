import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Admission } from '../contract/generation';
import type { Outcome } from '../contract/outcome';
import type { PurchaseResult } from '../contract/purchase';
import type { Subscription } from '../contract/subscription';
import type {
  CommandAnswer,
  CommandBody,
  SubscriptionCommand,
} from '../contract/subscription-commands';
import { hashOf } from '../domain/hash';

/** Every workflow id, task queue, update, signal and query, in one place. */

/** `generation/{account}/{request}`: the workflow's id, and the provider's idempotency key. */
export function generationWorkflowId(accountId: string, requestId: string): string {
  return `generation/${accountId}/${requestId}`;
}

/** `grant/{account}/{key}` */
export function grantWorkflowId(accountId: string, key: string): string {
  return `grant/${accountId}/${key}`;
}

/** `subscription/{account}/{subscription}`: one billing cycle after the other, for as long as it lives. */
export function subscriptionWorkflowId(accountId: string, subscriptionId: string): string {
  return `subscription/${accountId}/${subscriptionId}`;
}

/** `expiry/{account}/{subscription}/{term}` */
export function expiryWorkflowId(accountId: string, subscriptionId: string, term: number): string {
  return `expiry/${accountId}/${subscriptionId}/${term}`;
}

/** `purchase/{account}/{purchase}`: the workflow's id, and the payment provider's idempotency key. */
export function purchaseWorkflowId(accountId: string, purchaseId: string): string {
  return `purchase/${accountId}/${purchaseId}`;
}

/** `settings/{account}/{key}`; `settings/-/{key}` for what holds for all accounts. */
export function settingsWorkflowId(accountId: string | null, key: string): string {
  return `settings/${accountId ?? '-'}/${key}`;
}

/** `notices/{account}`: delivers the account's notices, one after the other, for as long as there are any. */
export function noticesWorkflowId(accountId: string): string {
  return `notices/${accountId}`;
}

/** `top-up/{account}` */
export function topUpWorkflowId(accountId: string): string {
  return `top-up/${accountId}`;
}

/** The Schedule that runs reconciliation; its runs' ids begin with it too. */
export const RECONCILIATION_SCHEDULE_ID = 'reconciliation';

/** A pass that an operator asks for, beside the scheduled ones. */
export function manualReconciliationWorkflowId(startedAt: Date): string {
  return `${RECONCILIATION_SCHEDULE_ID}/manual/${startedAt.toISOString()}`;
}

/** Generation runs on a queue of its own, so that its rate limits and its workers are separate. */
export function generationTaskQueue(taskQueue: string): string {
  return `${taskQueue}-generation`;
}

/** Notices are delivered on a queue of their own: a receiver that hangs takes no place of what is about credits and money. */
export function noticesTaskQueue(taskQueue: string): string {
  return `${taskQueue}-notices`;
}

/**
 * Answers as soon as the request has been admitted or refused, while the generation still runs. The argument is the
 * hash of the caller's request: under the same id another request gets `conflict`.
 */
export const admissionUpdate = defineUpdate<Admission, [requestHash: string]>('admission');

/** The hash is part of the id, because an update id that is seen again returns the first answer, whatever its body. */
export function admissionUpdateId(requestHash: string): string {
  return `admission:${requestHash}`;
}

/**
 * What a subscription can be told. Refusals are values, but for what makes no sense now, which the update's validator
 * turns away.
 */
export function subscriptionUpdate<Command extends SubscriptionCommand>(command: Command) {
  return defineUpdate<Outcome<CommandAnswer<Command>>, [said: CommandBody<Command>]>(command);
}

/** The subscription as its workflow last saw it in the ledger; null before that. */
export const subscriptionStatusQuery = defineQuery<Subscription | null>('status');

/**
 * Answers as soon as the purchase has been refused, paid, declined, or put off by the provider (`pending`). The argument
 * is the hash of the caller's request: under the same id another request gets `conflict`.
 */
export const purchaseUpdate = defineUpdate<PurchaseResult | 'conflict', [purchaseHash: string]>(
  'purchase',
);

/** Something has become of a pending payment. It carries no authority: the workflow asks the provider what. */
export const paymentUpdatedSignal = defineSignal('paymentUpdated');

/** The credits for a parked generation may be there. It carries no authority: the workflow asks the ledger. */
export const wakeSignal = defineSignal('wake');

/** There is more to do for the account: more notices to deliver, or its automatic top-up has changed. */
export const lookAgainSignal = defineSignal('lookAgain');

/** An update id that is seen again returns the first answer, whatever its body: so what was said is part of the id. */
export function updateIdOf(name: string, said: unknown): string {
  return `${name}:${hashOf(said)}`;
}
