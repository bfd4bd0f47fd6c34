import type { PurchaseRequest } from '../contract/purchase';
import type { BillingCycleInput, SubscribeBody } from '../contract/subscription';
import { legible } from '../domain/legible';
import {
  noticesWorkflowId,
  purchaseWorkflowId,
  subscriptionWorkflowId,
  topUpWorkflowId,
} from './messages';
import { ACCOUNT_ATTRIBUTE, PLAN_ATTRIBUTE } from './search-attributes';

/** How a subscription's workflow is started, by a caller or by reconciliation; harmless where it runs. */
export function subscriptionStart(
  { accountId, subscriptionId }: { accountId: string; subscriptionId: string },
  taskQueue: string,
  subscribe?: SubscribeBody,
) {
  const what = subscribe?.planId ?? `Subscription ${subscriptionId}`;
  const input: BillingCycleInput = { accountId, subscriptionId, ...(subscribe && { subscribe }) };
  return {
    workflowId: subscriptionWorkflowId(accountId, subscriptionId),
    taskQueue,
    args: [input] as [BillingCycleInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: legible(`${what} for ${accountId}`),
    typedSearchAttributes: [
      { key: ACCOUNT_ATTRIBUTE, value: accountId },
      ...(subscribe ? [{ key: PLAN_ATTRIBUTE, value: subscribe.planId }] : []),
    ],
  };
}

/**
 * How a purchase's workflow is started, and started again where it was lost. One that has come to its end keeps its
 * answer, a refusal too: whoever was told so must not be charged by a late retry.
 */
export function purchaseStart(request: PurchaseRequest, taskQueue: string) {
  const { accountId, purchaseId, packId } = request;
  return {
    workflowId: purchaseWorkflowId(accountId, purchaseId),
    taskQueue,
    args: [request] as [PurchaseRequest],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    staticSummary: legible(`${packId} for ${accountId}`),
    typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
  };
}

/** For a purchase that the ledger says is not over, whatever Temporal remembers of it. */
export function purchaseRestart(request: PurchaseRequest, taskQueue: string) {
  return {
    ...purchaseStart(request, taskQueue),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
  };
}

/** How an account's notices come to be delivered; one that runs is told to look again. */
export function noticesStart(accountId: string, taskQueue: string) {
  return {
    ...ofAccount(accountId, taskQueue),
    workflowId: noticesWorkflowId(accountId),
    staticSummary: `Notices of ${accountId}`,
  };
}

/** How an account's automatic top-up is looked after; one that runs is told to look again. */
export function topUpStart(accountId: string, taskQueue: string) {
  return {
    ...ofAccount(accountId, taskQueue),
    workflowId: topUpWorkflowId(accountId),
    staticSummary: `Top-up of ${accountId}`,
  };
}

function ofAccount(accountId: string, taskQueue: string) {
  return {
    taskQueue,
    args: [{ accountId }] as [{ accountId: string }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
  };
}
