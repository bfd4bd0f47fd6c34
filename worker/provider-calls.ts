import {
  ABANDONED_MAX,
  type ObserveProviderCall,
  ProviderCalls,
  type ProviderName,
} from '../activities/support/provider-calls';
import type { WorkerConfig } from './worker-config';

export interface CallsByProvider {
  generation: ProviderCalls;
  payment: ProviderCalls;
  notice: ProviderCalls;
}

/** One for each provider of the process, whichever queue a call comes from. */
export function providerCalls(
  { maxConcurrentGenerations }: WorkerConfig,
  observe?: ObserveProviderCall,
): CallsByProvider {
  // Each running generation may have a call under way, beside as many that were abandoned.
  const generationsMax = Math.max(ABANDONED_MAX, 2 * maxConcurrentGenerations);
  const callsOf = (provider: ProviderName, abandonedMax = ABANDONED_MAX) =>
    new ProviderCalls(provider, abandonedMax, undefined, observe);
  return {
    generation: callsOf('generation', generationsMax),
    payment: callsOf('payment'),
    notice: callsOf('notice'),
  };
}
