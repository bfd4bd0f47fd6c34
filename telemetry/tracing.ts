import { DiagLogLevel, diag, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client';
import type { ObserveProviderCall } from '../activities/support/provider-calls';
import type { ObserveCall } from '../ledger/connection/observed-call';
import type { ProcessInfo } from './metrics';
import { withoutTexts } from './spans-without-texts';
import { traceLedgerCalls, traceProviderCalls } from './traced-calls';

/** Where spans go: an OTLP collector's URL for traces, over HTTP. */
export interface TracesTarget {
  url: string;
  /** Errors are told without their messages, which may quote what a person wrote. */
  isPrivate: boolean;
}

/** The tracing of a process. */
export interface Tracing {
  tracer: Tracer;
  observeCall: ObserveCall;
  observeProviderCall: ObserveProviderCall;
  /** For each client of Temporal: it hands its span on to the workflow. */
  clientInterceptors: { workflow: OpenTelemetryWorkflowClientInterceptor[] };
  processor: SpanProcessor;
  resource: Resource;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/**
 * Starts tracing, for the whole process: OpenTelemetry's context is a global. What the environment
 * says of sampling, batches and the collector's headers (`OTEL_…`) counts as usual. Baggage is not
 * handed on, because Temporal would keep it.
 *
 * @param onFault is told of what could not be sent
 */
export function startTracing(
  { url, isPrivate }: TracesTarget,
  { service, version, build }: ProcessInfo,
  onFault: (message: string) => void,
): Tracing {
  const ignored = () => {};
  const faults = { error: onFault, warn: ignored, info: ignored, debug: ignored, verbose: ignored };
  diag.setLogger(faults, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  const resource = new Resource({
    ...{ 'service.name': service, 'service.version': version },
    ...(build !== undefined && { 'holdfast.build': build }),
  });
  const exporter = new OTLPTraceExporter({ url });
  const processor = new BatchSpanProcessor(isPrivate ? withoutTexts(exporter) : exporter);
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({
    contextManager: new AsyncLocalStorageContextManager().enable(),
    propagator: new W3CTraceContextPropagator(),
  });
  const tracer = trace.getTracer('holdfast');
  return {
    ...{ tracer, processor, resource },
    observeCall: traceLedgerCalls(tracer),
    observeProviderCall: traceProviderCalls(tracer),
    clientInterceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
    close: () => provider.shutdown(),
  };
}
