import type { FunctionName } from './calls';

/** A call of a SQL function that has ended. It holds what the caller gave: not for a log. */
export interface ObservedCall {
  name: FunctionName;
  given: Readonly<Record<string, unknown>>;
  /** One answer, or a page's rows; absent where the call failed. */
  answers?: unknown[];
  error?: unknown;
  /** By this machine's clock, in milliseconds since 1970. */
  beganAtMs: number;
  /** From the beginning to the end. */
  seconds: number;
  /** Of them, until it was its account's turn among the calls of this process. */
  turnSeconds: number;
}

/** Is told of each call in the context in which it was made, and must not throw. */
export type ObserveCall = (call: ObservedCall) => void;

/** Makes a call, which says when it is its turn, and tells of its end. */
export async function observed(
  observe: ObserveCall,
  name: FunctionName,
  given: object,
  ask: (onTurn: () => void) => Promise<unknown[]>,
): Promise<unknown[]> {
  const beganAtMs = Date.now();
  const beganMs = performance.now();
  const elapsed = () => (performance.now() - beganMs) / 1000;
  let turnSeconds: number | undefined;
  const tell = (ended: { answers: unknown[] } | { error: unknown }) => {
    const seconds = elapsed();
    const waited = turnSeconds ?? seconds;
    observe({ name, given: { ...given }, ...ended, beganAtMs, seconds, turnSeconds: waited });
  };
  const onTurn = () => {
    turnSeconds = elapsed();
  };
  const answers = await ask(onTurn).catch((error: unknown) => {
    tell({ error });
    throw error;
  });
  tell({ answers });
  return answers;
}
