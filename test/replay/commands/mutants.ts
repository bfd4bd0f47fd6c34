import type { Mutant } from './mutant';

const CHILD = 'workflows/subscription/billing-cycle-workflow.ts';
const DETAILS = 'workflows/purchase/purchase-details.ts';
const EXPIRY = 'workflows/subscription/expiry-workflow.ts';
const GENERATE = 'workflows/proxies/generation-proxy.ts';
const GENERATION = 'workflows/generation/generation-workflow.ts';
const GRANT = 'workflows/grant/grant-workflow.ts';
const LEDGER_CALLS = 'workflows/proxies/quick-then-patient.ts';
const NOTICES = 'workflows/notice/notices-workflow.ts';
const PAYMENTS = 'workflows/proxies/purchase-proxy.ts';
const PURCHASE = 'workflows/purchase/purchase-workflow.ts';
const TOP_UP = 'workflows/top-up/top-up-workflow.ts';
const WAITING = 'workflows/generation/waiting.ts';

/** What a mutant needs of the SDK and its file doesn't import. */
const SDK = "require('@temporalio/workflow')";

const SLEEP = 'await sleep(Math.max(1, Date.parse(waitUntil) - Date.parse(at)));';
const GRANTS = 'await grant(request, ...recordedProof(proof, workflowInfo().startTime.getTime()))';

