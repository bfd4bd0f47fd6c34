import { ApplicationFailure } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import type { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import { parse } from '../../contract/parse';
import { cut, PROVIDER_FAULT, retryDelayMsOf } from '../../contract/provider-answer';
import { RateLimitedProviderError, TransientProviderError } from '../../providers/provider-errors';
import { errorFromThrown, isThrown, memberOf } from './thrown';

const ATTEMPTS_MAX = 5;
const PAUSE_MS_MAX = 5_000;
const MESSAGE_LENGTH_MAX = 2_000;

/** A provider answered, and nobody can understand it. */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
}

/** What a provider threw. Kept apart from what the activity itself throws, which Temporal takes at its word. */
export class ThrownByProvider<Thrown = unknown> extends Error {
  override name = 'ThrownByProvider';
  constructor(readonly thrown: Thrown) {
    super('A provider threw something.');
  }
}

type ErrorClass<Thrown extends Error> = new (...args: never[]) => Thrown;

export function isThrownBy<Thrown extends Error>(
  kind: ErrorClass<Thrown>,
  error: unknown,
): error is ThrownByProvider<Thrown> {
  return error instanceof ThrownByProvider && isThrown(error.thrown, kind);
}

/** One call of a provider: its answer, parsed. @throws ProviderFault, ThrownByProvider */
export async function askProvider<Schema extends z.ZodType>(
  schema: Schema,
  who: string,
  call: () => Promise<unknown>,
): Promise<z.output<Schema>> {
  const said = await callProvider(call);
  try {
    return parse(schema, said, `answer of the ${who} provider`);
  } catch (error) {
    // Reading its members may throw, too.
    const message =
      error instanceof HoldfastError
        ? error.message
        : `The answer of the ${who} provider can't be read.`;
    throw new ProviderFault(cut(message, MESSAGE_LENGTH_MAX));
  }
}

/** One call of a provider whose answer doesn't matter. @throws ThrownByProvider */
export async function callProvider(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    throw new ThrownByProvider(error);
  }
}

/** Asks until the answer makes sense: five times at most, after pauses that double. @throws ProviderFault, the last one */
export async function retryUntilUnderstood<Answer>(
  ask: () => Promise<Answer>,
  firstPauseMs: number,
  pause: (ms: number) => Promise<void>,
): Promise<Answer> {
  for (let asked = 1; ; asked++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProviderFault) || asked === ATTEMPTS_MAX) throw error;
      await pause(Math.min(firstPauseMs * 2 ** (asked - 1), PAUSE_MS_MAX));
    }
  }
}

/** What a provider threw, as Temporal retries it. The failure types are part of a contract (docs/generation-provider.md). */
export function failureOfThrown(error: unknown): ApplicationFailure {
  const cause = errorFromThrown(error);
  const { message } = cause;
  if (isThrown(error, RateLimitedProviderError)) {
    const nextRetryDelay = retryDelayMsOf(memberOf(error, 'retryAfterMs'));
    return ApplicationFailure.create({ message, type: 'RateLimited', nextRetryDelay, cause });
  }
  const type = isThrown(error, TransientProviderError) ? 'TransientProviderError' : 'ProviderError';
  return ApplicationFailure.create({ message, type, cause });
}

/**
 * Of a call that `callProvider` or `askProvider` made. A provider that wasn't understood, however often it was asked, ends the
 * activity: another attempt would only ask again. What the activity itself throws stays as it is.
 */
export function failureOfCall(error: unknown): unknown {
  if (error instanceof ProviderFault)
    return ApplicationFailure.nonRetryable(error.message, PROVIDER_FAULT);
  if (error instanceof TemporalFailure) return error;
  return failureOfThrown(error instanceof ThrownByProvider ? error.thrown : error);
}
