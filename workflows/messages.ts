import type { Admission } from '../contract/generation-result';
import type { JsonValue } from '../contract/json';
import type { Outcome } from '../contract/outcome';
import type { PurchaseResult } from '../contract/purchase';
import type { Subscription } from '../contract/subscription';
import type {
  CommandAnswer,
  CommandBody,
  SubscriptionCommand,
} from '../contract/subscription-commands';
import type { Watermark } from '../contract/watermark';
import { hashOf } from '../domain/hash';
import { defineQuery, defineSignal, defineUpdate } from './definitions';

/** Every workflow id, task queue, update, signal and query, in one place. */

/** `generation/{account}/{request}`: the workflow's id and the provider's idempotency key. */
export function generationWorkflowId(accountId: string, requestId: string): string {
  return `generation/${accountId}/${requestId}`;
}

/** `grant/{account}/{key}` */
export function grantWorkflowId(accountId: string, key: string): string {
  return `grant/${accountId}/${key}`;
}

/** `subscription/{account}/{subscription}`: one run per billing cycle. */
export function subscriptionWorkflowId(accountId: string, subscriptionId: string): string {
  return `subscription/${accountId}/${subscriptionId}`;
}

/** `expiry/{account}/{subscription}/{term}` */
export function expiryWorkflowId(accountId: string, subscriptionId: string, term: number): string {
  return `expiry/${accountId}/${subscriptionId}/${term}`;
}

/**
 * `purchase/{account}/{purchase}`: the workflow's id and the payment provider's idempotency key.
 */
export function purchaseWorkflowId(accountId: string, purchaseId: string): string {
  return `purchase/${accountId}/${purchaseId}`;
}

/**
 * `refund/{account}/{order}`: the workflow's id and the payment provider's key of the refund.
 */
export function refundWorkflowId(accountId: string, orderId: string): string {
  return `refund/${accountId}/${orderId}`;
}

/** `billing-event/{source}/{event}` */
export function billingEventWorkflowId(source: string, eventId: string): string {
  return `billing-event/${source}/${eventId}`;
}

/** `settings/{account}/{key}`; `settings/-/{key}` for a stop of all accounts. */
export function settingsWorkflowId(accountId: string | null, key: string): string {
  return `settings/${accountId ?? '-'}/${key}`;
}

/** `notices/{account}` */
export function noticesWorkflowId(accountId: string): string {
  return `notices/${accountId}`;
}

/** `top-up/{account}` */
export function topUpWorkflowId(accountId: string): string {
  return `top-up/${accountId}`;
}

/** The one workflow of a namespace that says which ledger the namespace belongs to. */
export const LEDGER_WORKFLOW_ID = 'holdfast-ledger';

/** The id of the Schedule that runs reconciliation, and the beginning of its runs' ids. */
export const RECONCILIATION_SCHEDULE_ID = 'reconciliation';

/**
 * A pass that an operator starts, beside the scheduled ones, by a key or by its time. One that is
 * confirmed is another pass than the one that stopped.
 */
export function manualReconciliationWorkflowId(name: string, confirm: boolean): string {
  return `${RECONCILIATION_SCHEDULE_ID}/manual/${name}${confirm ? '/confirmed' : ''}`;
}

/** Generation has a queue of its own, with its own rate limits and workers. */
export function generationTaskQueue(taskQueue: string): string {
  return `${taskQueue}-generation`;
}

/**
 * Notices have a queue of their own: a receiver that hangs must not block activities of credits and
 * money.
 */
export function noticesTaskQueue(taskQueue: string): string {
  return `${taskQueue}-notices`;
}

/**
 * Payments have a queue of their own: a provider that hangs must not take the slots of the ledger's
 * activities.
 */
export function paymentsTaskQueue(taskQueue: string): string {
  return `${taskQueue}-payments`;
}

/** No worker polls it: `holdfast doctor` reads the server's clock by polling it itself. */
export function clockTaskQueue(taskQueue: string): string {
  return `${taskQueue}-clock`;
}

/**
 * Answers as soon as the request has been admitted, queued or refused, while the generation still
 * runs. The argument is the hash of the caller's request: another request under the same id gets
 * `conflict`.
 */
export const admissionUpdate = defineUpdate<Admission, [requestHash: string]>('admission');

/**
 * Sends the input of a request that was started without it, and answers with the admission that
 * follows. Another input than the request's gets `conflict`.
 */
export const inputUpdate = defineUpdate<Admission, [input: JsonValue]>('input');

/**
 * The update's id. Temporal answers a known update id with its first answer, even if the argument
 * differs; so the hash is part of the id.
 */
export function admissionUpdateId(requestHash: string): string {
  return `admission:${requestHash}`;
}

/**
 * The update of a subscription's command. Refusals are values, except those of the update's
 * validator, which rejects commands that make no sense now.
 */
export function subscriptionUpdate<Command extends SubscriptionCommand>(command: Command) {
  return defineUpdate<
    Outcome<CommandAnswer<Command>>,
    [said: CommandBody<Command>, proof?: string]
  >(command);
}

/** The subscription as its workflow last read it from the ledger; null before that. */
export const subscriptionStatusQuery = defineQuery<Subscription | null>('status');

/**
 * Answers as soon as the purchase has been refused, paid, declined, or left undecided by the
 * provider (`pending`). The argument is the hash of the caller's request: another request under the
 * same id gets `conflict`.
 */
export const purchaseUpdate = defineUpdate<PurchaseResult | 'conflict', [purchaseHash: string]>(
  'purchase',
);

/**
 * A pending payment may have been decided. The signal carries no authority: the workflow asks the
 * provider.
 */
export const paymentUpdatedSignal = defineSignal('paymentUpdated');

/**
 * The credits for a queued request may be there. The signal carries no authority: the workflow asks
 * the ledger.
 */
export const wakeSignal = defineSignal('wake');

/** How far the ledger has come: for `ledgerWorkflow`, whose history keeps it. */
export const watermarkSignal = defineSignal<[watermark: Watermark]>('watermark');

/**
 * The account has more notices to deliver, its top-up has changed, or the ledger has changed the
 * subscription. The signal carries no authority: the workflow asks the ledger.
 */
export const lookAgainSignal = defineSignal('lookAgain');

/**
 * The id of a subscription's update. Temporal answers a known update id with its first answer, even
 * if the argument differs; so the argument's hash is part of the id.
 */
export function updateIdOf(name: string, said: unknown): string {
  return `${name}:${hashOf(said)}`;
}
