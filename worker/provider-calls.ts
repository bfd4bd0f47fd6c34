import { ABANDONED_MAX, ProviderCalls } from '../activities/support/provider-calls';
import type { WorkerConfig } from './worker-config';

export interface CallsByProvider {
  generation: ProviderCalls;
  payment: ProviderCalls;
  notice: ProviderCalls;
}

/** One for each provider of the process, whichever queue a call comes from. */
export function providerCalls({ maxConcurrentGenerations }: WorkerConfig): CallsByProvider {
  return {
    // Each running generation may have a call under way, beside as many that were abandoned.
    generation: new ProviderCalls(
      'generation',
      Math.max(ABANDONED_MAX, 2 * maxConcurrentGenerations),
    ),
    payment: new ProviderCalls('payment'),
    notice: new ProviderCalls('notice'),
  };
}
