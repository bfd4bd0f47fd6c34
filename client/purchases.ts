import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ERROR_CATALOGUE, HoldfastError, isErrorCode } from '../domain/errors';
import { checkAccountId, checkPurchaseId } from '../domain/ids';
import {
  type PurchaseRecord,
  type PurchaseRequest,
  type PurchaseResult,
  purchaseBodyHashOf,
  purchaseHashOf,
  purchaseResultOf,
} from '../domain/purchase';
import { parsePurchase } from '../domain/purchase-parsing';
import type { purchaseWorkflow } from '../workflows';
import { paymentUpdatedSignal, purchaseUpdate, purchaseWorkflowId, updateIdOf } from '../workflows/messages';
import { purchaseStart } from '../workflows/starting';
import { failureOf, isUpdateOfEndedWorkflow, translateTemporalError, unansweredError } from './errors';
import { type Reach, readerOf } from './reach';

/** Cards take seconds. */
const PURCHASE_TIMEOUT_MS = 30_000;

export class Purchases {
  readonly #reach: Reach;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /**
   * Buys a pack at the price that was shown, and answers as soon as it is granted, declined, refused, or put off by the
   * payment provider (`pending`: `result` waits for the end). Repeating the call gets the first answer, and one charge.
   * A refusal (PRICE_CHANGED, SUBSCRIPTION_REQUIRED, PAYMENTS_NOT_CONFIGURED, …) is a result, and charges nothing.
   *
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT; ADMISSION_UNKNOWN (no answer within
   *   `timeoutMs`, 30,000 by default: repeat the call with the same purchase id), NO_WORKER, TEMPORAL_UNAVAILABLE
   */
  async buy(
    raw: PurchaseRequest,
    { timeoutMs = PURCHASE_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<PurchaseResult> {
    const request = parsePurchase(raw);
    const { purchaseId } = request;
    const purchaseHash = purchaseHashOf(request);
    try {
      const answer = await this.#reach.temporal.connection.withDeadline(Date.now() + timeoutMs, () =>
        this.#ask(request, purchaseHash),
      );
      if (answer === 'conflict' || answer.purchaseHash !== purchaseHash) throw conflict(purchaseId);
      return refusalThrown(isUndecided(answer) ? await this.#followUp(request, answer) : answer);
    } catch (error) {
      throw await unansweredError(error, this.#reach.temporal, this.#reach.taskQueue);
    }
  }

  /**
   * Waits for the end, which for a bank transfer may take days.
   *
   * @throws HoldfastError PURCHASE_NOT_FOUND, PURCHASE_INTERRUPTED, TEMPORAL_UNAVAILABLE, or the code of its bad input
   */
  async result(accountId: string, purchaseId: string): Promise<PurchaseResult> {
    const handle = this.#handle(accountId, purchaseId);
    try {
      return refusalThrown(await handle.result());
    } catch (error) {
      const isNotFound = error instanceof WorkflowNotFoundError;
      if (!isNotFound && !(error instanceof WorkflowFailedError)) throw translateTemporalError(error);
      const failure = isNotFound ? undefined : failureOf(error);
      if (failure) throw failure.error;
      const ended = await this.#ended(accountId, purchaseId);
      if (ended) return ended;
      const record = await this.#reach.ledger?.purchase(accountId, purchaseId);
      throw isNotFound && !record ? notFound(accountId, purchaseId) : interrupted(purchaseId);
    }
  }

  /** The ledger's record; null where it never saw the purchase (a refused one is not stored). @throws HoldfastError LEDGER_UNAVAILABLE */
  async get(accountId: string, purchaseId: string): Promise<PurchaseRecord | null> {
    return readerOf(this.#reach).purchase(checkAccountId(accountId), checkPurchaseId(purchaseId));
  }

  /**
   * To be called by the payment provider's webhook. It carries no authority: the workflow asks the provider what has
   * become of the payment, and is started again where it was lost.
   *
   * @throws HoldfastError PURCHASE_NOT_FOUND, TEMPORAL_UNAVAILABLE
   */
  async paymentUpdated(accountId: string, purchaseId: string): Promise<void> {
    const handle = this.#handle(accountId, purchaseId);
    try {
      await handle.signal(paymentUpdatedSignal);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      const record = await this.#reach.ledger?.purchase(accountId, purchaseId);
      if (!record) throw notFound(accountId, purchaseId);
      const isUnfinished = record.status === 'open' || record.status === 'returning';
      if (isUnfinished && record.body) await this.#startAgain({ accountId, purchaseId, ...record.body });
    }
  }

  /** Asks for a purchase not to happen; its result tells whether that came in time. @throws HoldfastError PURCHASE_NOT_FOUND, TEMPORAL_UNAVAILABLE */
  async cancel(accountId: string, purchaseId: string): Promise<void> {
    try {
      await this.#handle(accountId, purchaseId).cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      if (!(await this.#ended(accountId, purchaseId))) throw notFound(accountId, purchaseId);
    }
  }

  async #ask(request: PurchaseRequest, purchaseHash: string): Promise<PurchaseResult | 'conflict'> {
    const { accountId, purchaseId } = request;
    try {
      return await this.#reach.temporal.workflow.executeUpdateWithStart(purchaseUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation<typeof purchaseWorkflow>(
          'purchaseWorkflow',
          purchaseStart(request, this.#reach.taskQueue),
        ),
        args: [purchaseHash],
        updateId: updateIdOf(purchaseUpdate.name, purchaseHash),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) && !isUpdateOfEndedWorkflow(error)) throw error;
      return this.#handle(accountId, purchaseId).result();
    }
  }

  /** An update that is repeated gets its first answer, also from a run that has been terminated since. */
  async #followUp(request: PurchaseRequest, answer: PurchaseResult): Promise<PurchaseResult> {
    const ended = await this.#ended(request.accountId, request.purchaseId);
    if (!ended) await this.#startAgain(request);
    return ended ?? answer;
  }

