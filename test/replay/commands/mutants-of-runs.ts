import { expression, type Mutant, members, statements } from './mutant';
import { GRANT, GRANTS } from './mutants-of-activities';

const CHILD = 'workflows/subscription/billing-cycle-workflow.ts';
const DETAILS = 'workflows/purchase/purchase-details.ts';
const EXPIRY = 'workflows/subscription/expiry-workflow.ts';
const GENERATION = 'workflows/generation/generation-workflow.ts';
const LEDGER_CALLS = 'workflows/proxies/quick-then-patient.ts';
const NOTICES = 'workflows/notice/notices-workflow.ts';
const PURCHASE = 'workflows/purchase/purchase-workflow.ts';
const TOP_UP = 'workflows/top-up/top-up-workflow.ts';
const WAITING = 'workflows/generation/waiting.ts';
/** What a mutant needs of the SDK and its file doesn't import. */
const SDK = "require('@temporalio/workflow')";
const SLEEP = 'await sleep(Math.max(1, Date.parse(waitUntil) - Date.parse(at)));';

/** Faults of what a workflow does by itself. */
export const OF_RUNS: Record<string, Mutant[]> = {
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
      'continueAsNew<typeof purchaseWorkflow>(request, ...(lateness ? [lateness] : []))',
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
