import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { GenerationRequest, StartedRequest } from '../../contract/generation';
import type { Admission } from '../../contract/generation-result';
import { INPUT_BYTES_MAX, isJson, JSON_DEPTH_MAX } from '../../contract/json';
import { hashOf } from '../../domain/hash';
import { answerUpdate } from '../checked-input';
import { inputUpdate } from '../messages';
import { admissionDeadlineMs } from './admission';

/** What an input may have, in the list of an update's arguments. */
const INPUT_MAX = { levels: JSON_DEPTH_MAX + 1, bytes: INPUT_BYTES_MAX + '[]'.length };

/** The request with its input, once that has come. */
export interface LateInput {
  request?: GenerationRequest;
}

/**
 * Listens for the input of a request that was started without it. Each caller who sends it gets the
 * admission that follows.
 */
export function listenForInput(
  { inputHash, ...request }: StartedRequest,
  requestHash: string,
  standing: () => Admission | undefined,
): LateInput {
  const late: LateInput = {};
  answerUpdate(
    inputUpdate,
    async (input) => {
      if (hashOf(input) !== inputHash) return { requestHash, status: 'conflict', reserved: 0 };
      late.request ??= { ...request, input };
      await CancellationScope.nonCancellable(() => condition(() => isDecided(standing())));
      return standing() as Admission;
    },
    refuseOtherThanJson,
    INPUT_MAX,
  );
  return late;
}

/** Waits for the input until the request may be admitted no more, or is cancelled. */
export async function inputOrDeadline(request: StartedRequest, late: LateInput): Promise<void> {
  try {
    const leftMs = Math.max(1, admissionDeadlineMs(request) - Date.now());
    await condition(() => late.request !== undefined, leftMs);
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

function isDecided(admission: Admission | undefined): boolean {
  return admission !== undefined && admission.status !== 'input-required';
}

function refuseOtherThanJson(input: unknown): void {
  if (isJson(input)) return;
  throw ApplicationFailure.nonRetryable('The input is no JSON.', 'INVALID_INPUT');
}
