import { expression, type Mutant, members, statements } from './mutant';

const GENERATE = 'workflows/proxies/generation-proxy.ts';
const GENERATION = 'workflows/generation/generation-workflow.ts';
export const GRANT = 'workflows/grant/grant-workflow.ts';
const LEDGER_CALLS = 'workflows/proxies/quick-then-patient.ts';
const NOTICES = 'workflows/notice/notices-workflow.ts';
const PAYMENTS = 'workflows/proxies/purchase-proxy.ts';
export const GRANTS =
  'await grant(request, ...recordedProof(proof, workflowInfo().startTime.getTime()))';

/** Faults of what a workflow lets activities do. */
export const OF_ACTIVITIES: Record<string, Mutant[]> = {
  'activities, and their order': [
    expression(
      'an activity is added',
      GRANT,
      GRANTS,
      `(await grant(request), ${GRANTS})`,
      'grant.granted',
    ),
    statements(
      'an activity is removed',
      NOTICES,
      'await settleNotice({ accountId, noticeId: notice.noticeId, reason });',
      '',
      'notices.delivered',
    ),
    expression(
      'two activities change places',
      'workflows/reconciliation/upkeep-pages.ts',
      'PARTS[progress.part]',
      'PARTS[[1, 0, 2, 3, 4, 5][progress.part]]',
      'reconciliation.nothing-due',
    ),
    expression(
      'calls of one activity change places',
      'workflows/reconciliation/orphans.ts',
      'orphans.taken.shift()',
      'orphans.taken.pop()',
      'reconciliation.confirmed',
    ),
    expression(
      'an activity has another name',
      GENERATE,
      'proxies.settleGeneration({ idempotencyKey, kind })',
      'proxies.settle({ idempotencyKey })',
      'generation.released-timed-out',
    ),
    expression(
      'a local activity has another name',
      'workflows/generation/admission.ts',
      'await resume(request)',
      'await admit(request, 0)',
      'generation.waiting-resumed',
    ),
    expression(
      'a local activity becomes a regular one',
      LEDGER_CALLS,
      'proxyLocalActivities({ ...QUICK, summary })',
      'proxyActivities({ ...PATIENT, summary })',
      'generation.committed',
    ),
  ],
  'options of activities': [
    expression(
      'a start-to-close time-out',
      GENERATE,
      "'5m'",
      "'6m'",
      'generation.released-timed-out',
    ),
    expression('a schedule-to-close time-out', PAYMENTS, "'15m'", "'14m'", 'purchase.granted'),
    expression('a heartbeat time-out', PAYMENTS, "'10s'", "'11s'", 'purchase.granted'),
    expression(
      'a local activity’s time-out',
      LEDGER_CALLS,
      '4_000',
      '5_000',
      'generation.committed',
    ),
    members(
      'a local activity’s attempts',
      LEDGER_CALLS,
      'maximumAttempts: 4',
      'maximumAttempts: 5',
      'generation.committed',
    ),
    members(
      'a retry’s attempts',
      'workflows/proxies/reconciliation-proxy.ts',
      'maximumAttempts: 5',
      'maximumAttempts: 6',
      'reconciliation.nothing-due',
    ),
    members(
      'a retry’s interval',
      LEDGER_CALLS,
      "retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' }",
      "retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '30s' }",
      'generation.committed-by-regular-activity',
    ),
    members(
      'a task queue',
      'workflows/proxies/reconciliation-proxy.ts',
      'taskQueue: generationTaskQueue(workflowInfo().taskQueue)',
      '',
      'reconciliation.orphan-released',
    ),
    members('a priority', GENERATE, 'priorityKey: 3', 'priorityKey: 2', 'generation.committed'),
    members(
      'a fairness key',
      GENERATE,
      'fairnessKey: fairnessKeyOf(input.accountId)',
      "fairnessKey: 'all'",
      'generation.committed',
    ),
    expression(
      'what a cancellation waits for',
      GENERATE,
      "'WAIT_CANCELLATION_COMPLETED'",
      "'TRY_CANCEL'",
      'generation.committed',
    ),
    expression(
      'a local activity’s summary',
      'workflows/proxies/summaries.ts',
      "'Grant the paid cycles that have begun'",
      "'Look at the subscription'",
      'subscription.open',
    ),
    expression(
      'a summary',
      'workflows/proxies/summaries.ts',
      "'Void the payment'",
      "'Cancel the payment'",
      'purchase.cancelled',
    ),
  ],
  'inputs and results': [
    members(
      'a regular activity’s input',
      GENERATION,
      `durationMs,
    ...dimensions`,
      'durationMs',
      'generation.committed',
    ),
    members(
      'a local activity’s input',
      'workflows/generation/commit-or-release.ts',
      'reason: why',
      "reason: 'failed'",
      'generation.cancelled',
    ),
    statements(
      'a workflow’s result',
      GRANT,
      'return { ...outcome, request };',
      'return outcome;',
      'grant.granted',
    ),
    members(
      'the code of a workflow’s failure',
      GENERATION,
      'nonRetryable: true',
      'nonRetryable: false',
      'generation.invalid',
    ),
    expression(
      'an update’s answer',
      'workflows/purchase/purchase-handlers.ts',
      'this.#answer as PurchaseResult',
      "{ ...this.#answer, status: 'pending' }",
      'purchase.granted',
    ),
    expression(
      'an update’s refusal',
      GENERATION,
      'askedHash !== requestHash',
      'true',
      'generation.committed',
    ),
  ],
};
