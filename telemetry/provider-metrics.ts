import type { Meter } from '@opentelemetry/api';
import {
  type ObserveProviderCall,
  type ProviderCalls,
  ProviderNotAnswering,
  UnansweredCall,
} from '../activities/support/provider-calls';
import { isThrown } from '../activities/support/thrown';
import {
  PermanentNotifierError,
  PermanentProviderError,
  RateLimitedProviderError,
} from '../providers/provider-errors';
import { CALL_SECONDS, secondsHistogram } from './metrics';

/** Measures the process's calls of its providers. */
export function measureProviderCalls(meter: Meter): ObserveProviderCall {
  const seconds = secondsHistogram(
    meter,
    'holdfast_provider_call_seconds',
    'How long a call of a provider took, by what came of it.',
    [...CALL_SECONDS, 25],
  );
  return (call) => {
    const { provider, method, kind = '' } = call;
    const outcome = 'error' in call ? outcomeOfThrown(call.error) : 'answered';
    seconds.record(call.seconds, { provider, method, kind, outcome });
  };
}

/** Shows the calls that have had no answer: each holds memory until the provider's code returns. */
export function showAbandonedCalls(meter: Meter, providers: ProviderCalls[]): void {
  const abandoned = meter.createObservableGauge('holdfast_provider_abandoned_calls', {
    description: 'Calls that have had no answer in time and have not returned since.',
  });
  const refusing = meter.createObservableGauge('holdfast_provider_refusing', {
    description: '1 while few further calls of that provider, method and kind are made.',
  });
  const lost = meter.createObservableGauge('holdfast_provider_lost', {
    description: '1 where only a new process helps: no call has returned for ten minutes.',
  });
  meter.addBatchObservableCallback(
    (gauges) => {
      for (const calls of providers.flatMap((provider) => provider.abandoned())) {
        const { provider, method, kind = '' } = calls;
        const labels = { provider, method, kind };
        gauges.observe(abandoned, calls.abandoned, labels);
        gauges.observe(refusing, Number(calls.refuses), labels);
        gauges.observe(lost, Number(calls.lost), labels);
      }
    },
    [abandoned, refusing, lost],
  );
}

export function outcomeOfThrown(error: unknown): string {
  // By class alone: a provider's own error may have any name.
  if (error instanceof ProviderNotAnswering) return 'not-made';
  if (error instanceof UnansweredCall) return 'unanswered';
  const isFinal =
    isThrown(error, PermanentProviderError) || isThrown(error, PermanentNotifierError);
  if (isFinal) return 'refused';
  return isThrown(error, RateLimitedProviderError) ? 'rate-limited' : 'failed';
}
