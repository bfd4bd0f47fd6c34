import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Attributes that quote an error: its message, and its stack, which begins with the message. */
const QUOTES = new Set(['exception.message', 'exception.stacktrace']);

/** Exports spans without what errors say, so that no text of a person leaves with them. */
export function withoutTexts(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(withoutText), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function withoutText(span: ReadableSpan): ReadableSpan {
  const status = { code: span.status.code };
  const events = span.events.map((event) => ({
    ...event,
    attributes: Object.fromEntries(
      Object.entries(event.attributes ?? {}).filter(([name]) => !QUOTES.has(name)),
    ),
  }));
  return Object.create(span, { status: { value: status }, events: { value: events } });
}
