import { type ErrorCode, HoldfastError } from '../../contract/errors';
import type { Outcome } from '../../contract/outcome';

/** The operation's result. Throws its refusal where it is refused. */
export async function granted<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw HoldfastError.of(settled.refusal);
  return settled.value;
}

/** The operation's refusal, without its message. Throws where the operation succeeds. */
export async function refusal<T>(
  outcome: Promise<Outcome<T>>,
): Promise<{ code: ErrorCode; details: unknown }> {
  const settled = await outcome;
  if (settled.ok) throw new Error(`Expected a refusal, got ${JSON.stringify(settled.value)}.`);
  return { code: settled.refusal.code, details: settled.refusal.details };
}

/** Makes `count` calls at once, and returns their results in the calls' order. */
export function atOnce<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}
