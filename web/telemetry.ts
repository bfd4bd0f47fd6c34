import type { Meter } from '@opentelemetry/api';
import type { ObserveCall } from '../ledger/connection/observed-call';
import { THIS_VERSION } from '../ledger/migration/version';
import { startMetricsEndpoint } from '../telemetry/endpoint';
import { measureLedgerCalls } from '../telemetry/ledger-metrics';
import { createMetrics } from '../telemetry/metrics';
import { observing } from '../telemetry/observers';
import type { WebConfig } from './web-config';

/** What a web process tells of itself while it serves. */
export interface WebTelemetry {
  meter?: Meter;
  observeCall?: ObserveCall;
  close(): Promise<void>;
}

/** Serves the metrics on a port of their own, if one is set. */
export async function startWebTelemetry(
  { metrics: address }: WebConfig,
  onFault: (error: unknown) => void,
): Promise<WebTelemetry> {
  if (address === undefined) return { close: async () => {} };
  const metrics = createMetrics({ service: 'holdfast-web', version: THIS_VERSION });
  const { meter } = metrics;
  const server = await startMetricsEndpoint(address, metrics);
  return {
    meter,
    observeCall: observing({ calls: [measureLedgerCalls(meter)], outcomes: [], onFault }),
    close: () => server.close(),
  };
}
