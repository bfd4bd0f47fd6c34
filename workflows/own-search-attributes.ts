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

/** A search attribute of the current workflow. */
export function ownSearchAttribute(key: typeof PLAN_ATTRIBUTE): string | undefined {
  if (listsSearchAttributes) return tagOf(key, ownTags());
  return workflowInfo().typedSearchAttributes.get(key);
}

function ownTags(): string[] | undefined {
  return workflowInfo().typedSearchAttributes.get(TAGS_ATTRIBUTE);
}
