import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { TypedSearchAttributes } from '@temporalio/common';
import { inOneList, type SearchedBy } from '../workflows/search-attributes';

/**
 * The client on the same connection, whose workflows start with the search attributes that the
 * namespace has: with `list`, with `HoldfastTags` alone. For `createOutboxDelivery` too.
 */
export function clientSearchedBy(temporal: Client, by: SearchedBy): Client {
  if (by === 'attributes') return temporal;
  const { workflow = [], ...others } = temporal.options.interceptors ?? {};
  // Interceptors in the obsolete shape, factories by name, can't be carried along.
  const own = Array.isArray(workflow) ? workflow : [];
  return new Client({
    ...temporal.options,
    connection: temporal.connection,
    interceptors: { ...others, workflow: [...own, startsWithList] },
  });
}

interface Startable {
  typedSearchAttributes?: SearchAttributePair[] | TypedSearchAttributes;
}

const startsWithList: WorkflowClientInterceptor = {
  start: (input, next) => next({ ...input, options: withList(input.options) }),
  startWithDetails: (input, next) => next({ ...input, options: withList(input.options) }),
  signalWithStart: (input, next) => next({ ...input, options: withList(input.options) }),
  startUpdateWithStart: (input, next) =>
    next({ ...input, workflowStartOptions: withList(input.workflowStartOptions) }),
};

function withList<Options extends Startable>(options: Options): Options {
  const { typedSearchAttributes: given } = options;
  if (given === undefined) return options;
  const pairs = given instanceof TypedSearchAttributes ? given.getAll() : given;
  return { ...options, typedSearchAttributes: inOneList(pairs) };
}
