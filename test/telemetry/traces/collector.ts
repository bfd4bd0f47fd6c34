import fastify from 'fastify';

export interface Told {
  name: string;
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  /** Nanoseconds since 1970, in digits. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

interface Sent {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Told, 'service'>[] }[];
  }[];
}

/** A collector of traces, as OTLP over HTTP has them. */
export interface Collector {
  url: string;
  /** Where a page of a product is, if there is one. */
  origin: string;
  spans: Told[];
  /** All that was sent. */
  text(): string;
  close(): Promise<void>;
}

/** @param script of a page of the same origin */
export async function startCollector(script?: string): Promise<Collector> {
  const app = fastify();
  const spans: Told[] = [];
  const bodies: string[] = [];
  app.post('/v1/traces', async ({ body }) => {
    bodies.push(JSON.stringify(body));
    for (const { resource, scopeSpans } of (body as Sent).resourceSpans) {
      const named = resource.attributes.find(({ key }) => key === 'service.name');
      const service = named?.value.stringValue ?? '';
      for (const { spans: own } of scopeSpans)
        for (const span of own) spans.push({ ...span, service });
    }
    return {};
  });
  if (script !== undefined) {
    const html = '<!doctype html><title>Studio</title><script src="/page.js"></script>';
    app.get('/', (_request, reply) => reply.type('text/html').send(html));
    app.get('/page.js', (_request, reply) => reply.type('text/javascript').send(script));
  }
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...{ origin, url: `${origin}/v1/traces` },
    spans,
    text: () => bodies.join('\n'),
    close: () => app.close(),
  };
}

/** The names from the root of the trace down to the span of that name. */
export function pathTo(spans: Told[], name: string): string[] {
  const path: string[] = [];
  for (let span = spans.find((one) => one.name === name); span; ) {
    path.unshift(span.name);
    const { parentSpanId } = span;
    span = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return path;
}
