import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes';

const { INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;

/** The part of a connection that this needs. A worker's connection and a client's both have it. */
interface OperatorConnection {
  operatorService: Pick<
    temporal.api.operatorservice.v1.OperatorService,
    'listSearchAttributes' | 'addSearchAttributes'
  >;
}

/**
 * Adds the search attributes that the namespace lacks. Repeating it changes nothing, and several
 * processes may do it at once. Throws Temporal's own errors.
 */
export async function registerSearchAttributes(
  { operatorService }: OperatorConnection,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(
    missing.map(({ name }) => [name, INDEXED_VALUE_TYPE_KEYWORD]),
  );
  try {
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (!/already exist/i.test(String(error))) throw error;
  }
}
