import { defineSearchAttributeKey } from '@temporalio/common';

export const ACCOUNT_ATTRIBUTE = defineSearchAttributeKey('HoldfastAccount', 'KEYWORD');
export const KIND_ATTRIBUTE = defineSearchAttributeKey('HoldfastKind', 'KEYWORD');
/** The plan that a subscription holds, as of its present run. */
export const PLAN_ATTRIBUTE = defineSearchAttributeKey('HoldfastPlan', 'KEYWORD');
/** Only set on generations that were `rejected`, `failed` or `orphaned`: an upsert costs an event. */
export const STATE_ATTRIBUTE = defineSearchAttributeKey('HoldfastState', 'KEYWORD');

export const SEARCH_ATTRIBUTES = [ACCOUNT_ATTRIBUTE, KIND_ATTRIBUTE, PLAN_ATTRIBUTE, STATE_ATTRIBUTE];