  async #startAgain(request: PurchaseRequest): Promise<void> {
    try {
      await this.#reach.temporal.workflow.start<typeof purchaseWorkflow>(
        'purchaseWorkflow',
        purchaseStart(request, this.#reach.taskQueue),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw translateTemporalError(error);
    }
  }

  async #ended(accountId: string, purchaseId: string): Promise<PurchaseResult | undefined> {
    const record = await this.#reach.ledger?.purchase(accountId, purchaseId);
    if (!record) return undefined;
    const hash = record.body ? purchaseBodyHashOf(accountId, purchaseId, record.body) : '';
    const result = purchaseResultOf(record, hash);
    return isUndecided(result) ? undefined : result;
  }

  #handle(accountId: string, purchaseId: string) {
    const workflowId = purchaseWorkflowId(checkAccountId(accountId), checkPurchaseId(purchaseId));
    return this.#reach.temporal.workflow.getHandle<typeof purchaseWorkflow>(workflowId);
  }
}

function isUndecided({ status }: PurchaseResult): boolean {
  return status === 'pending' || status === 'returning';
}

/** What makes no sense, and another purchase under the same id, is the caller's mistake; other refusals are answers. */
function refusalThrown(result: PurchaseResult): PurchaseResult {
  const { status, reason, message = '', details = {}, purchaseId } = result;
  if (status !== 'refused' || !isErrorCode(reason)) return result;
  if (reason === 'IDEMPOTENCY_CONFLICT') throw conflict(purchaseId);
  if (ERROR_CATALOGUE[reason].class === 'bad-input') throw new HoldfastError(reason, message, details);
  return result;
}

function conflict(purchaseId: string): HoldfastError {
  const message = `Purchase id ${purchaseId} was used before for another purchase; a new purchase takes a new id.`;
  return new HoldfastError('IDEMPOTENCY_CONFLICT', message, { purchaseId });
}

function notFound(accountId: string, purchaseId: string): HoldfastError {
  return new HoldfastError(
    'PURCHASE_NOT_FOUND',
    `Account ${accountId} has no purchase ${purchaseId} that is still known.`,
  );
}

function interrupted(purchaseId: string): HoldfastError {
  const message = `The workflow of purchase ${purchaseId} was ended from outside; it is taken up again. Ask again.`;
  return new HoldfastError('PURCHASE_INTERRUPTED', message, { purchaseId });
}
