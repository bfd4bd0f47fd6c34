import type { SearchAttributePair, SearchAttributeUpdatePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { inOneList, type PLAN_ATTRIBUTE, TAGS_ATTRIBUTE, tagOf } from './search-attributes';

/**
 * The global by which a worker tells workflows that the namespace has one list in place of the four
 * attributes. worker/workflow-bundle.ts sets it before the bundle runs.
 */
const { listsSearchAttributes = false } = globalThis as { listsSearchAttributes?: boolean };

/** Options of a child, with the search attributes that the namespace has. */
export function searchable<Options extends { typedSearchAttributes: SearchAttributePair[] }>(
  options: Options,
): Options {
  if (!listsSearchAttributes) return options;
  return { ...options, typedSearchAttributes: inOneList(options.typedSearchAttributes) };
}

/** Changes search attributes of the current workflow; null removes one. */
export function setSearchAttributes(pairs: SearchAttributeUpdatePair[]): void {
  upsertSearchAttributes(listsSearchAttributes ? inOneList(pairs, ownTags()) : pairs);
}

/**
 * A search attribute of the current workflow. What a run wrote before the namespace was changed over
 * counts too: else it would be written again in replay.
 */
export function ownSearchAttribute(key: typeof PLAN_ATTRIBUTE): string | undefined {
  const tag = tagOf(key, ownTags());
  const attribute = workflowInfo().typedSearchAttributes.get(key);
  return listsSearchAttributes ? (tag ?? attribute) : (attribute ?? tag);
}

function ownTags(): string[] | undefined {
  return workflowInfo().typedSearchAttributes.get(TAGS_ATTRIBUTE);
}
