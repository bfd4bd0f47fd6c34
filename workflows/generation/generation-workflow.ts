import { RetryState } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  patched,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { Lateness } from '../../contract/command';
import type { GenerationRequest, StartedRequest } from '../../contract/generation';
import type { GenerateInput, GenerationOutcome } from '../../contract/generation-job';
import type { Admission, GenerationResult } from '../../contract/generation-result';
import { isJson } from '../../contract/json';
import type { PinnedQuote } from '../../contract/prices';
import { RELEASE_REASONS } from '../../domain/generation/generation-result';
import { lacksInput, requestHashOf } from '../../domain/generation/request-body';
import { dimensionsOf } from '../../domain/pricing/unit-price';
import { answerUpdate, checkWorkflowId } from '../checked-input';
import { markState } from '../mark-state';
import { admissionUpdate, generationWorkflowId } from '../messages';
import { FAULT, generate, settleGeneration } from '../proxies/generation-proxy';
import { movesOnceContinued } from '../versioning';
import { requestAdmission } from './admission';
import { commitOrRelease } from './commit-or-release';
import { showOutcome } from './generation-details';
import { inputOrDeadline, listenForInput } from './late-input';
import { allAnswered, listenForWakeUps, waitForCredits } from './waiting';

/** An input may have 100 levels, and the request adds one. */
const REQUEST_DEPTH_MAX = 101;

/**
 * One generation: quote and reserve, answer the caller's `admission` update, ask for the input if
 * it was started without, wait for credits if there are too few and the caller asked to wait,
 * generate, commit or release. Started as
 * `generation/{account}/{request}`; the result says what was charged and why.
 *
 * Refusals are results. Bad input fails the workflow with a non-retryable failure whose type is the
 * error code.
 */
export async function generationWorkflow(
  started: StartedRequest,
  lateness?: Lateness,
): Promise<GenerationResult> {
  const requestHash = checkIdentity(started);
  let request: GenerationRequest = started;
  let admission: Admission | undefined;
  answerUpdate(admissionUpdate, async (askedHash) => {
    if (askedHash !== requestHash) return { requestHash, status: 'conflict', reserved: 0 };
    await CancellationScope.nonCancellable(() => condition(() => admission !== undefined));
    return admission as Admission;
  });

  const wakeUps = listenForWakeUps();
  const late = lacksInput(started) && listenForInput(started, requestHash, () => admission);

  let admitted = await requestAdmission(request, requestHash, lateness);
  admission = admitted.admission;
  while (late && admission.status === 'input-required') {
    await inputOrDeadline(started, late);
    request = late.request ?? started;
    admitted = await requestAdmission(request, requestHash, lateness);
    admission = admitted.admission;
  }
  if (admission.waiting) {
    admitted = await waitForCredits(request, admission, wakeUps, (standing) => {
      admission = standing;
    });
    admission = admitted.admission;
  }
  if (admitted.quote === undefined) return endWithoutJob(admission);

  const result = await generateAndPay(request, requestHash, admitted.quote);
  await allAnswered();
  return result;
}

movesOnceContinued(generationWorkflow);

/**
 * Checks that the request has its own workflow id and can be hashed.
 *
 * @throws ApplicationFailure WORKFLOW_ID_MISMATCH, INVALID_INPUT
 */
function checkIdentity(request: StartedRequest): string {
  checkWorkflowId(
    request,
    (said) => generationWorkflowId(said.accountId, said.requestId),
    'INVALID_INPUT',
  );
  if (isJson(request, REQUEST_DEPTH_MAX)) return requestHashOf(request);
  throw ApplicationFailure.nonRetryable('The request is nested too deeply.', 'INVALID_INPUT');
}

/** The end of a request that doesn't generate: known from before, rejected, or invalid. */
async function endWithoutJob({ requestHash, result, error }: Admission): Promise<GenerationResult> {
  await allAnswered();
  if (error) {
    const { message, code: type } = error;
    throw ApplicationFailure.create({
      message,
      type,
      nonRetryable: true,
      details: [{ ...error, requestHash }],
    });
  }
  const final = result as GenerationResult;
  showEnd(final);
  return final;
}

async function generateAndPay(
  request: GenerationRequest,
  requestHash: string,
  quote: PinnedQuote,
): Promise<GenerationResult> {
  const { outcome, reason } = await runJob(request, quote);
  const result = await commitOrRelease(request, requestHash, quote, outcome, reason);
  showEnd(result, quote);
  return result;
}

/** Marks and shows the end for operators: the state to search by, and the details in words. */
function showEnd(result: GenerationResult, quote?: PinnedQuote): void {
  if (result.deliveredUnpaid) {
    log.warn('An output was delivered unpaid: the reservation was gone when it came.', {
      ...result,
    });
  }
  if (result.reason === RELEASE_REASONS.providerFault) {
    log.warn("The provider still can't be understood; all credits were returned.", { ...result });
  }
  if (result.status === 'rejected') markState('rejected');
  if (result.status === 'released')
    markState(result.reason === RELEASE_REASONS.orphaned ? 'orphaned' : 'failed');
  showOutcome(result, quote);
}

/** Runs the job to its true end. `reason` is the release reason if nothing was delivered. */
async function runJob(
  request: GenerationRequest,
  quote: PinnedQuote,
): Promise<{ outcome: GenerationOutcome; reason: string }> {
  const idempotencyKey = workflowInfo().workflowId;
  const scope = CancellationScope.current();
  let outcome: GenerationOutcome | null;
  try {
    outcome = await generate(generateInputOf(request, quote), quote);
  } catch (error) {
    if (!(error instanceof ActivityFailure) && !isCancellation(error)) throw error;
    const reason = scope.consideredCancelled ? RELEASE_REASONS.cancelled : failureReason(error);
    // Never release before the truth (docs/rules.md, Reservations): the job may have been accepted,
    // or may even have finished.
    return { outcome: await settleGeneration(idempotencyKey, quote.kind), reason };
  }
  if (outcome) return { outcome, reason: undeliveredReason(outcome, scope.consideredCancelled) };
  // Runs of version 0.1 released at once if they didn't understand the answer.
  const settled = patched('provider-fault')
    ? await settleGeneration(idempotencyKey, quote.kind)
    : FAULT;
  return { outcome: settled, reason: RELEASE_REASONS.providerFault };
}

/** The job's input, with every dimension of the price; times in milliseconds. */
function generateInputOf(
  { accountId, requestId, kind, input = null }: GenerationRequest,
  quote: PinnedQuote,
): GenerateInput {
  const { seconds: _inMs, ...dimensions } = dimensionsOf(quote);
  const { durationMs } = quote;
  return {
    idempotencyKey: workflowInfo().workflowId,
    accountId,
    requestId,
    kind,
    durationMs,
    ...dimensions,
    input,
  };
}

function undeliveredReason(outcome: GenerationOutcome, isCancelRequested: boolean): string {
  if (outcome.state === 'failed') return outcome.reason;
  return isCancelRequested ? RELEASE_REASONS.cancelled : 'cancelled-by-provider';
}

function failureReason(error: unknown): string {
  if (!(error instanceof ActivityFailure)) return 'failed';
  if (error.cause instanceof TimeoutFailure || error.retryState === RetryState.TIMEOUT)
    return RELEASE_REASONS.timedOut;
  return (error.cause instanceof ApplicationFailure && error.cause.type) || 'failed';
}
