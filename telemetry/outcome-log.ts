import { trace } from '@opentelemetry/api';
import type { Outcome } from './outcomes';

type Log = (message: string, fields: Record<string, unknown>) => void;

/** Writes one line for each outcome. It has ids and figures, and no text that a person wrote. */
export function logOutcomes(log: Log, build: string | undefined): (outcome: Outcome) => void {
  return ({ what, outcome, credits, ...ids }) => {
    const moved = Object.keys(credits).length > 0 && { credits };
    const traceId = trace.getActiveSpan()?.spanContext().traceId;
    log(`${what} ${outcome}`, { what, outcome, ...ids, ...moved, build, traceId });
  };
}
