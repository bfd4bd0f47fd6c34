import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ADMIT_WITHIN_SECONDS } from '../contract/command';
import {
  type GenerationRequest,
  parseGenerationRequest,
  type RequestRecord,
} from '../contract/generation';
import type { GenerationResult } from '../contract/generation-result';
import { checkAccountId, checkRequestId } from '../contract/ids';
import { requestHashOf } from '../domain/generation/request-body';
import { generationWorkflowId } from '../workflows/messages';
import type { generationWorkflow } from '../workflows/workflows';
import { AdmissionRequests } from './admission-request';
import { checkCancelLimit } from './cancel-limit';
import { type ClientContext, readerOf } from './client-context';
import { EarlyRefusals } from './early-refusal';
import {
  failureOf,
  translateCallError,
  translateSentError,
  translateTemporalError,
} from './errors';
import {
  admissionOf,
  conflict,
  type GenerationAdmission,
  isRefusedForId,
  notFound,
} from './generation-admission';
import { type HashedRequest, recordedResult } from './recorded-result';
import {
  describeWorkflow,
  NO_PROGRESS,
  progressOf,
  type ReportedProgress,
  type WorkflowState,
  workflowStateOf,
} from './workflow-state';

const ADMISSION_TIMEOUT_MS = 10_000;

/**
 * A request as Temporal and the ledger know it; `record` is null if the ledger has none, or the
 * client no ledger.
 */
export interface GenerationStatus extends ReportedProgress {
  accountId: string;
  requestId: string;
  workflow: WorkflowState;
  record: RequestRecord | null;
}

