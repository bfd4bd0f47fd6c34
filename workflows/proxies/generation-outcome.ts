import { defaultPayloadConverter, type RawValue, rawValueTypeInfo } from '@temporalio/common';
import type { GenerationActivities } from '../../activities/generation/generation-activities';
import type { GenerationOutcome } from '../../contract/generation-job';
import {
  billedOf,
  durationMsOf,
  messageOf,
  PROVIDER_FAULT,
  reasonOf,
} from '../../contract/provider-answer';
import { isEncrypted } from '../payload-converter';

/**
 * Results of the generation queue, undecoded. A worker in another language may return anything,
 * even what is no JSON (Python writes NaN), and decoding that would fail the workflow's task for
 * ever.
 */
export const RAW_RESULTS = {
  generate: { outputType: rawValueTypeInfo },
  settleGeneration: { outputType: rawValueTypeInfo },
} satisfies Partial<Record<keyof GenerationActivities, unknown>>;

/** The outcome of a job whose state can't be understood. */
export const FAULT: GenerationOutcome = { state: 'failed', reason: PROVIDER_FAULT };

/**
 * A result's outcome by its form; null if it has none. Limits of length are left to the activities
 * that act on it, so that a tightened limit changes no recorded history.
 */
export function outcomeOf(raw: unknown): GenerationOutcome | null {
  const said = decoded(raw as RawValue | undefined);
  if (said === null || typeof said !== 'object') return null;
  const { state, outputUrl, durationMs, reason, message, billed } = said as Record<string, unknown>;
  switch (state) {
    case 'succeeded':
      // `commit` refuses an empty URL.
      return {
        state,
        outputUrl: typeof outputUrl === 'string' ? outputUrl : '',
        durationMs: durationMsOf(durationMs),
      };
    case 'failed':
      return { state, reason: reasonOf(reason), message: messageOf(message) };
    case 'cancelled':
      return { state, billed: billedOf(billed) };
    case 'unknown':
      return { state };
    default:
      return null;
  }
}

/**
 * A result of a key that this worker lacks may be an output: the task fails, and is repeated until
 * the key is there.
 */
function decoded(raw: RawValue | undefined): unknown {
  try {
    return raw && defaultPayloadConverter.fromPayload(raw.payload);
  } catch {
    if (raw && isEncrypted(raw.payload))
      throw new Error('A generation’s result is encrypted by a key that the worker doesn’t have.');
    return undefined;
  }
}
