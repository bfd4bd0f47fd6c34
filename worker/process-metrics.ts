import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { FastifyInstance } from 'fastify';
import type { ObserveProviderCall } from '../activities/support/provider-calls';
import type { ObserveCall } from '../ledger/connection/observed-call';
import type { Ledger } from '../ledger/ledger';
import { measureActivities } from '../telemetry/activity-metrics';
import { type MetricsAddress, startMetricsEndpoint } from '../telemetry/endpoint';
import { measureLedgerCalls } from '../telemetry/ledger-metrics';
import { createMetrics, type ProcessInfo } from '../telemetry/metrics';
import { showOpenWork } from '../telemetry/open-work-metrics';
import { countOutcomes } from '../telemetry/outcome-metrics';
import type { Outcome } from '../telemetry/outcomes';
import { measureProviderCalls, showAbandonedCalls } from '../telemetry/provider-metrics';
import { readSdkMetrics } from '../telemetry/sdk-metrics';
import type { CallsByProvider } from './provider-calls';
import type { WorkerConfig } from './worker-config';

/** The metrics of a worker process. */
export interface ProcessMetrics {
  observeCall: ObserveCall;
  observeProviderCall: ObserveProviderCall;
  countOutcome(outcome: Outcome): void;
  interceptor: ActivityInterceptorsFactory;
  serve(calls: CallsByProvider): Promise<FastifyInstance>;
  /** Adds what is open in the ledger. */
  showLedger(ledger: Ledger): void;
}

/** @param sdkMetrics where the SDK's own metrics are, if its runtime was installed with them */
export function createProcessMetrics(
  config: WorkerConfig,
  address: MetricsAddress,
  info: ProcessInfo,
  sdkMetrics?: string,
): ProcessMetrics {
  const metrics = createMetrics(info);
  const { meter } = metrics;
  const { reconcileIntervalSeconds, reconcileIdleSeconds } = config;
  const first = Math.max(reconcileIntervalSeconds, reconcileIdleSeconds);
  const intervalMs = ((first + reconcileIntervalSeconds) * 1000) / 2;
  return {
    observeCall: measureLedgerCalls(meter),
    observeProviderCall: measureProviderCalls(meter),
    countOutcome: countOutcomes(meter),
    interceptor: measureActivities(meter),
    serve(calls) {
      showAbandonedCalls(meter, Object.values(calls));
      const readSdk = sdkMetrics === undefined ? undefined : () => readSdkMetrics(sdkMetrics);
      return startMetricsEndpoint(address, metrics, readSdk);
    },
    showLedger: ({ upkeep }) => showOpenWork(meter, () => upkeep.openWork(intervalMs)),
  };
}