/** Generations: started, cancelled, and looked up by account and request id. */
export class Generations {
  readonly #context: ClientContext;
  readonly #earlyRefusals: EarlyRefusals;
  readonly #admissions: AdmissionRequests;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#earlyRefusals = new EarlyRefusals(context);
    this.#admissions = new AdmissionRequests(context, (asked) =>
      this.#resultOf(asked.request, asked),
    );
  }

  /**
   * Starts a generation, and returns once it is admitted, refused, or waiting for credits. A
   * refusal, such as INSUFFICIENT_CREDITS or PRICE_CHANGED, is a result with `status: 'rejected'`
   * and not an error. With `requestEnded: false`, in the result or in an error's details, nothing
   * was begun under the request's id, and the same id may be used again. Repeating the call with
   * the same request gets the first answer and charges nothing more. The repetition for a request
   * that had to wait gets its present state; without a ledger it may get an earlier one.
   *
   * @example const { status, reserved, result } = await holdfast.generations.start({
   *   accountId: 'acme', requestId: 'order-4711', kind: 'ai-avatar', seconds: 10,
   * });
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT for another request under
   *   the same id; INPUT_KEY_UNKNOWN where that can't be told; ADMISSION_UNKNOWN (no answer within
   *   `timeoutMs`, 10,000 by default), NO_WORKER and TEMPORAL_UNAVAILABLE, after which the call is to be repeated with the same request id
   */
  async start(
    raw: GenerationRequest,
    { timeoutMs = ADMISSION_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<GenerationAdmission> {
    const request = parseGenerationRequest(raw);
    const requestHash = requestHashOf(request);
    try {
      const admission = await this.#context.temporal.connection.withDeadline(
        Date.now() + timeoutMs,
        async () => {
          const foreseen = await this.#earlyRefusals.foresee(request, requestHash);
          return typeof foreseen === 'string'
            ? this.#admissions.ask({ request, requestHash }, foreseen)
            : foreseen;
        },
      );
      return admissionOf(admission, request, requestHash);
    } catch (error) {
      const { temporal, taskQueue } = this.#context;
      // A request that waits is admitted when its credits come.
      const { onInsufficientCredits, admitWithinSeconds = ADMIT_WITHIN_SECONDS } = request;
      const withinSeconds = onInsufficientCredits === 'wait' ? undefined : admitWithinSeconds;
      throw await translateCallError(error, temporal, taskQueue, withinSeconds);
    }
  }

  /**
   * Waits for the end of a generation, without a limit, and returns its result: `committed` with
   * the credits `charged` and the output, `released`, `cancelled` or `rejected`. A request that
   * Temporal no longer keeps is answered from the ledger.
   *
   * @throws HoldfastError REQUEST_NOT_FOUND; GENERATION_INTERRUPTED (its workflow was ended from
   *   outside, and reconciliation has not settled it yet: ask again; with `requestEnded: false` it
   *   had reserved nothing: repeat `start`); TEMPORAL_UNAVAILABLE; or the code of the bad input that
   *   the request failed with
   */
  async result(accountId: string, requestId: string): Promise<GenerationResult> {
    try {
      return await this.#resultOf({ accountId, requestId });
    } catch (error) {
      throw translateTemporalError(error);
    }
  }

  /** Throws Temporal's errors too. */

  async #resultOf(
    ids: Pick<GenerationRequest, 'accountId' | 'requestId'>,
    asked?: HashedRequest,
  ): Promise<GenerationResult> {
    const handle = await this.#handle(ids.accountId, ids.requestId);
    const recorded = (codeIfUnresolved: 'REQUEST_NOT_FOUND' | 'GENERATION_INTERRUPTED') =>
      recordedResult(this.#context, ids, codeIfUnresolved, asked);
    try {
      const result = await handle.result();
      // Temporal keeps the latest workflow of an id. Here that one was refused for reusing the id,
      // and the ledger has the first.
      if (!isRefusedForId(result) || !this.#context.ledger) return result;
      return await recorded('GENERATION_INTERRUPTED');
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return recorded('REQUEST_NOT_FOUND');
      if (!(error instanceof WorkflowFailedError)) throw error;
      const failure = failureOf(error);
      if (failure && asked && failure.requestHash && failure.requestHash !== asked.requestHash)
        throw conflict(ids.requestId);
      if (failure) throw failure.error;
      return recorded('GENERATION_INTERRUPTED');
    }
  }

  /**
   * Requests the cancellation of a generation. Its result says whether the cancellation came in
   * time, and what it cost. Cancelling a generation that has ended, or again, changes nothing.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REQUEST_ID, REQUEST_NOT_FOUND,
   *   CANCEL_LIMIT_REACHED (the generation runs on; `retryAt` says when to ask again),
   *   TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE
   */
  async cancel(accountId: string, requestId: string): Promise<void> {
    const handle = await this.#handle(accountId, requestId);
    await checkCancelLimit(this.#context, accountId, requestId);
    try {
      await handle.cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateSentError(error);
      const { workflow, record } = await this.status(accountId, requestId);
      if (workflow === 'unknown' && record === null) throw notFound(accountId, requestId);
    }
  }

  /**
   * A request's present state, in Temporal and in the ledger. For an unknown request `workflow` is
   * `unknown` and `record` null.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REQUEST_ID, TEMPORAL_UNAVAILABLE,
   *   LEDGER_UNAVAILABLE
   */
  async status(accountId: string, requestId: string): Promise<GenerationStatus> {
    const handle = await this.#handle(accountId, requestId);
    const record = this.#context.ledger
      ? await this.#context.ledger.request(accountId, requestId)
      : null;
    try {
      const description = await describeWorkflow(handle.client, handle.workflowId);
      const progress = await progressOf(this.#context.temporal, description);
      return { accountId, requestId, workflow: workflowStateOf(description), ...progress, record };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      return { accountId, requestId, workflow: 'unknown', ...NO_PROGRESS, record };
    }
  }

  /**
   * The account's generations that run, oldest first, then those that wait for credits; 200 at
   * most.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE
   */
  async open(accountId: string): Promise<RequestRecord[]> {
    return readerOf(this.#context).openRequests(checkAccountId(accountId));
  }

  async #handle(accountId: string, requestId: string) {
    const workflowId = generationWorkflowId(checkAccountId(accountId), checkRequestId(requestId));
    await this.#context.ledgerCheck.ensure();
    return this.#context.temporal.workflow.getHandle<typeof generationWorkflow>(workflowId);
  }
}
