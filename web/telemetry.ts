import type { Meter, Tracer } from '@opentelemetry/api';
import type { ClientInterceptors } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ObserveCall } from '../ledger/connection/observed-call';
import { THIS_VERSION } from '../ledger/migration/version';
import { startMetricsEndpoint } from '../telemetry/endpoint';
import { measureLedgerCalls } from '../telemetry/ledger-metrics';
import { createMetrics } from '../telemetry/metrics';
import { observing } from '../telemetry/observers';
import type { WebConfig } from './web-config';

const INFO = { service: 'holdfast-web', version: THIS_VERSION } as const;

/** What a web process tells of itself while it serves. */
export interface WebTelemetry {
  meter?: Meter;
  tracer?: Tracer;
  observeCall?: ObserveCall;
  clientInterceptors?: ClientInterceptors;
  close(): Promise<void>;
}

/** Serves the metrics on a port of their own, if one is set, and starts tracing, if that is. */
export async function startWebTelemetry(
  { metrics: address, tracesUrl }: WebConfig,
  log: Logger,
): Promise<WebTelemetry> {
  const metrics = address && createMetrics(INFO);
  const server = address && metrics && (await startMetricsEndpoint(address, metrics));
  const tracing = tracedTo(tracesUrl, log);
  const calls = [
    ...(metrics ? [measureLedgerCalls(metrics.meter)] : []),
    ...(tracing ? [tracing.observeCall] : []),
  ];
  const onFault = (err: unknown) => log.warn({ err }, 'A call could not be measured.');
  return {
    meter: metrics?.meter,
    tracer: tracing?.tracer,
    clientInterceptors: tracing?.clientInterceptors,
    ...(calls.length > 0 && { observeCall: observing({ calls, outcomes: [], onFault }) }),
    async close() {
      await Promise.all([server?.close(), tracing?.close()]);
    },
  };
}

/** Loaded only where something is traced. As in its log, errors have no message. */
function tracedTo(url: string | undefined, log: Logger) {
  if (url === undefined) return undefined;
  const { startTracing }: typeof import('../telemetry/tracing') = require('../telemetry/tracing');
  return startTracing({ url, isPrivate: true }, INFO, (message) =>
    log.warn({ reason: message }, 'traces could not be sent'),
  );
}
