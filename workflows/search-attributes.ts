import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';

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

/** All four in one, as `account:acme`, for a namespace that has no room for them. */
export const TAGS_ATTRIBUTE = defineSearchAttributeKey('HoldfastTags', 'KEYWORD_LIST');

/** Whether a namespace has an attribute for each of the four, or the list of all. */
export type SearchedBy = 'attributes' | 'list';

const TAGGED = [
  { key: ACCOUNT_ATTRIBUTE, prefix: 'account:' },
  { key: KIND_ATTRIBUTE, prefix: 'kind:' },
  { key: PLAN_ATTRIBUTE, prefix: 'plan:' },
  { key: STATE_ATTRIBUTE, prefix: 'state:' },
];

/** The search attributes that the namespace needs. */
export function searchAttributesFor(searchedBy: SearchedBy) {
  return searchedBy === 'list' ? [TAGS_ATTRIBUTE] : TAGGED.map(({ key }) => key);
}

export type HoldfastState = 'waiting' | 'rejected' | 'failed' | 'orphaned' | 'paid-twice';

/**
 * The list with these values of the four attributes in place of the earlier ones; null takes one
 * away. What is in the list already, and isn't named, stays.
 */
export function inOneList<Pair extends SearchAttributePair | SearchAttributeUpdatePair>(
  pairs: readonly Pair[],
  earlier: readonly string[] = [],
): Pair[] {
  let tags = [...earlier];
  const others = pairs.filter(({ key, value }) => {
    const prefix = TAGGED.find((tagged) => tagged.key.name === key.name)?.prefix;
    if (prefix === undefined) return true;
    tags = tags.filter((tag) => !tag.startsWith(prefix));
    if (value !== null) tags.push(`${prefix}${String(value)}`);
    return false;
  });
  if (others.length === pairs.length) return others;
  const list = { key: TAGS_ATTRIBUTE, value: tags.length > 0 ? tags : null };
  return [...others, list as Pair];
}

/** What the list has of an attribute. */
export function tagOf(key: { name: string }, tags: readonly string[] = []): string | undefined {
  const prefix = TAGGED.find((tagged) => tagged.key.name === key.name)?.prefix ?? '';
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}
