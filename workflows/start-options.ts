import type { BillingEventKey } from '../contract/billing-event';
import { type Lateness, LEDGER_JUDGES } from '../contract/command';
import type { LedgerRecord } from '../contract/ledger-identity';
import type { PurchaseRequest } from '../contract/purchase';
import type { RefundOrderRequest } from '../contract/refund-order';
import type { BillingCycleInput, SubscribeBody } from '../contract/subscription';
import { legible } from '../domain/legible';
import {
  billingEventWorkflowId,
  LEDGER_WORKFLOW_ID,
  noticesWorkflowId,
  purchaseWorkflowId,
  refundWorkflowId,
  subscriptionWorkflowId,
  topUpWorkflowId,
} from './messages';
import { ACCOUNT_ATTRIBUTE, PLAN_ATTRIBUTE } from './search-attributes';

/**
 * Options to start a subscription's workflow, for callers and reconciliation. A running one is
 * kept.
 */
export function subscriptionStart(
  { accountId, subscriptionId }: { accountId: string; subscriptionId: string },
  taskQueue: string,
  subscribe?: SubscribeBody,
  proof: [proof?: string] = [],
) {
  const what = subscribe?.planId ?? `Subscription ${subscriptionId}`;
  const input: BillingCycleInput = { accountId, subscriptionId, ...(subscribe && { subscribe }) };
  return {
    workflowId: subscriptionWorkflowId(accountId, subscriptionId),
    taskQueue,
    args: [input, ...proof] as [BillingCycleInput, string?],
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
 * Options to start a purchase's workflow, or to start a failed one again. A completed one keeps its
 * answer, a refusal too: a late retry must not charge a buyer who was told that nothing was
 * charged.
 */
export function purchaseStart(request: PurchaseRequest, taskQueue: string) {
  const { accountId, purchaseId, packId } = request;
  return {
    workflowId: purchaseWorkflowId(accountId, purchaseId),
    taskQueue,
    args: [request, LEDGER_JUDGES] as [PurchaseRequest, Lateness],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    staticSummary: legible(`${packId} for ${accountId}`),
    typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
  };
}

/**
 * Options to start the workflow of a purchase that the ledger has not ended, even if Temporal has
 * completed it.
 */
export function purchaseRestart(request: PurchaseRequest, taskQueue: string) {
  return {
    ...purchaseStart(request, taskQueue),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
  };
}

/**
 * Options to start the workflow of a refund that an operator orders; a running one is kept, and one
 * that has ended answers again with how the order stands.
 */
export function refundStart(
  request: RefundOrderRequest,
  taskQueue: string,
  proof: [proof?: string],
) {
  const { accountId, orderId, purchaseId } = request;
  return {
    workflowId: refundWorkflowId(accountId, orderId),
    taskQueue,
    args: [request, ...proof] as [RefundOrderRequest, string?],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: legible(`Refund of purchase ${purchaseId} for ${accountId}`),
    typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
  };
}

/** Options to start the workflow of a billing system's event; a running one is kept. */
export function billingEventStart({ source, eventId }: BillingEventKey, taskQueue: string) {
  return {
    workflowId: billingEventWorkflowId(source, eventId),
    taskQueue,
    args: [{ source, eventId }] as [BillingEventKey],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: legible(`Event ${eventId} of ${source}`),
  };
}

/**
 * Options to start the delivery of an account's notices; a running one gets the signal `lookAgain`.
 */
export function noticesStart(accountId: string, taskQueue: string) {
  return {
    ...ofAccount(accountId, taskQueue),
    workflowId: noticesWorkflowId(accountId),
    staticSummary: `Notices of ${accountId}`,
  };
}

/** Options to start an account's top-up; a running one gets the signal `lookAgain`. */
export function topUpStart(accountId: string, taskQueue: string) {
  return {
    ...ofAccount(accountId, taskQueue),
    workflowId: topUpWorkflowId(accountId),
    staticSummary: `Top-up of ${accountId}`,
  };
}

/**
 * Options to start the namespace's record of its ledger. A running one is kept, so of several
 * ledgers the first one has the namespace.
 */
export function ledgerStart(ledgerId: string, taskQueue: string) {
  const record: LedgerRecord = { ledgerId };
  return {
    workflowId: LEDGER_WORKFLOW_ID,
    taskQueue,
    args: [record] as [LedgerRecord],
    memo: { ...record },
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    staticSummary: `Ledger ${ledgerId}`,
    staticDetails: LEDGER_DETAILS,
  };
}

const LEDGER_DETAILS =
  'This namespace belongs to the ledger of that id. Processes of any other ledger refuse to work here (`LEDGER_MISMATCH`). This workflow stays open and does nothing.\n\n' +
  'Terminate it only to give the namespace to another ledger, once all processes of this one have stopped: see docs/how-to/runbook.md.';

function ofAccount(accountId: string, taskQueue: string) {
  return {
    taskQueue,
    args: [{ accountId }] as [{ accountId: string }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: [{ key: ACCOUNT_ATTRIBUTE, value: accountId }],
  };
}
