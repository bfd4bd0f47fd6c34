import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import type { RequestRecord } from '../contract/generation';
import {
  type Admission,
  type GenerationRequest,
  type GenerationResult,
  parseGenerationRequest,
} from '../contract/generation';
import { checkAccountId, checkRequestId } from '../contract/ids';
import type { Waiting } from '../contract/waiting';
import { resultOfRecord } from '../domain/generation/generation-result';
import { bodyHashOf, requestHashOf } from '../domain/generation/request-body';
import { waitingAt } from '../domain/generation/waiting-place';
import { legible } from '../domain/legible';
import { admissionUpdate, admissionUpdateId, generationWorkflowId } from '../workflows/messages';
import { ACCOUNT_ATTRIBUTE, KIND_ATTRIBUTE } from '../workflows/search-attributes';
import type { generationWorkflow } from '../workflows/workflows';
import { type ClientContext, readerOf, untilServed } from './client-context';
import {
  failureOf,
  isUpdateOfEndedWorkflow,
  translateTemporalError,
  unansweredError,
} from './errors';
import { progressOf, type WorkflowState, workflowStateOf } from './workflow-state';

const ADMISSION_TIMEOUT_MS = 10_000;

/** A tombstone in the ledger answers whatever was asked. */
const ANY_REQUEST = '';

/**
 * The early answer: `admitted` while the generation runs, `waiting` while it waits for credits (its place, and what would
 * help), or `ended` with its result.
 */
export interface GenerationAdmission {
  accountId: string;
  requestId: string;
  status: 'admitted' | 'waiting' | 'ended';
  reserved: number;
  waiting?: Waiting;
  result?: GenerationResult;
}

/** Both sides of a request: the workflow's and the ledger's. */
export interface GenerationStatus {
  accountId: string;
  requestId: string;
  workflow: WorkflowState;
  /** 0 to 1 while the job runs; null otherwise. */
  progress: number | null;
  record: RequestRecord | null;
}

