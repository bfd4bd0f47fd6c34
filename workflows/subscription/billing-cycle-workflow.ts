import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { continueAsNew, startChild } from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import type {
  BillingCycleInput,
  BillingCycleResult,
  Subscription,
} from '../../contract/subscription';
import { checkWorkflowId } from '../checked-input';
import { expiryWorkflowId, subscriptionWorkflowId } from '../messages';
import { searchable } from '../own-search-attributes';
import { isRunLong } from '../run-length';
import { ACCOUNT_ATTRIBUTE } from '../search-attributes';
import { movesBetweenBuilds } from '../versioning';
import type { expiryWorkflow } from './expiry-workflow';
import { showEnd, showRefusal, showStanding } from './subscription-details';
import { SubscriptionHandlers } from './subscription-handlers';

const LOOK_AGAIN_MS = 60_000;

/**
 * One billing cycle of a subscription: grants the cycle's credits, sleeps to its end, and continues
 * as a new run if the next cycle is paid. If it is not, `expiryWorkflow` takes over the lapse, and
 * this workflow stays open to answer until the settlement window has closed. Started as
 * `subscription/{account}/{subscription}`, and started again if it was lost: the ledger's row is
 * the truth. The ledger decides everything; the workflow decides when to ask. The proof is that of
 * the input's `subscribe`.
 */
export async function billingCycleWorkflow(
  input: BillingCycleInput,
  proof?: string,
): Promise<BillingCycleResult> {
  checkWorkflowId(input, ({ accountId, subscriptionId }) =>
    subscriptionWorkflowId(accountId, subscriptionId),
  );
  const handlers = new SubscriptionHandlers(input, proof);
  const begun = input.subscribe && (await handlers.begin(input.subscribe));
  let cycleOfRun: number | undefined;
  let expiringTerm: number | undefined;
  for (;;) {
    const refreshed = await handlers.refresh();
    if (!refreshed.ok && refreshed.refusal.code !== 'BALANCE_LIMIT_EXCEEDED') {
      // The subscription never began, or does not exist, or a caller has sent ids that are none.
      if (await handlers.allAnswered()) continue;
      return refuse(begun?.ok === false ? begun.refusal : refreshed.refusal);
    }
    if (!refreshed.ok) {
      // The account can't hold more credits: the cycle stays due.
      showRefusal(refreshed.refusal);
      await handlers.changedWithin(LOOK_AGAIN_MS);
      if (isRunLong()) return continueInNewRun(handlers, input);
      continue;
    }
    const { subscription } = refreshed.value;
    if (subscription.status === 'closed') {
      if (await handlers.allAnswered()) continue;
      showEnd(subscription);
      return { status: 'closed', subscription };
    }
    cycleOfRun ??= subscription.cycle;
    if (subscription.cycle !== cycleOfRun || isRunLong()) return continueInNewRun(handlers, input);
    if (subscription.status === 'lapsed' && subscription.term !== expiringTerm) {
      expiringTerm = subscription.term;
      await handOverToExpiry(handlers, subscription);
    }
    showStanding(subscription);
    const isCycleOver = await untilNextMoment(handlers, subscription);
    if (isCycleOver && subscription.paidAhead > 0) return continueInNewRun(handlers, input);
  }
}

movesBetweenBuilds(billingCycleWorkflow);

/** True if the time is up; false if something has changed before. */
async function untilNextMoment(
  handlers: SubscriptionHandlers,
  subscription: Subscription,
): Promise<boolean> {
  const { status, at, cycleEnd, validUntil, windowEnd } = subscription;
  const moment = { active: cycleEnd, grace: validUntil, lapsed: windowEnd, closed: at }[status];
  // Both times are the ledger's: the workflow's clock may differ.
  const delayMs = Math.max(0, Date.parse(moment) - Date.parse(at));
  // The booked expiry arrives as a change. The extra time is for the case that it doesn't arrive.
  return !(await handlers.changedWithin(status === 'lapsed' ? delayMs + LOOK_AGAIN_MS : delayMs));
}

async function continueInNewRun(
  handlers: SubscriptionHandlers,
  { accountId, subscriptionId }: BillingCycleInput,
): Promise<never> {
  await handlers.allAnswered();
  return continueAsNew<typeof billingCycleWorkflow>({
    accountId,
    subscriptionId,
    seenKeys: handlers.seenKeys,
  });
}

/** Starts `expiryWorkflow`. It outlives this workflow, and its end counts as a change. */
async function handOverToExpiry(
  handlers: SubscriptionHandlers,
  subscription: Subscription,
): Promise<void> {
  const { accountId, subscriptionId, term } = subscription;
  try {
    const expiry = await startChild<typeof expiryWorkflow>('expiryWorkflow', {
      workflowId: expiryWorkflowId(accountId, subscriptionId, term),
      args: [{ accountId, subscriptionId, term }],
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Expiry of ${accountId}, term ${term}`,
      ...searchable({ typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }] }),
    });
    expiry.result().then(handlers.noteChange, handlers.noteChange);
  } catch (error) {
    // Reconciliation or an earlier run has started it.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function refuse(refusal: Refusal): BillingCycleResult {
  showRefusal(refusal);
  return { status: 'refused', refusal };
}
