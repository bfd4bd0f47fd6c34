import { Context } from '@temporalio/activity';
import type { ClientInterceptors } from '@temporalio/client';
import { Runtime, type WorkerOptions } from '@temporalio/worker';
import type { ObserveProviderCall } from '../activities/support/provider-calls';
import type { ObserveCall } from '../ledger/connection/observed-call';
import type { Ledger } from '../ledger/ledger';
import { THIS_VERSION } from '../ledger/migration/version';
import { observing } from '../telemetry/observers';
import { logOutcomes } from '../telemetry/outcome-log';
import { createProcessMetrics } from './process-metrics';
import type { CallsByProvider } from './provider-calls';
import type { WorkerConfig } from './worker-config';

/** What a worker process tells of itself while it works: metrics, traces, lines of its log. */
export interface WorkerTelemetry {
  observeCall: ObserveCall;
  observeProviderCall: ObserveProviderCall;
  /** For each worker of the process. */
  workerOptions: Pick<WorkerOptions, 'interceptors' | 'sinks'>;
  clientInterceptors: ClientInterceptors | undefined;
  /** Whether its workflows are those of the traced bundle. */
  isTraced: boolean;
  /** Serves the metrics, if a port is set for them. */
  serve(calls: CallsByProvider): Promise<void>;
  /** Adds what is open in the ledger to the metrics. */
  showLedger(ledger: Ledger): void;
  close(): Promise<void>;
}

export interface TelemetryParts {
  build: string | undefined;
  /** Traces hold no text of a person. */
  isPrivate: boolean;
  /** Where the SDK's own metrics are, if its runtime was installed with them. */
  sdkMetrics?: string;
}

export function createWorkerTelemetry(
  config: WorkerConfig,
  { build, isPrivate, sdkMetrics }: TelemetryParts,
): WorkerTelemetry {
  const { logger } = Runtime.instance();
  const info = {
    service: 'holdfast-worker',
    version: THIS_VERSION,
    build,
    role: config.role,
  } as const;
  const metrics = config.metrics && createProcessMetrics(config, config.metrics, info, sdkMetrics);
  const traced = tracedBy(config.tracesUrl, isPrivate, info);
  const logging = logOutcomes(
    (message, fields) => logger.info(message, { ...fields, ...ownRun() }),
    build,
  );
  const calls = [metrics, traced?.tracing].flatMap((one) => one?.observeCall ?? []);
  const providerCalls = [metrics, traced?.tracing].flatMap((one) => one?.observeProviderCall ?? []);
  let server: { close(): Promise<void> } | undefined;
  return {
    observeCall: observing({
      calls,
      outcomes: metrics ? [logging, metrics.countOutcome] : [logging],
      onFault: (error) => logger.warn('A call could not be measured or logged.', { error }),
    }),
    observeProviderCall: (call) => {
      for (const observe of providerCalls) observe(call);
    },
    workerOptions: {
      // The outermost is the trace's, so that all others run within its span.
      interceptors: {
        activity: [traced?.activities, metrics?.interceptor].flatMap((one) => one ?? []),
      },
      ...(traced && { sinks: traced.sinks }),
    },
    clientInterceptors: traced?.tracing.clientInterceptors,
    isTraced: traced !== undefined,
    async serve(providers) {
      server = await metrics?.serve(providers);
    },
    showLedger: (ledger) => metrics?.showLedger(ledger),
    async close() {
      await Promise.all([server?.close(), traced?.tracing.close()]);
    },
  };
}

/** Loaded only where something is traced. */
function tracedBy(
  url: string | undefined,
  isPrivate: boolean,
  info: { service: 'holdfast-worker'; version: string; build: string | undefined },
) {
  if (url === undefined) return undefined;
  const { startTracing }: typeof import('../telemetry/tracing') = require('../telemetry/tracing');
  const { tracedActivities, workflowSinks }: typeof import('../telemetry/traced-workers') =
    require('../telemetry/traced-workers');
  const tracing = startTracing({ url, isPrivate }, info, (message) =>
    Runtime.instance().logger.warn(`Traces could not be sent: ${message}`),
  );
  return { tracing, activities: tracedActivities, sinks: workflowSinks(tracing) };
}

/** The workflow for which the activity of this call runs. */
function ownRun() {
  const { workflowExecution, workflowType } = Context.current().info;
  return { ...workflowExecution, workflowType };
}
