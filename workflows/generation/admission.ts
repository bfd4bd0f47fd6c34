import { ActivityFailure, CancellationScope, workflowInfo } from '@temporalio/workflow';
import { ADMIT_WITHIN_SECONDS, type Lateness } from '../../contract/command';
import type { Refusal } from '../../contract/errors';
import type { StartedRequest } from '../../contract/generation';
import type { Admission, GenerationResult } from '../../contract/generation-result';
import type { PinnedQuote } from '../../contract/prices';
import {
  RELEASE_REASONS,
  rejectionOf,
  resultOfRecord,
} from '../../domain/generation/generation-result';
import { isLateByOwnTime } from '../own-time';
import { settleGeneration } from '../proxies/generation-proxy';
import { refusalOfFailure } from '../proxies/quick-then-patient';
import {
  type AdmitOutcome,
  admit,
  leaveQueue,
  resume,
  turnAway,
} from '../proxies/reservation-proxy';
import { isContinued } from '../versioning';
import { commitOrRelease } from './commit-or-release';
import { showReserved } from './generation-details';

const ADMIT_WITHIN_SECONDS_MAX = 86_400;

const TOO_LATE: Refusal = {
  code: 'ADMISSION_TIMED_OUT',
  message: 'The generation could not be admitted in time. Nothing was charged and nothing is held.',
};

/** The answer to the caller and, if the generation is to run, its binding quote. */
export interface AdmissionAttempt {
  admission: Admission;
  quote?: PinnedQuote;
}

/** Asks for admission, within the caller's deadline. */
export async function requestAdmission(
  request: StartedRequest,
  requestHash: string,
  lateness?: Lateness,
): Promise<AdmissionAttempt> {
  if (CancellationScope.current().consideredCancelled) return refuseCancelled(request, requestHash);
  // The run before this one was in time, and has waited since.
  if (isContinued()) return askWhetherServed(request, requestHash);
  const outcome = await admitInTime(request, lateness);
  if (outcome === 'too-late')
    return closeRequest(request, requestHash, RELEASE_REASONS.admissionTimedOut);
  return attemptOf(outcome, request, requestHash);
}

/**
 * Asks whether a queued request is served by now. A request that can never be served leaves the
 * queue.
 */
export async function askWhetherServed(
  request: StartedRequest,
  requestHash: string,
): Promise<AdmissionAttempt> {
  try {
    return attemptOf(await resume(request), request, requestHash);
  } catch (error) {
    const refusal = refusalOfFailure(error);
    if (refusal === undefined) throw error;
    const { accountId, requestId } = request;
    const released = await leaveQueue({ accountId, requestId, reason: refusal.code });
    if (!released.ok) throw error;
    return { admission: endedAdmission(resultOfRecord(released.record, requestHash)) };
  }
}

/** Closes a request that was cancelled before it was admitted. */
export function refuseCancelled(
  request: StartedRequest,
  requestHash: string,
): Promise<AdmissionAttempt> {
  return closeRequest(request, requestHash, RELEASE_REASONS.cancelled);
}

/** Until when the request may be admitted. */
export function admissionDeadlineMs({ admitWithinSeconds: asked }: StartedRequest): number {
  // `admit` refuses a value that is no number.
  const withinSeconds = Math.min(
    typeof asked === 'number' ? asked : ADMIT_WITHIN_SECONDS,
    ADMIT_WITHIN_SECONDS_MAX,
  );
  return workflowInfo().startTime.getTime() + withinSeconds * 1000;
}

/**
 * Outages fail closed (docs/rules.md, Reservations): when a worker or the ledger comes back, the
 * caller may have left. The deadline counts from the start, by Temporal's clock; the ledger judges
 * by its own whether it has passed.
 */
async function admitInTime(
  request: StartedRequest,
  lateness?: Lateness,
): Promise<AdmitOutcome | 'too-late'> {
  const deadlineMs = admissionDeadlineMs(request);
  if (isLateByOwnTime(deadlineMs, lateness)) return 'too-late';
  try {
    const outcome = await admit(request, deadlineMs);
    const isRefused = outcome.status === 'rejected' && outcome.refusal.code === TOO_LATE.code;
    return isRefused ? 'too-late' : outcome;
  } catch (error) {
    if (error instanceof ActivityFailure) return 'too-late';
    throw error;
  }
}

/**
 * Closes the request's key, so that nothing can be reserved under it later. A lost task may have
 * reserved already.
 */
async function closeRequest(
  request: StartedRequest,
  requestHash: string,
  reason: string,
): Promise<AdmissionAttempt> {
  const ended = (result: GenerationResult) => {
    const isTooLate = result.reason === RELEASE_REASONS.admissionTimedOut;
    return {
      admission: endedAdmission(
        isTooLate ? rejectionOf(request, requestHash, { refusal: TOO_LATE }) : result,
      ),
    };
  };
  const outcome = await turnAway({ request, reason });
  if (outcome.status === 'turned-away') return ended(resultOfRecord(outcome.record, requestHash));
  if (outcome.status === 'still-waiting') return askWhetherServed(request, requestHash);
  if (outcome.status !== 'admitted') return attemptOf(outcome, request, requestHash);
  // Never release before the truth (docs/rules.md, Reservations): an earlier run of this workflow,
  // which was reset or deleted, may have had its job accepted.
  const job = await settleGeneration(workflowInfo().workflowId, outcome.quote.kind);
  return ended(await commitOrRelease(request, requestHash, outcome.quote, job, reason));
}

function attemptOf(
  outcome: AdmitOutcome,
  request: StartedRequest,
  requestHash: string,
): AdmissionAttempt {
  switch (outcome.status) {
    case 'admitted': {
      const { quote } = outcome;
      showReserved(request, quote);
      return { admission: { requestHash, status: 'admitted', reserved: quote.credits }, quote };
    }
    case 'waiting':
      return {
        admission: { requestHash, status: 'waiting', reserved: 0, waiting: outcome.waiting },
      };
    case 'input-required':
      return { admission: { requestHash, status: 'input-required', reserved: 0 } };
    case 'known':
      return { admission: endedAdmission(resultOfRecord(outcome.record, requestHash)) };
    case 'rejected':
      return { admission: endedAdmission(rejectionOf(request, requestHash, outcome)) };
    case 'invalid':
      return { admission: { requestHash, status: 'invalid', reserved: 0, error: outcome.refusal } };
  }
}

function endedAdmission(result: GenerationResult): Admission {
  return { requestHash: result.requestHash, status: 'ended', reserved: result.reserved, result };
}
