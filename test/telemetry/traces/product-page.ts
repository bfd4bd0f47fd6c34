import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

// What runs in the browser: a page of a product that traces its requests, and sends its own spans.

interface Asked {
  collectorUrl: string;
  url: string;
  headers: Record<string, string>;
  body: object;
}

/** Starts a generation; returns the status of the answer, once the page's span is sent. */
async function generate({ collectorUrl, url, headers, body }: Asked): Promise<number> {
  // With headers the exporter waits for an answer; without any it hands over to a beacon.
  const exporter = new OTLPTraceExporter({ url: collectorUrl, headers: {} });
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': 'product-page' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  provider.register({ propagator: new W3CTraceContextPropagator() });
  const tracer = trace.getTracer('product-page');
  const span = tracer.startSpan('Generate is pressed', { kind: SpanKind.CLIENT });
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  const request = { method: 'POST', headers: { ...headers, ...carrier } };
  const { status } = await fetch(url, { ...request, body: JSON.stringify(body) });
  span.setAttribute('http.response.status_code', status);
  span.end();
  await provider.forceFlush();
  return status;
}

Object.assign(globalThis, { generate });
