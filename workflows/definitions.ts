import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';

// What the SDK's functions of these names make. They stand in the package of workflows, which a
// product service that imports the client doesn't install.

export function defineUpdate<Answer, Args extends unknown[] = []>(
  name: string,
): UpdateDefinition<Answer, Args> {
  return { type: 'update', name } as UpdateDefinition<Answer, Args>;
}

export function defineSignal<Args extends unknown[] = []>(name: string): SignalDefinition<Args> {
  return { type: 'signal', name } as SignalDefinition<Args>;
}

export function defineQuery<Answer, Args extends unknown[] = []>(
  name: string,
): QueryDefinition<Answer, Args> {
  return { type: 'query', name } as QueryDefinition<Answer, Args>;
}
