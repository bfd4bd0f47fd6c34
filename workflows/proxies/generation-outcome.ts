import { defaultPayloadConverter, type RawValue, rawValueTypeInfo } from '@temporalio/common';
import type { GenerationActivities } from '../../activities/generation/generation-activities';
import type { GenerationOutcome } from '../../contract/generation-job';
import { durationMsOf, PROVIDER_FAULT, reasonOf } from '../../contract/provider-answer';

/**
 * Results of the generation queue, as they raw: a worker in another language may return anything, also what is no JSON
 * (Python writes NaN), and decoding that would fail the workflow's task for ever.
 */
export const RAW_RESULTS = {
  generate: { outputType: rawValueTypeInfo },
  settleGeneration: { outputType: rawValueTypeInfo },
} satisfies Partial<Record<keyof GenerationActivities, unknown>>;

/** Nobody can say what became of the job. */
export const FAULT: GenerationOutcome = { state: 'failed', reason: PROVIDER_FAULT };

/**
 * What a result says as far as its form goes; null where it says nothing. Its limits are those of the activities that act
 * on it, so that a tightened one sends no recorded history another way.
 */
export function outcomeOf(raw: unknown): GenerationOutcome | null {
  const said = decoded(raw as RawValue | undefined);
  if (said === null || typeof said !== 'object') return null;
  const { state, outputUrl, durationMs, reason } = said as Record<string, unknown>;
  switch (state) {
    case 'succeeded':
      // What is no text is no URL, and as such refused by `commit`.
      return {
        state,
        outputUrl: typeof outputUrl === 'string' ? outputUrl : '',
        durationMs: durationMsOf(durationMs),
      };
    case 'failed':
      return { state, reason: reasonOf(reason) };
    case 'cancelled':
    case 'unknown':
      return { state };
    default:
      return null;
  }
}

function decoded(raw: RawValue | undefined): unknown {
  try {
    return raw && defaultPayloadConverter.fromPayload(raw.payload);
  } catch {
    return undefined;
  }
}
