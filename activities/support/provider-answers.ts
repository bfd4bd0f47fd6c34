import { ApplicationFailure } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import type { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import { parse } from '../../contract/parse';
import {
  cut,
  PROVIDER_FAULT,
  PROVIDER_NOT_ANSWERING,
  retryDelayMsOf,
} from '../../contract/provider-answer';
import { RateLimitedProviderError, TransientProviderError } from '../../providers/provider-errors';
import { type Called, type ProviderCalls, ProviderNotAnswering } from './provider-calls';
import { errorFromThrown, isThrown, memberOf } from './thrown';

const ATTEMPTS_MAX = 5;
const PAUSE_MS_MAX = 5_000;
const MESSAGE_LENGTH_MAX = 2_000;

/** A provider answered, and its answer can't be understood. */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
}

/**
 * An error that a provider threw. An error of the activity itself is passed to Temporal unchanged;
 * this one is not.
 */
export class ThrownByProvider<Thrown = unknown> extends Error {
  override name = 'ThrownByProvider';
  constructor(readonly thrown: Thrown) {
    super('A provider threw something.');
  }
}

type ErrorClass<Thrown extends Error> = new (...args: never[]) => Thrown;

/** Whether a provider threw an error of this class. */
export function isThrownBy<Thrown extends Error>(
  kind: ErrorClass<Thrown>,
  error: unknown,
): error is ThrownByProvider<Thrown> {
  return error instanceof ThrownByProvider && isThrown(error.thrown, kind);
}

/** Calls a provider and parses its answer. @throws ProviderFault, ThrownByProvider */
export async function askProvider<Schema extends z.ZodType>(
  schema: Schema,
  calls: ProviderCalls,
  called: Called,
  withinMs: number,
  call: () => Promise<unknown>,
): Promise<z.output<Schema>> {
  const said = await callProvider(calls, called, withinMs, call);
  try {
    return parse(schema, said, `answer of the ${calls.provider} provider`);
  } catch (error) {
    // Reading the answer's members may throw.
    const message =
      error instanceof HoldfastError
        ? error.message
        : `The answer of the ${calls.provider} provider can't be read.`;
    throw new ProviderFault(cut(message, MESSAGE_LENGTH_MAX));
  }
}

/** Calls a provider without reading its answer. @throws ThrownByProvider */
export async function callProvider(
  calls: ProviderCalls,
  called: Called,
  withinMs: number,
  call: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await calls.run(called, withinMs, call);
  } catch (error) {
    throw new ThrownByProvider(error);
  }
}

/**
 * Asks until the answer makes sense: five times at most, after pauses that double, of five seconds
 * at most.
 *
 * @throws ProviderFault the last one
 */
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

/**
 * The failure for an error of a provider, as Temporal retries it. The failure types are part of a
 * contract (docs/how-to/generation-provider.md).
 */
export function failureOfThrown(error: unknown): ApplicationFailure {
  const cause = errorFromThrown(error);
  const { message } = cause;
  if (isThrown(error, RateLimitedProviderError)) {
    const nextRetryDelay = retryDelayMsOf(memberOf(error, 'retryAfterMs'));
    return ApplicationFailure.create({ message, type: 'RateLimited', nextRetryDelay, cause });
  }
  return ApplicationFailure.create({ message, type: failureType(error), cause });
}

function failureType(error: unknown): string {
  if (isThrown(error, ProviderNotAnswering)) return PROVIDER_NOT_ANSWERING;
  return isThrown(error, TransientProviderError) ? 'TransientProviderError' : 'ProviderError';
}

/**
 * The failure for an error of `callProvider` or `askProvider`. An answer that isn't understood is
 * final: another attempt would ask the same. A TemporalFailure is returned unchanged.
 */
export function failureOfCall(error: unknown): unknown {
  if (error instanceof ProviderFault)
    return ApplicationFailure.nonRetryable(error.message, PROVIDER_FAULT);
  if (error instanceof TemporalFailure) return error;
  return failureOfThrown(error instanceof ThrownByProvider ? error.thrown : error);
}
