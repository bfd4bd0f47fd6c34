import { ActivityFailure, CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { Refusal } from '../../domain/errors';
import {
  type Admission,
  type GenerationResult,
  RELEASE_REASONS,
  resultOfRecord,
} from '../../domain/generation/generation';
import type { GenerationRequest } from '../../domain/generation/request';
import type { PinnedQuote } from '../../domain/pricing/pricing';
import { settleGeneration } from '../proxies/generation';
import { type AdmitOutcome, admit, turnAway } from '../proxies/ledger';
import { tellReserved } from './details';
import { settleAccount } from './settling';

const ADMIT_WITHIN_SECONDS = 30;
const ADMIT_WITHIN_SECONDS_MAX = 86_400;

const TOO_LATE: Refusal = {
  code: 'ADMISSION_TIMED_OUT',
  message: 'The generation could not be admitted in time. Nothing was charged and nothing is held.',
};

/** The answer to who asked, and, if the generation is to run, the quote that binds. */
export async function seekAdmission(
  request: GenerationRequest,
  requestHash: string,
): Promise<{ admission: Admission; quote?: PinnedQuote }> {
  if (CancellationScope.current().consideredCancelled) {
    return { admission: await refuseEntry(request, requestHash, RELEASE_REASONS.cancelled) };
  }
  const outcome = await admitInTime(request);
  if (outcome === 'too-late') {
    return { admission: await refuseEntry(request, requestHash, RELEASE_REASONS.admissionTimedOut) };
  }
  if (outcome.status !== 'admitted') return { admission: admissionOf(outcome, request, requestHash) };
  tellReserved(request, outcome.quote);
  return { admission: { requestHash, status: 'admitted', reserved: outcome.quote.credits }, quote: outcome.quote };
}

/**
 * Outages fail closed: whoever asked has gone by the time when a worker or the ledger comes back. Judged by the times
 * of Temporal's events, the start and the first workflow task that completes.
 */
async function admitInTime(request: GenerationRequest): Promise<AdmitOutcome | 'too-late'> {
  const { admitWithinSeconds: asked } = request;
  // What is no number is refused by `admit`.
  const withinSeconds = Math.min(typeof asked === 'number' ? asked : ADMIT_WITHIN_SECONDS, ADMIT_WITHIN_SECONDS_MAX);
  const deadlineMs = workflowInfo().startTime.getTime() + withinSeconds * 1000;
  if (Date.now() >= deadlineMs) return 'too-late';
  try {
    return await admit(request, deadlineMs);
  } catch (error) {
    if (error instanceof ActivityFailure) return 'too-late';
    throw error;
  }
}

/** Closes the request's key, so that nothing can be reserved under it later: a lost task may have reserved already. */
async function refuseEntry(request: GenerationRequest, requestHash: string, reason: string): Promise<Admission> {
  const ended = (result: GenerationResult) => {
    const isTooLate = result.reason === RELEASE_REASONS.admissionTimedOut;
    return endedWith(isTooLate ? rejection(request, requestHash, { refusal: TOO_LATE }) : result);
  };
  const outcome = await turnAway({ request, reason });
  if (outcome.status === 'turned-away') return ended(resultOfRecord(outcome.record, requestHash));
  if (outcome.status !== 'admitted') return admissionOf(outcome, request, requestHash);
  // An earlier run of this workflow (it was reset, or deleted) may have had its job accepted: never release before the truth.
  const job = await settleGeneration(workflowInfo().workflowId);
  return ended(await settleAccount(request, requestHash, outcome.quote, job, reason));
}

function admissionOf(
  outcome: Exclude<AdmitOutcome, { status: 'admitted' }>,
  request: GenerationRequest,
  requestHash: string,
): Admission {
  switch (outcome.status) {
    case 'known':
      return endedWith(resultOfRecord(outcome.record, requestHash));
    case 'rejected':
      return endedWith(rejection(request, requestHash, outcome));
    case 'invalid':
      return { requestHash, status: 'invalid', reserved: 0, error: outcome.refusal };
  }
}

function endedWith(result: GenerationResult): Admission {
  return { requestHash: result.requestHash, status: 'ended', reserved: result.reserved, result };
}

function rejection(
  { accountId, requestId }: GenerationRequest,
  requestHash: string,
  { refusal, packs }: Pick<Extract<AdmitOutcome, { status: 'rejected' }>, 'refusal' | 'packs'>,
): GenerationResult {
  const { code: reason, message, details } = refusal;
  const figures = reason === 'INSUFFICIENT_CREDITS' || reason === 'PRICE_CHANGED' ? details : {};
  return {
    accountId,
    requestId,
    requestHash,
    status: 'rejected',
    reserved: 0,
    charged: 0,
    reason,
    message,
    ...figures,
    packs,
  };
}
