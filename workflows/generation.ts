import { RetryState } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  log,
  setHandler,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Refusal } from '../domain/errors';
import { type Admission, type GenerationResult, RELEASE_REASONS, resultOfRecord } from '../domain/generation';
import { chargeFor, type PinnedQuote } from '../domain/pricing';
import { type GenerationRequest, requestHashOf } from '../domain/request';
import {
  type AdmitOutcome,
  admit,
  commit,
  type GenerationOutcome,
  generate,
  type ResolveOutcome,
  release,
  settleGeneration,
} from './activity-proxies';
import { tellOutcome, tellReserved } from './generation-details';
import { admissionUpdate, generationWorkflowId } from './messages';
import { STATE_ATTRIBUTE } from './search-attributes';

const ADMIT_WITHIN_SECONDS = 30;

/**
 * One generation: quote and reserve, answer the caller's `admission` update, generate, commit or release.
 * Started as `generation/{account}/{request}`; the result says what was charged and why.
 *
 * Refusals are results. Bad input fails the workflow with a non-retryable failure whose type is the error code.
 */
export async function generationWorkflow(request: GenerationRequest): Promise<GenerationResult> {
  const requestHash = checkIdentity(request);
  let admission: Admission | undefined;
  setHandler(admissionUpdate, async (askedHash) => {
    if (askedHash !== requestHash) return { requestHash, status: 'conflict', reserved: 0 };
    await CancellationScope.nonCancellable(() => condition(() => admission !== undefined));
    return admission as Admission;
  });

  const admitted = await seekAdmission(request, requestHash);
  admission = admitted.admission;
  if (admitted.quote === undefined) return conclude(admission);

  const result = await generateAndPay(request, requestHash, admitted.quote);
  await answered();
  return result;
}

/** Every caller gets its answer before the workflow ends, also where the workflow itself was cancelled. */
function answered(): Promise<void> {
  return CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}

/** A bare client may send anything; what can't even be told apart by its ids fails here. */
function checkIdentity(request: GenerationRequest): string {
  const { workflowId } = workflowInfo();
  const isRequest = typeof request === 'object' && request !== null;
  if (!isRequest || workflowId !== generationWorkflowId(request.accountId, request.requestId)) {
    throw ApplicationFailure.nonRetryable(
      `The workflow id ${workflowId} is not generation/{accountId}/{requestId} of its input.`,
      'WORKFLOW_ID_MISMATCH',
    );
  }
  return requestHashOf(request);
}

async function seekAdmission(
  request: GenerationRequest,
  requestHash: string,
): Promise<{ admission: Admission; quote?: PinnedQuote }> {
  const ended = (result: GenerationResult) => ({
    admission: { requestHash, status: 'ended' as const, reserved: result.reserved, result },
  });
  if (CancellationScope.current().consideredCancelled) {
    return ended(await giveBack(request, requestHash, RELEASE_REASONS.cancelled));
  }
  const outcome = await admitInTime(request);
  switch (outcome.status) {
    case 'admitted':
      tellReserved(request, outcome.quote);
      return { admission: { requestHash, status: 'admitted', reserved: outcome.quote.credits }, quote: outcome.quote };
    case 'known':
      return ended(resultOfRecord(outcome.record, requestHash));
    case 'rejected':
      return ended(rejection(request, requestHash, outcome));
    case 'invalid':
      return { admission: { requestHash, status: 'invalid', reserved: 0, error: outcome.refusal } };
    case 'too-late': {
      const released = await giveBack(request, requestHash, RELEASE_REASONS.admissionTimedOut);
      if (released.reason !== RELEASE_REASONS.admissionTimedOut) return ended(released);
      return ended(rejection(request, requestHash, { refusal: TOO_LATE }));
    }
  }
}

const TOO_LATE: Refusal = {
  code: 'ADMISSION_TIMED_OUT',
  message: 'The generation could not be admitted in time. Nothing was charged and nothing is held.',
};

/**
 * Outages fail closed: whoever asked has gone by the time when a worker or the ledger comes back. Judged by the times
 * of Temporal's events, the start and the first workflow task that completes.
 */
async function admitInTime(request: GenerationRequest): Promise<AdmitOutcome | { status: 'too-late' }> {
  const withinMs = (request.admitWithinSeconds ?? ADMIT_WITHIN_SECONDS) * 1000;
  const leftMs = withinMs - (Date.now() - workflowInfo().startTime.getTime());
  if (leftMs <= 0) return { status: 'too-late' };
  try {
    return await admit(request, Number.isFinite(leftMs) ? leftMs : ADMIT_WITHIN_SECONDS * 1000);
  } catch (error) {
    if (error instanceof ActivityFailure) return { status: 'too-late' };
    throw error;
  }
}