export class Generations {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Asks for a generation and returns as soon as it has been admitted or refused, or waits for credits, where the request
   * wants to. A refusal for want of credits or for the price is a result. Repeating the call with the same request gets the
   * first answer; of one that had to wait, how it stands now (without a ledger: that it waits).
   *
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT; ADMISSION_UNKNOWN (no answer within
   *   `timeoutMs`, 10,000 by default: retry with the same request id); NO_WORKER; TEMPORAL_UNAVAILABLE
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
        () => this.#requestAdmission(request, requestHash),
      );
      return answerOf(admission, request, requestHash);
    } catch (error) {
      throw await unansweredError(error, this.#context.temporal, this.#context.taskQueue);
    }
  }

  /**
   * Waits for the end. A request that Temporal has forgotten is answered from the ledger.
   *
   * @throws HoldfastError REQUEST_NOT_FOUND, GENERATION_INTERRUPTED, TEMPORAL_UNAVAILABLE, or the code of its bad input
   */
  async result(accountId: string, requestId: string): Promise<GenerationResult> {
    return this.#resultOf(accountId, requestId);
  }

  async #resultOf(
    accountId: string,
    requestId: string,
    askedHash?: string,
  ): Promise<GenerationResult> {
    const handle = this.#handle(accountId, requestId);
    try {
      const result = await handle.result();
      // Whoever asked for something else under a forgotten id was refused, and that is now what Temporal remembers of it.
      if (result.reason !== 'IDEMPOTENCY_CONFLICT' || !this.#context.ledger) return result;
      return await this.#resultFromLedger(accountId, requestId, 'GENERATION_INTERRUPTED');
    } catch (error) {
      if (error instanceof WorkflowNotFoundError)
        return this.#resultFromLedger(accountId, requestId, 'REQUEST_NOT_FOUND');
      if (!(error instanceof WorkflowFailedError)) throw translateTemporalError(error);
      const failure = failureOf(error);
      if (failure && askedHash && failure.requestHash && failure.requestHash !== askedHash)
        throw conflict(requestId);
      if (failure) throw failure.error;
      return this.#resultFromLedger(accountId, requestId, 'GENERATION_INTERRUPTED');
    }
  }

  /**
   * Asks for the generation to be cancelled; its result tells whether that came in time.
   *
   * @throws HoldfastError REQUEST_NOT_FOUND, TEMPORAL_UNAVAILABLE
   */
  async cancel(accountId: string, requestId: string): Promise<void> {
    try {
      await this.#handle(accountId, requestId).cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      const { workflow, record } = await this.status(accountId, requestId);
      if (workflow === 'unknown' && record === null) throw notFound(accountId, requestId);
    }
  }

  /** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REQUEST_ID, TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE */
  async status(accountId: string, requestId: string): Promise<GenerationStatus> {
    const handle = this.#handle(accountId, requestId);
    const record = this.#context.ledger
      ? await this.#context.ledger.request(accountId, requestId)
      : null;
    try {
      const description = await handle.describe();
      const progress = await progressOf(this.#context.temporal, description);
      return { accountId, requestId, workflow: workflowStateOf(description), progress, record };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      return { accountId, requestId, workflow: 'unknown', progress: null, record };
    }
  }

  /** What runs, oldest first, then what waits for credits; 200 at most. @throws HoldfastError INVALID_ACCOUNT_ID, LEDGER_UNAVAILABLE */
  async open(accountId: string): Promise<RequestRecord[]> {
    return readerOf(this.#context).openRequests(checkAccountId(accountId));
  }

  async #requestAdmission(request: GenerationRequest, requestHash: string): Promise<Admission> {
    const { accountId, requestId, kind } = request;
    const workflowId = generationWorkflowId(accountId, requestId);
    const startOptions = {
      workflowId,
      taskQueue: this.#context.taskQueue,
      args: [request] as [GenerationRequest],
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
      staticSummary: legible(`${kind} for ${accountId}`),
      typedSearchAttributes: [
        { key: ACCOUNT_ATTRIBUTE, value: accountId },
        { key: KIND_ATTRIBUTE, value: kind },
      ],
    };
    try {
      const admission = await untilServed(() =>
        this.#context.temporal.workflow.executeUpdateWithStart(admissionUpdate, {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof generationWorkflow>(
            'generationWorkflow',
            startOptions,
          ),
          args: [requestHash],
          updateId: admissionUpdateId(requestHash),
        }),
      );
      return admission.status === 'waiting' ? await this.#standing(request, admission) : admission;
    } catch (error) {
      if (
        !(error instanceof WorkflowExecutionAlreadyStartedError) &&
        !isUpdateOfEndedWorkflow(error)
      )
        throw error;
      const result = await this.#resultOf(accountId, requestId, requestHash);
      return {
        requestHash: result.requestHash,
        status: 'ended',
        reserved: result.reserved,
        result,
      };
    }
  }

  /** An update that is repeated gets its first answer; by now the request may have been served, or have ended. */
  async #standing(
    { accountId, requestId }: GenerationRequest,
    first: Admission,
  ): Promise<Admission> {
    const { requestHash } = first;
    const { ledger } = this.#context;
    const record = ledger && (await ledger.request(accountId, requestId));
    if (!record) return first;
    if (record.status === 'open')
      return { requestHash, status: 'admitted', reserved: record.reserved };
    if (record.status === 'waiting') {
      const { catalog } = await ledger.effectiveCatalog();
      return {
        ...first,
        waiting:
          waitingAt(await ledger.waitingPlace(accountId, requestId), catalog) ?? first.waiting,
      };
    }
    return {
      requestHash,
      status: 'ended',
      reserved: record.reserved,
      result: resultOfRecord(record, requestHash),
    };
  }

  async #resultFromLedger(
    accountId: string,
    requestId: string,
    otherwise: 'REQUEST_NOT_FOUND' | 'GENERATION_INTERRUPTED',
  ): Promise<GenerationResult> {
    const record = this.#context.ledger
      ? await this.#context.ledger.request(accountId, requestId)
      : null;
    if (record && record.resolvedAt !== null) {
      const requestHash = record.body ? bodyHashOf(accountId, requestId, record.body) : ANY_REQUEST;
      return resultOfRecord(record, requestHash);
    }
    if (otherwise === 'REQUEST_NOT_FOUND' && record === null) throw notFound(accountId, requestId);
    throw new HoldfastError(
      'GENERATION_INTERRUPTED',
      `The workflow of request ${requestId} was ended from outside. Reconciliation settles its reservation; ask again.`,
    );
  }

  #handle(accountId: string, requestId: string) {
    const workflowId = generationWorkflowId(checkAccountId(accountId), checkRequestId(requestId));
    return this.#context.temporal.workflow.getHandle<typeof generationWorkflow>(workflowId);
  }
}

function answerOf(
  admission: Admission,
  request: GenerationRequest,
  requestHash: string,
): GenerationAdmission {
  const { accountId, requestId } = request;
  const { status, reserved, waiting, result, error } = admission;
  const isOther = admission.requestHash !== ANY_REQUEST && admission.requestHash !== requestHash;
  if (isOther || status === 'conflict' || result?.reason === 'IDEMPOTENCY_CONFLICT') {
    throw conflict(requestId);
  }
  if (status === 'invalid' && error) throw HoldfastError.of(error);
  if (status === 'admitted') return { accountId, requestId, status, reserved };
  if (status === 'waiting') return { accountId, requestId, status, reserved, waiting };
  return { accountId, requestId, status: 'ended', reserved, result };
}

function conflict(requestId: string): HoldfastError {
  const message = `Request id ${requestId} was used before for another request; a new request takes a new id.`;
  return new HoldfastError('IDEMPOTENCY_CONFLICT', message, { requestId });
}

function notFound(accountId: string, requestId: string): HoldfastError {
  return new HoldfastError(
    'REQUEST_NOT_FOUND',
    `Account ${accountId} has no request ${requestId} that is still known.`,
  );
}
