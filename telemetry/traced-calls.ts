import { type Attributes, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { ObserveProviderCall } from '../activities/support/provider-calls';
import type { ObserveCall } from '../ledger/connection/observed-call';
import { codeOf, refusalIn } from './ledger-metrics';
import { outcomeOfThrown } from './provider-metrics';

/** A call as a span, below the span in whose context it was made. */
interface Made {
  name: string;
  attributes: Attributes;
  endedAtMs: number;
  seconds: number;
  /** Why it failed: a code, and no message. */
  failed?: string;
}

/**
 * Each call of the ledger as a span. What no request has asked for, such as a poll of event streams,
 * is none.
 */
export function traceLedgerCalls(tracer: Tracer): ObserveCall {
  return (call) => {
    const { name, beganAtMs, seconds, turnSeconds } = call;
    const code = refusalIn(call);
    const attributes = {
      ...{ 'db.system': 'postgresql', 'db.operation.name': `holdfast.${name}` },
      'holdfast.turn_seconds': turnSeconds,
      ...(code !== undefined && { 'holdfast.refusal': code }),
    };
    const failed = 'error' in call ? codeOf(call.error) : undefined;
    const endedAtMs = beganAtMs + 1000 * seconds;
    tell(tracer, { name: `SQL:${name}`, attributes, endedAtMs, seconds, failed });
  };
}

/** Each call of a provider as a span; what the provider's own code traces stands beside it. */
export function traceProviderCalls(tracer: Tracer): ObserveProviderCall {
  return (call) => {
    const { provider, method, kind, seconds } = call;
    const attributes = {
      ...{ 'holdfast.provider': provider, 'holdfast.method': method },
      ...(kind !== undefined && { 'holdfast.kind': kind }),
    };
    const failed = 'error' in call ? outcomeOfThrown(call.error) : undefined;
    const name = `Provider:${provider}.${method}`;
    tell(tracer, { name, attributes, endedAtMs: Date.now(), seconds, failed });
  };
}

function tell(tracer: Tracer, { name, attributes, endedAtMs, seconds, failed }: Made): void {
  if (trace.getActiveSpan() === undefined) return;
  const startTime = endedAtMs - 1000 * seconds;
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes });
  if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
  span.end(endedAtMs);
}
