import type { Meter } from '@opentelemetry/api';
import { HoldfastError } from '../contract/errors';
import type { ObserveCall, ObservedCall } from '../ledger/connection/observed-call';
import { CALL_SECONDS, secondsHistogram } from './metrics';

/** Measures the process's calls of the ledger. */
export function measureLedgerCalls(meter: Meter): ObserveCall {
  const seconds = secondsHistogram(
    meter,
    'holdfast_ledger_call_seconds',
    'How long a call of a SQL function took, with its wait for its account’s turn, a connection and locks.',
    CALL_SECONDS,
  );
  const turnSeconds = secondsHistogram(
    meter,
    'holdfast_ledger_turn_seconds',
    'How long a call waited in this process until it was its account’s turn.',
    CALL_SECONDS,
  );
  const refusals = meter.createCounter('holdfast_ledger_refusals_total', {
    description: 'Calls that the ledger has refused, by its code.',
  });
  const failures = meter.createCounter('holdfast_ledger_failures_total', {
    description: 'Calls that have failed, by the error’s code.',
  });
  return (call) => {
    const name = call.name;
    const code = refusalIn(call);
    const outcome = 'error' in call ? 'failed' : code === undefined ? 'answered' : 'refused';
    seconds.record(call.seconds, { function: name, outcome });
    turnSeconds.record(call.turnSeconds);
    if (code !== undefined) refusals.add(1, { function: name, code });
    if ('error' in call) failures.add(1, { function: name, code: codeOf(call.error) });
  };
}

export function refusalIn({ answers }: ObservedCall): string | undefined {
  const answer = answers?.[0];
  if (typeof answer !== 'object' || answer === null || !('refusal' in answer)) return undefined;
  const { refusal } = answer as { refusal: { code: string } | null };
  return refusal?.code;
}

export function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : 'INTERNAL';
}
