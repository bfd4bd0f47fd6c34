import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import { HoldfastError, isErrorCode } from '../contract/errors';
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
  unreturnedPaymentIds,
} from '../domain/purchase-result';
import { paymentUpdatedSignal, purchaseUpdate, purchaseWorkflowId } from '../workflows/messages';
import { purchaseRestart, purchaseStart } from '../workflows/start-options';
import type { purchaseWorkflow } from '../workflows/workflows';
import { type ClientContext, readerOf, repeatWhileLost } from './client-context';
import {
  failureOf,
  isUpdateAborted,
  isUpdateOfEndedWorkflow,
  translateCallError,
  translateSentError,
  translateTemporalError,
} from './errors';
import { idOfPurchase } from './update-ids';
import { currentStateOf } from './workflow-state';

/** A card payment takes seconds. */
const PURCHASE_TIMEOUT_MS = 30_000;

/** Purchases of packs, by account and purchase id. */
export class Purchases {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Buys a pack at the price that the buyer was shown, in minor units (cents). Returns once the
   * purchase is `granted`, `declined`, `refused`, or undecided: `pending` at the payment provider,
   * or `returning` money for which nothing was granted. `result` waits for the end of an undecided
   * one. A refusal (PRICE_CHANGED, SUBSCRIPTION_REQUIRED, PAYMENTS_NOT_CONFIGURED, …) is a result
   * and not an error, and charges nothing. Repeating the call with the same purchase charges once.
   *
   * @example await holdfast.purchases.buy({
   *   accountId: 'acme', purchaseId: 'order-4711', packId: 'pack-125', shownPriceCents: 4900,
   * })
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT for another purchase
   *   under the same id; ADMISSION_UNKNOWN (no answer within `timeoutMs`, 30,000 by default),
   *   PURCHASE_INTERRUPTED, NO_WORKER and TEMPORAL_UNAVAILABLE, after which the call is to be
   *   repeated with the same purchase id
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
      if (!isUndecided(answer)) return checkRefusal(answer);
      // A repeated update gets its first answer, even from a run that was terminated since.
      const recorded = await this.#recordedAndRestarted(accountId, purchaseId);
      return recorded && recorded.status !== 'pending' ? recorded : answer;
    } catch (error) {
      throw await translateCallError(error, this.#context.temporal, this.#context.taskQueue);
    }
  }

  /**
   * Waits for the end of a purchase, without a limit; a bank transfer may take days.
   *
   * @throws HoldfastError PURCHASE_NOT_FOUND; PURCHASE_INTERRUPTED (its workflow was ended from
   *   outside: repeat `buy`); TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE; or the code of the bad
   *   input that the purchase failed with
   */
  async result(accountId: string, purchaseId: string): Promise<PurchaseResult> {
    const handle = await this.#handle(accountId, purchaseId);
    try {
      const result = await handle.result();
      if (result.reason !== 'IDEMPOTENCY_CONFLICT' || !this.#context.ledger)
        return checkRefusal(result);
    } catch (error) {
      const isNotFound = error instanceof WorkflowNotFoundError;
      if (!isNotFound && !(error instanceof WorkflowFailedError))
        throw translateTemporalError(error);
      const failure = isNotFound ? undefined : failureOf(error);
      if (failure) throw failure.error;
      if (isNotFound && !(await this.#recorded(accountId, purchaseId)))
        throw notFound(accountId, purchaseId);
    }
    const recorded = await this.#recorded(accountId, purchaseId);
    if (!recorded || isUndecided(recorded)) throw interrupted(purchaseId);
    return recorded;
  }

  /**
   * The ledger's record of a purchase; null if it has none. A refused purchase isn't stored.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, LEDGER_UNAVAILABLE
   */
  async get(accountId: string, purchaseId: string): Promise<PurchaseRecord | null> {
    return readerOf(this.#context).purchase(checkAccountId(accountId), checkPurchaseId(purchaseId));
  }

  /**
   * Tells that a payment's state may have changed; the handler of the payment provider's webhook
   * calls it, as often as it likes: the workflow asks the provider. A lost one is started again.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, PURCHASE_NOT_FOUND,
   *   TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE
   */
  async paymentUpdated(accountId: string, purchaseId: string): Promise<void> {
    try {
      const handle = await this.#handle(accountId, purchaseId);
      await handle.signal(paymentUpdatedSignal);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateSentError(error);
      if (!(await this.#recordedAndRestarted(accountId, purchaseId)))
        throw notFound(accountId, purchaseId);
    }
  }

  /**
   * Requests the cancellation of a purchase. Its result says whether the cancellation came in time.
   * Cancelling a purchase that has ended, or again, changes nothing.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, PURCHASE_NOT_FOUND,
   *   TEMPORAL_UNAVAILABLE, LEDGER_UNAVAILABLE
   */
  async cancel(accountId: string, purchaseId: string): Promise<void> {
    const handle = await this.#handle(accountId, purchaseId);
    try {
      // A lost workflow can't be cancelled, and reconciliation would start it again and go on with
      // the purchase.
      if ((await currentStateOf(handle)) !== 'running')
        await this.#recordedAndRestarted(accountId, purchaseId);
      await handle.cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw translateSentError(error);
      if (!(await this.#recorded(accountId, purchaseId))) throw notFound(accountId, purchaseId);
    }
  }

  async #answer(request: PurchaseRequest, purchaseHash: string): Promise<PurchaseResult> {
    const { accountId, purchaseId } = request;
    await this.#context.ledgerCheck.ensure();
    const isOwn = (answer?: PurchaseResult | 'conflict'): answer is PurchaseResult =>
      answer !== undefined && answer !== 'conflict' && answer.purchaseHash === purchaseHash;
    const first = await this.#ask(
      request,
      purchaseHash,
      purchaseStart(request, this.#context.taskQueue),
    );
    if (isOwn(first)) return first;
    // Temporal keeps the latest workflow of an id. Here that one was refused for reusing the id,
    // and the ledger has the first.
    const recorded = await this.#recorded(accountId, purchaseId);
    if (!isOwn(recorded)) throw conflict(purchaseId);
    if (!isUndecided(recorded)) return recorded;
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
      return await repeatWhileLost(() =>
        this.#context.temporal.workflow.executeUpdateWithStart(purchaseUpdate, {
          startWorkflowOperation: new WithStartWorkflowOperation<typeof purchaseWorkflow>(
            'purchaseWorkflow',
            start,
          ),
          args: [purchaseHash],
          updateId: idOfPurchase(this.#context.temporal, purchaseHash),
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
      return await (await this.#handle(accountId, purchaseId)).result();
    } catch (error) {
      throw error instanceof WorkflowFailedError ? interrupted(purchaseId) : error;
    }
  }

  /**
   * As `#recorded`; starts the workflow of an unfinished purchase again, which is harmless while it
   * runs.
   */
  async #recordedAndRestarted(
    accountId: string,
    purchaseId: string,
  ): Promise<PurchaseResult | undefined> {
    const record = await this.#context.ledger?.purchase(accountId, purchaseId);
    if (record?.body && (isRestartable(record) || unreturnedPaymentIds(record).length > 0)) {
      const start = purchaseRestart(
        { accountId, purchaseId, ...record.body },
        this.#context.taskQueue,
      );
      await this.#context.temporal.workflow
        .start<typeof purchaseWorkflow>('purchaseWorkflow', start)
        .catch((error) => {
          throw translateSentError(error);
        });
    }
    return record ? resultOf(record) : undefined;
  }

  async #recorded(accountId: string, purchaseId: string): Promise<PurchaseResult | undefined> {
    const record = await this.#context.ledger?.purchase(accountId, purchaseId);
    return record ? resultOf(record) : undefined;
  }

  async #handle(accountId: string, purchaseId: string) {
    const workflowId = purchaseWorkflowId(checkAccountId(accountId), checkPurchaseId(purchaseId));
    await this.#context.ledgerCheck.ensure();
    return this.#context.temporal.workflow.getHandle<typeof purchaseWorkflow>(workflowId);
  }
}

function resultOf(record: PurchaseRecord): PurchaseResult {
  const { accountId, purchaseId, body } = record;
  return purchaseResultOf(record, body ? purchaseBodyHashOf(accountId, purchaseId, body) : '');
}

/**
 * Whether the workflow has something left to do. A purchase that was voided because the provider
 * gave no proper answer counts: if the provider reports a payment later, that money goes back.
 */
function isRestartable({ resolvedAt, status, reason }: PurchaseRecord): boolean {
  return resolvedAt === null || (status === 'voided' && reason === PROVIDER_FAULT);
}

function isUndecided({ status }: PurchaseResult): boolean {
  return status === 'pending' || status === 'returning';
}

/**
 * The result, unless it is a refusal by the caller's fault: bad input, or another purchase under
 * the same id.
 *
 * @throws HoldfastError IDEMPOTENCY_CONFLICT, or the code of the bad input
 */
function checkRefusal(result: PurchaseResult): PurchaseResult {
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