function rejection(
  request: GenerationRequest,
  requestHash: string,
  { refusal, packs }: Pick<Extract<AdmitOutcome, { status: 'rejected' }>, 'refusal' | 'packs'>,
): GenerationResult {
  const { code: reason, message, details } = refusal;
  const { accountId, requestId } = request;
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

/** The end of a request that doesn't generate: known from before, rejected, or invalid. */
async function conclude({ result, error }: Admission): Promise<GenerationResult> {
  await answered();
  if (error)
    throw ApplicationFailure.create({ message: error.message, type: error.code, nonRetryable: true, details: [error] });
  const final = result as GenerationResult;
  if (final.status === 'rejected') markState('rejected');
  tellOutcome(final);
  return final;
}

async function generateAndPay(
  request: GenerationRequest,
  requestHash: string,
  quote: PinnedQuote,
): Promise<GenerationResult> {
  const { outcome, reason } = await runJob(request, quote);
  const result =
    outcome.state === 'succeeded'
      ? await charge(request, requestHash, chargeFor(quote, outcome.durationMs), outcome.outputUrl)
      : await giveBack(request, requestHash, reason);
  if (result.deliveredUnpaid) {
    log.warn('An output was delivered unpaid: the reservation was gone when it came.', { ...result });
  }
  if (result.status === 'released') markState(result.reason === RELEASE_REASONS.orphaned ? 'orphaned' : 'failed');
  tellOutcome(result, quote);
  return result;
}

/** Runs the job and brings its true end, with the reason under which an undelivered one is released. */
async function runJob(
  request: GenerationRequest,
  quote: PinnedQuote,
): Promise<{ outcome: GenerationOutcome; reason: string }> {
  const idempotencyKey = workflowInfo().workflowId;
  const { accountId, requestId, kind, input = null } = request;
  const scope = CancellationScope.current();
  try {
    const { durationMs, audio } = quote;
    const outcome = await generate({ idempotencyKey, accountId, requestId, kind, durationMs, audio, input }, quote);
    return { outcome, reason: reasonOf(outcome, scope.consideredCancelled) };
  } catch (error) {
    if (!(error instanceof ActivityFailure) && !isCancellation(error)) throw error;
    // Never release before the truth: the job may have been accepted, and may even have finished.
    const outcome = await settleGeneration(idempotencyKey);
    return { outcome, reason: failureReason(error) };
  }
}

function reasonOf(outcome: GenerationOutcome, isCancelRequested: boolean): string {
  if (outcome.state === 'failed') return outcome.reason;
  return isCancelRequested ? RELEASE_REASONS.cancelled : 'cancelled-by-provider';
}

function failureReason(error: unknown): string {
  if (isCancellation(error)) return RELEASE_REASONS.cancelled;
  if (!(error instanceof ActivityFailure)) return 'failed';
  if (error.cause instanceof TimeoutFailure || error.retryState === RetryState.TIMEOUT) return RELEASE_REASONS.timedOut;
  return (error.cause instanceof ApplicationFailure && error.cause.type) || 'failed';
}

async function charge(
  request: GenerationRequest,
  requestHash: string,
  credits: number,
  outputUrl: string,
): Promise<GenerationResult> {
  const { accountId, requestId } = request;
  const committed = await commit({ accountId, requestId, credits, outputUrl });
  if (committed.ok) return resultOfRecord(committed.record, requestHash);
  return resultOfRefusal(committed, request, requestHash, outputUrl);
}

async function giveBack(request: GenerationRequest, requestHash: string, reason: string): Promise<GenerationResult> {
  const { accountId, requestId } = request;
  const released = await release({ accountId, requestId, reason });
  if (released.ok) return resultOfRecord(released.record, requestHash);
  return resultOfRefusal(released, request, requestHash);
}

/** The reservation had ended otherwise before; what the ledger says stands. */
function resultOfRefusal(
  { refusal }: Extract<ResolveOutcome, { ok: false }>,
  { accountId, requestId }: GenerationRequest,
  requestHash: string,
  deliveredUrl?: string,
): GenerationResult {
  const { outcome, reserved, charged, outputUrl } = refusal.details ?? {};
  const result = { accountId, requestId, requestHash, reserved: Number(reserved ?? 0), charged: Number(charged ?? 0) };
  if (outcome === 'committed') return { ...result, status: 'committed', outputUrl: String(outputUrl) };
  return {
    ...result,
    status: 'released',
    reason: RELEASE_REASONS.orphaned,
    outputUrl: deliveredUrl,
    deliveredUnpaid: true,
  };
}

function markState(state: 'rejected' | 'failed' | 'orphaned'): void {
  upsertSearchAttributes([{ key: STATE_ATTRIBUTE, value: state }]);
}
