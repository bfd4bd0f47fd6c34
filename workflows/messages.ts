import { defineUpdate } from '@temporalio/workflow';
import type { Admission } from '../domain/generation';

/** Every workflow id, task queue and update, in one place. */

/** `generation/{account}/{request}`: the workflow's id, and the provider's idempotency key. */
export function generationWorkflowId(accountId: string, requestId: string): string {
  return `generation/${accountId}/${requestId}`;
}

/** `grant/{account}/{key}` */
export function grantWorkflowId(accountId: string, key: string): string {
  return `grant/${accountId}/${key}`;
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

/**
 * Answers as soon as the request has been admitted or refused, while the generation still runs. The argument is the
 * hash of the caller's request: under the same id another request gets `conflict`.
 */
export const admissionUpdate = defineUpdate<Admission, [requestHash: string]>('admission');

/** The hash is part of the id, because an update id that is seen again returns the first answer, whatever its body. */
export function admissionUpdateId(requestHash: string): string {
  return `admission:${requestHash}`;
}
