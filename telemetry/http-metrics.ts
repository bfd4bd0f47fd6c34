import type { Meter } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import { CALL_SECONDS, secondsHistogram } from './metrics';

/** Measures the answers of an HTTP server. A stream is none: it lasts as long as its reader. */
export function measureAnswers(meter: Meter, app: FastifyInstance): void {
  const seconds = secondsHistogram(
    meter,
    'holdfast_http_request_seconds',
    'How long an HTTP request took until it was answered, by the pattern of its path.',
    [...CALL_SECONDS, 30],
  );
  app.addHook('onResponse', async (request, reply) => {
    if (/^text\/event-stream/.test(String(reply.getHeader('content-type')))) return;
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? '', status: reply.statusCode };
    seconds.record(reply.elapsedTime / 1000, labels);
  });
}

export function showEventStreams(meter: Meter, count: () => number): void {
  meter
    .createObservableGauge('holdfast_event_streams', {
      description: 'Event streams that are open.',
    })
    .addCallback((gauge) => gauge.observe(count()));
}
