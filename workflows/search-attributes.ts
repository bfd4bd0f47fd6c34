import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

export const ACCOUNT_ATTRIBUTE = defineSearchAttributeKey('HoldfastAccount', 'KEYWORD');
export const KIND_ATTRIBUTE = defineSearchAttributeKey('HoldfastKind', 'KEYWORD');
/** The plan that a subscription holds, as of its present run. */
export const PLAN_ATTRIBUTE = defineSearchAttributeKey('HoldfastPlan', 'KEYWORD');
/**
 * Set on generations that are `waiting` for credits, on those that were `rejected`, `failed` or `orphaned`, and on purchases
 * that were `rejected`, `failed` or `paid-twice`; never on the way that succeeds at once, because an upsert costs an event. One that was ended from outside while it waited keeps
 * `waiting`, so a list of those that wait asks for `ExecutionStatus = "Running"` too.
 */
export const STATE_ATTRIBUTE = defineSearchAttributeKey('HoldfastState', 'KEYWORD');

export const SEARCH_ATTRIBUTES = [
  ACCOUNT_ATTRIBUTE,
  KIND_ATTRIBUTE,
  PLAN_ATTRIBUTE,
  STATE_ATTRIBUTE,
];

export type HoldfastState = 'waiting' | 'rejected' | 'failed' | 'orphaned' | 'paid-twice';

/** Sets `HoldfastState` of the current workflow, by which an operator finds it; null removes it. */
export function markState(state: HoldfastState | null): void {
  upsertSearchAttributes([{ key: STATE_ATTRIBUTE, value: state }]);
}
