import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ERROR_CATALOGUE, HoldfastError, isErrorCode } from '../contract/errors';
import { checkAccountId, checkPurchaseId } from '../contract/ids';
import { PROVIDER_FAULT } from '../contract/provider-answer';
import {
  type PurchaseRecord,
  type PurchaseRequest,
  type PurchaseResult,
  parsePurchase,
} from '../contract/purchase';
import {
  purchaseBodyHashOf,
  purchaseHashOf,
  purchaseResultOf,
  straysOf,
} from '../domain/purchase-result';
import {
  paymentUpdatedSignal,
  purchaseUpdate,
  purchaseWorkflowId,
  updateIdOf,
} from '../workflows/messages';
import { purchaseRestart, purchaseStart } from '../workflows/start-options';
import type { purchaseWorkflow } from '../workflows/workflows';
import { type ClientContext, readerOf, untilServed } from './client-context';
import {
  failureOf,
  isUpdateAborted,
  isUpdateOfEndedWorkflow,
  translateTemporalError,
  unansweredError,
} from './errors';
import { currentStateOf } from './workflow-state';

/** Cards take seconds. */
const PURCHASE_TIMEOUT_MS = 30_000;

export class Purchases {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Buys a pack at the price that was shown, and answers as soon as it is granted, declined, refused, or put off by the
   * payment provider (`pending`: `result` waits for the end). Repeating the call gets the first answer, and one charge.
   * A refusal (PRICE_CHANGED, SUBSCRIPTION_REQUIRED, PAYMENTS_NOT_CONFIGURED, …) is a result, and charges nothing.
   *
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT; ADMISSION_UNKNOWN (no answer within
   *   `timeoutMs`, 30,000 by default: repeat the call with the same purchase id), PURCHASE_INTERRUPTED, NO_WORKER,
   *   TEMPORAL_UNAVAILABLE
   */
  async buy(
    raw: PurchaseRequest,
    { timeoutMs = PURCHASE_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<PurchaseResult> {
    const request = parsePurchase(raw);
    const { accountId, purchaseId } = request;
    const purchaseHash = purchaseHashOf(request);
    try {
      const answer = await this.#context.temporal.connection.withDeadline(
        Date.now() + timeoutMs,
        () => this.#answer(request, purchaseHash),
      );
      if (!isUndecided(answer)) return refusalThrown(answer);
      // An update that is repeated gets its first answer, even from a run that is dead by now.
      const kept = await this.#kept(accountId, purchaseId);
      return kept && kept.status !== 'pending' ? kept : answer;
    } catch (error) {
      throw await unansweredError(error, this.#context.temporal, this.#context.taskQueue);
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
      const result = await handle.result();
      if (result.reason !== 'IDEMPOTENCY_CONFLICT' || !this.#context.ledger)
        return refusalThrown(result);
    } catch (error) {
      const isNotFound = error instanceof WorkflowNotFoundError;
      if (!isNotFound && !(error instanceof WorkflowFailedError))
        throw translateTemporalError(error);
      const failure = isNotFound ? undefined : failureOf(error);
      if (failure) throw failure.error;
      if (isNotFound && !(await this.#known(accountId, purchaseId)))
        throw notFound(accountId, purchaseId);
    }
    const known = await this.#known(accountId, purchaseId);
    if (!known || isUndecided(known)) throw interrupted(purchaseId);
    return known;
  }

  /** The ledger's record; null where it never saw the purchase (a refused one is not stored). @throws HoldfastError LEDGER_UNAVAILABLE */
  async get(accountId: string, purchaseId: string): Promise<PurchaseRecord | null> {
    return readerOf(this.#context).purchase(checkAccountId(accountId), checkPurchaseId(purchaseId));
  }

  /**
   * To be called by the payment provider's webhook. It carries no authority: the workflow asks the provider what has
   * become of the payment, and is started again where it was lost.
   *
   * @throws HoldfastError PURCHASE_NOT_FOUND, TEMPORAL_UNAVAILABLE
   */
  async paymentUpdated(accountId: string, purchaseId: string): Promise<void> {
    try {
      await this.#handle(accountId, purchaseId).signal(paymentUpdatedSignal);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      if (!(await this.#kept(accountId, purchaseId))) throw notFound(accountId, purchaseId);
    }
  }

  /** Asks for a purchase not to happen; its result tells whether that came in time. @throws HoldfastError PURCHASE_NOT_FOUND, TEMPORAL_UNAVAILABLE */
  async cancel(accountId: string, purchaseId: string): Promise<void> {
    const handle = this.#handle(accountId, purchaseId);
    try {
      // Where it was lost there is nobody to heed it, and reconciliation would go on with the purchase.
      if ((await currentStateOf(handle)) !== 'running') await this.#kept(accountId, purchaseId);
      await handle.cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
      if (!(await this.#known(accountId, purchaseId))) throw notFound(accountId, purchaseId);
    }
  }

  async #answer(request: PurchaseRequest, purchaseHash: string): Promise<PurchaseResult> {
    const { accountId, purchaseId } = request;
    const isOwn = (answer?: PurchaseResult | 'conflict'): answer is PurchaseResult =>
      answer !== undefined && answer !== 'conflict' && answer.purchaseHash === purchaseHash;
    const first = await this.#ask(
      request,
      purchaseHash,
      purchaseStart(request, this.#context.taskQueue),
    );
    if (isOwn(first)) return first;
    // Whoever asked for something else under a forgotten id was refused, and that is now what Temporal remembers of it.
    const known = await this.#known(accountId, purchaseId);
    if (!isOwn(known)) throw conflict(purchaseId);
    if (!isUndecided(known)) return known;
    const second = await this.#ask(
      request,
      purchaseHash,
      purchaseRestart(request, this.#context.taskQueue),
    );
    if (isOwn(second)) return second;
    throw interrupted(purchaseId);
  }

  async #ask(
    { accountId, purchaseId }: PurchaseRequest,
    purchaseHash: string,
    start: ReturnType<typeof purchaseStart | typeof purchaseRestart>,
  ): Promise<PurchaseResult | 'conflict'> {
    try {
      return await untilServed(() =>
        this.#context.temporal.workflow.executeUpdateWithStart(purchaseUpdate, {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof purchaseWorkflow>(
            'purchaseWorkflow',
            start,
          ),
          args: [purchaseHash],
          updateId: updateIdOf(purchaseUpdate.name, purchaseHash),
        }),
      );
    } catch (error) {
      if (isUpdateAborted(error)) throw interrupted(purchaseId);
      if (
        !(error instanceof WorkflowExecutionAlreadyStartedError) &&
        !isUpdateOfEndedWorkflow(error)
      )
        throw error;
    }
    try {
      return await this.#handle(accountId, purchaseId).result();
    } catch (error) {
      throw error instanceof WorkflowFailedError ? interrupted(purchaseId) : error;
    }
  }

  /** As `#known`; where that is not its end, the workflow is started again, which is harmless where it runs. */
  async #kept(accountId: string, purchaseId: string): Promise<PurchaseResult | undefined> {
    const record = await this.#context.ledger?.purchase(accountId, purchaseId);
    if (record?.body && (mayGoOn(record) || straysOf(record).length > 0)) {
      const start = purchaseRestart(
        { accountId, purchaseId, ...record.body },
        this.#context.taskQueue,
      );
      await this.#context.temporal.workflow
        .start<typeof purchaseWorkflow>('purchaseWorkflow', start)
        .catch((error) => {
          throw translateTemporalError(error);
        });
    }
    return record ? resultOf(record) : undefined;
  }

  /** Where it stands by the ledger. */
  async #known(accountId: string, purchaseId: string): Promise<PurchaseResult | undefined> {
    const record = await this.#context.ledger?.purchase(accountId, purchaseId);
    return record ? resultOf(record) : undefined;
  }

  #handle(accountId: string, purchaseId: string) {
    const workflowId = purchaseWorkflowId(checkAccountId(accountId), checkPurchaseId(purchaseId));
    return this.#context.temporal.workflow.getHandle<typeof purchaseWorkflow>(workflowId);
  }
}

function resultOf(record: PurchaseRecord): PurchaseResult {
  const { accountId, purchaseId, body } = record;
  return purchaseResultOf(record, body ? purchaseBodyHashOf(accountId, purchaseId, body) : '');
}

/** Also of what ended without the provider's word, which may come yet: money that was taken all the same goes back. */
function mayGoOn({ resolvedAt, status, reason }: PurchaseRecord): boolean {
  return resolvedAt === null || (status === 'voided' && reason === PROVIDER_FAULT);
}

function isUndecided({ status }: PurchaseResult): boolean {
  return status === 'pending' || status === 'returning';
}

/** What makes no sense, and another purchase under the same id, is the caller's mistake; other refusals are answers. */
function refusalThrown(result: PurchaseResult): PurchaseResult {
  const { status, reason, message = '', details = {}, purchaseId } = result;
  if (status !== 'refused' || !isErrorCode(reason)) return result;
  if (reason === 'IDEMPOTENCY_CONFLICT') throw conflict(purchaseId);
  if (ERROR_CATALOGUE[reason].class === 'bad-input')
    throw new HoldfastError(reason, message, details);
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
