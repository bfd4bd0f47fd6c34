import { Context } from '@temporalio/activity';
import { type ActivityInterceptorsFactory, Runtime } from '@temporalio/worker';
import type { FastifyInstance } from 'fastify';
import type { ObserveProviderCall } from '../activities/support/provider-calls';
import type { ObserveCall } from '../ledger/connection/observed-call';
import type { Ledger } from '../ledger/ledger';
import { THIS_VERSION } from '../ledger/migration/version';
import { measureActivities } from '../telemetry/activity-metrics';
import { startMetricsEndpoint } from '../telemetry/endpoint';
import { measureLedgerCalls } from '../telemetry/ledger-metrics';
import { createMetrics } from '../telemetry/metrics';
import { observing } from '../telemetry/observers';
import { showOpenWork } from '../telemetry/open-work-metrics';
import { logOutcomes } from '../telemetry/outcome-log';
import { countOutcomes } from '../telemetry/outcome-metrics';
import { measureProviderCalls, showAbandonedCalls } from '../telemetry/provider-metrics';
import { readSdkMetrics } from '../telemetry/sdk-metrics';
import type { CallsByProvider } from './provider-calls';
import type { WorkerConfig } from './worker-config';

/** What a worker process tells of itself while it works. */
export interface WorkerTelemetry {
  observeCall: ObserveCall;
  observeProviderCall?: ObserveProviderCall;
  interceptors: ActivityInterceptorsFactory[];
  /** Serves the metrics, if a port is set for them. */
  serve(calls: CallsByProvider): Promise<FastifyInstance | undefined>;
  /** Adds what is open in the ledger to the metrics. */
  showLedger(ledger: Ledger): void;
}

/** @param sdkMetrics where the SDK's own metrics are, if its runtime was installed with them */
export function createWorkerTelemetry(
  config: WorkerConfig,
  build: string | undefined,
  sdkMetrics?: string,
): WorkerTelemetry {
  const onFault = (error: unknown) =>
    Runtime.instance().logger.warn('A call could not be measured or logged.', { error });
  const logging = logOutcomes(
    (message, fields) => Runtime.instance().logger.info(message, { ...fields, ...ownRun() }),
    build,
  );
  const address = config.metrics;
  if (address === undefined)
    return {
      observeCall: observing({ calls: [], outcomes: [logging], onFault }),
      interceptors: [],
      serve: async () => undefined,
      showLedger: () => {},
    };
  const service = 'holdfast-worker';
  const { role, reconcileIntervalSeconds, reconcileIdleSeconds } = config;
  const metrics = createMetrics({ service, version: THIS_VERSION, build, role });
  const { meter } = metrics;
  const outcomes = [logging, countOutcomes(meter)];
  const first = Math.max(reconcileIntervalSeconds, reconcileIdleSeconds);
  const intervalMs = ((first + reconcileIntervalSeconds) * 1000) / 2;
  return {
    observeCall: observing({ calls: [measureLedgerCalls(meter)], outcomes, onFault }),
    observeProviderCall: measureProviderCalls(meter),
    interceptors: [measureActivities(meter)],
    serve(calls) {
      showAbandonedCalls(meter, Object.values(calls));
      const readSdk = sdkMetrics === undefined ? undefined : () => readSdkMetrics(sdkMetrics);
      return startMetricsEndpoint(address, metrics, readSdk);
    },
    showLedger: ({ upkeep }) => showOpenWork(meter, () => upkeep.openWork(intervalMs)),
  };
}

/** The workflow for which the activity of this call runs. */
function ownRun() {
  const { workflowExecution, workflowType } = Context.current().info;
  return { ...workflowExecution, workflowType };
}
