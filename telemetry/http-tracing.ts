import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Each request as a span: below that of the caller, if its headers name one (`traceparent`). What
 * the request does runs in its context.
 */
export function traceRequests(tracer: Tracer, app: FastifyInstance): void {
  const traced = new WeakMap<FastifyRequest, { span: Span; within: Context }>();
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions } = request;
    const caller = propagation.extract(ROOT_CONTEXT, request.headers);
    const route = routeOptions.url ?? '';
    const attributes = { 'http.request.method': method, 'http.route': route };
    const span = tracer.startSpan(
      `${method} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      caller,
    );
    traced.set(request, { span, within: trace.setSpan(caller, span) });
    done();
  });
  // Not earlier: a body that is read leaves the context, which its socket's events don't have.
  app.addHook('preHandler', (request, _reply, done) => {
    const { within = ROOT_CONTEXT } = traced.get(request) ?? {};
    context.with(within, done);
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    const { span } = traced.get(request) ?? {};
    span?.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  });
}
