import { defineSearchAttributeKey } from '@temporalio/common';

export const ACCOUNT_ATTRIBUTE = defineSearchAttributeKey('HoldfastAccount', 'KEYWORD');
export const KIND_ATTRIBUTE = defineSearchAttributeKey('HoldfastKind', 'KEYWORD');
/** The plan of a subscription, as of its current run. */
export const PLAN_ATTRIBUTE = defineSearchAttributeKey('HoldfastPlan', 'KEYWORD');
/**
 * The state by which operators find a workflow: generations that are `waiting` for credits or were
 * `rejected`, `failed` or `orphaned`, and purchases that were `rejected`, `failed` or `paid-twice`.
 * It is never set on a workflow that succeeds at once, because an upsert costs an event. A workflow
 * that was ended from outside while it waited keeps `waiting`, so a list of waiting ones also asks
 * for `ExecutionStatus = "Running"`.
 */
export const STATE_ATTRIBUTE = defineSearchAttributeKey('HoldfastState', 'KEYWORD');

export const SEARCH_ATTRIBUTES = [
  ACCOUNT_ATTRIBUTE,
  KIND_ATTRIBUTE,
  PLAN_ATTRIBUTE,
  STATE_ATTRIBUTE,
];

export type HoldfastState = 'waiting' | 'rejected' | 'failed' | 'orphaned' | 'paid-twice';