/** The faults that a change may bring in, by what they change. */
export const MUTANTS: Record<string, Mutant[]> = {
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
      'proxyLocalActivities<Activities>(QUICK)',
      'proxyActivities<Activities>(PATIENT)',
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
      'a summary',
      PAYMENTS,
      "'voids the payment'",
      "'cancels the payment'",
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
  timers: [
    expression(
      'a timer is added',
      EXPIRY,
      'await subscriptions.expireTerm(input)',
      '(await sleep(1), await subscriptions.expireTerm(input))',
      'expiry.booked',
    ),
    statements('a timer is removed', EXPIRY, SLEEP, '', 'expiry.booked'),
    statements('a timer takes another time', EXPIRY, SLEEP, 'await sleep(1);', 'expiry.booked'),
    expression('a condition has another time limit', PURCHASE, '5_000', '6_000', 'purchase.open'),
  ],
  'search attributes, memo and details': [
    statements(
      'an upsert is removed',
      GENERATION,
      "if (result.status === 'rejected') markState('rejected');",
      '',
      'generation.rejected-price-changed',
    ),
    expression(
      'an upsert has another value',
      DETAILS,
      "markState('rejected')",
      "markState('failed')",
      'purchase.price-changed',
    ),
    expression(
      'an upsert has another attribute',
      'workflows/mark-state.ts',
      '[{ key: STATE_ATTRIBUTE, value: state }]',
      '[{ key: KIND_ATTRIBUTE, value: state }]',
      'purchase.price-changed',
    ),
    expression(
      'the memo is changed',
      GRANT,
      GRANTS,
      `(${SDK}.upsertMemo({ more: 1 }), ${GRANTS})`,
      'grant.granted',
    ),
    statements(
      'what is shown to operators',
      TOP_UP,
      'showBought(step.purchase);',
      '',
      'top-up.bought',
    ),
  ],
  'other workflows': [
    statements(
      'a child is not started',
      CHILD,
      'await handOverToExpiry(handlers, subscription);',
      '',
      'subscription.lapsed',
    ),
    expression(
      'a child is of another type',
      CHILD,
      "'expiryWorkflow'",
      "'termWorkflow'",
      'subscription.lapsed',
    ),
    members(
      'a child’s fate with its parent',
      CHILD,
      "parentClosePolicy: 'ABANDON'",
      "parentClosePolicy: 'TERMINATE'",
      'subscription.lapsed',
    ),
    members(
      'a child’s id may be used again',
      CHILD,
      "workflowIdReusePolicy: 'ALLOW_DUPLICATE'",
      "workflowIdReusePolicy: 'REJECT_DUPLICATE'",
      'subscription.lapsed',
    ),
    members(
      'a child’s input',
      CHILD,
      'args: [{ accountId, subscriptionId, term }]',
      'args: [{ accountId, subscriptionId, term: 1 + term }]',
      'subscription.lapsed',
    ),
    members(
      'a child’s search attributes',
      CHILD,
      'typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }]',
      '',
      'subscription.lapsed',
    ),
    expression(
      'a signal is sent to another workflow',
      TOP_UP,
      'await beginTopUp(input.accountId)',
      `(await ${SDK}.getExternalWorkflowHandle('notices/a').signal('lookAgain'), await beginTopUp(input.accountId))`,
      'top-up.bought',
    ),
    expression(
      'another workflow is cancelled',
      TOP_UP,
      'await startPurchase(step.purchase)',
      `(await ${SDK}.getExternalWorkflowHandle('notices/a').cancel(), await startPurchase(step.purchase))`,
      'top-up.bought',
    ),
  ],
  'continuing as a new run': [
    members(
      'its input lacks what was known',
      CHILD,
      'seenKeys: handlers.seenKeys',
      '',
      'subscription.goes-on',
    ),
    expression(
      'its input has more',
      NOTICES,
      'continueAsNew<typeof noticesWorkflow>({ accountId })',
      'continueAsNew({ accountId, again: true })',
      'notices.goes-on',
    ),
    expression(
      'it forgets what was asked',
      PURCHASE,
      'continueAsNew<typeof purchaseWorkflow>(request)',
      'continueAsNew({ ...request, paymentMethod: undefined })',
      'purchase.goes-on',
    ),
    expression('it comes later', NOTICES, '400', '500', 'notices.goes-on'),
    expression('it does not come', TOP_UP, 'isRunLong()', 'false', 'top-up.goes-on'),
    expression(
      'it is on another task queue',
      WAITING,
      'continueAsNew<(request: GenerationRequest) => Promise<never>>(request)',
      `${SDK}.makeContinueAsNewFunc({ taskQueue: 'other' })(request)`,
      'generation.waiting-handed-over',
    ),
  ],
  'patches, signals and cancellation': [
    expression(
      'a patch is removed',
      WAITING,
      "patched('waits-in-new-run')",
      'true',
      'generation.waiting-handed-over',
    ),
    expression(
      'a patch has another name',
      PURCHASE,
      "patched('refund-checked')",
      "patched('refund-is-checked')",
      'purchase.refund-unconfirmed',
    ),
    expression(
      'a patch is deprecated',
      GENERATION,
      "patched('provider-fault')",
      `(${SDK}.deprecatePatch('provider-fault'), true)`,
      'generation.not-understood',
    ),
    statements(
      'a signal is not heard',
      WAITING,
      `wakeUps.pending = true;`,
      '',
      'generation.waiting-resumed',
    ),
    expression(
      'a step can be cancelled',
      LEDGER_CALLS,
      'CancellationScope.nonCancellable(run)',
      'run()',
      'generation.cancelled-too-late',
    ),
  ],
};

/** A replay takes the old way, so only a new run has its marker. */
export const ADDED_PATCH = expression(
  'a patch is added',
  GRANT,
  GRANTS,
  `(${SDK}.patched('new'), ${GRANTS})`,
  'grant.granted',
);

type Texts = [name: string, file: string, from: string, to: string, shownBy: string];

function expression(...[name, file, from, to, shownBy]: Texts): Mutant {
  return { name, file, from, to, as: 'expression', shownBy };
}

function members(...[name, file, from, to, shownBy]: Texts): Mutant {
  return { name, file, from, to, as: 'members of an object', shownBy };
}

function statements(...[name, file, from, to, shownBy]: Texts): Mutant {
  return { name, file, from, to, as: 'statements', shownBy };
}
