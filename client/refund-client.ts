import { type Client, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import { checkAccountId, checkOrderId } from '../contract/ids';
import {
  parseRefundOrder,
  type RefundOrder,
  type RefundOrderRequest,
} from '../contract/refund-order';
import { refundStart } from '../workflows/start-options';
import type { refundWorkflow } from '../workflows/workflows';
import { type ClientContext, proofOf, readerOf } from './client-context';
import { translateCallError } from './errors';

const REFUND_TIMEOUT_MS = 10_000;

/** How a refund is ordered. */
export interface RefundOrderOptions {
  /** How long to wait for the payment provider's decision; 10,000 by default. */
  timeoutMs?: number;
  /** Its proof, made elsewhere; by default the client's own `proof` makes one. */
  proof?: string;
}

/** Refunds that operators order, by account and the order's id. */
export class Refunds {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Has the payment provider give money of a granted pack back, once per order: what the money has
   * paid for is held, the provider is asked, and what it has made is booked. Returns the order once
   * it has ended (`made`, `refused`, `closed`), or as it stands after `timeoutMs` (`open`): it goes
   * on then, and a repetition waits for it again.
   *
   * @example await holdfast.refunds.order({
   *   accountId: 'acme', orderId: 'ticket-4711', purchaseId: 'order-4711', amountCents: 1200,
   *   reason: 'Ticket 4711', by: 'sam',
   * })
   * @throws HoldfastError bad input by its own code; IDEMPOTENCY_CONFLICT, PURCHASE_NOT_FOUND,
   *   PURCHASE_NOT_GRANTED, REFUND_NOT_ALLOWED, REFUND_EXCEEDS_PAYMENT, REFUND_EXCEEDS_UNUSED,
   *   PAYMENTS_NOT_CONFIGURED; PROOF_REQUIRED, PROOF_REJECTED; NO_WORKER, ADMISSION_UNKNOWN,
   *   TEMPORAL_UNAVAILABLE, after which the call is to be repeated with the same order's id
   */
  async order(
    raw: RefundOrderRequest,
    { timeoutMs = REFUND_TIMEOUT_MS, proof: given }: RefundOrderOptions = {},
  ): Promise<RefundOrder> {
    const request = parseRefundOrder(raw);
    const { accountId, orderId } = request;
    const proof = await proofOf(this.#context, 'refund', request, given);
    const { temporal, taskQueue, ledger, ledgerCheck } = this.#context;
    try {
      const result = await within(temporal, timeoutMs, async () => {
        await ledgerCheck.ensure();
        return temporal.workflow.execute<typeof refundWorkflow>(
          'refundWorkflow',
          refundStart(request, taskQueue, proof),
        );
      });
      if (!result.ok) throw HoldfastError.of(result.refusal);
      return ofRequest(result.order, request);
    } catch (error) {
      const translated = await translateCallError(error, temporal, taskQueue);
      const isUnanswered = translated.code === 'ADMISSION_UNKNOWN';
      const standing = isUnanswered ? await ledger?.refundOrder(accountId, orderId) : null;
      if (standing) return ofRequest(standing, request);
      throw translated;
    }
  }

  /**
   * One order, as the ledger has it; null if there is none.
   *
   * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REFUND, LEDGER_UNAVAILABLE
   */
  async get(accountId: string, orderId: string): Promise<RefundOrder | null> {
    return readerOf(this.#context).refundOrder(checkAccountId(accountId), checkOrderId(orderId));
  }
}

/**
 * A server answers a call that waits for a result with nothing, shortly before its deadline, and the
 * SDK asks again: so the wait is ended from here.
 */
async function within<Answer>(
  { connection }: Client,
  timeoutMs: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), timeoutMs);
  try {
    return await connection.withAbortSignal(ended.signal, ask);
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    throw new WorkflowUpdateRPCTimeoutOrCancelledError('There was no answer in time.');
  } finally {
    clearTimeout(timer);
  }
}

/** A call that joined a running workflow gets its answer, which may be to another request. */
function ofRequest(order: RefundOrder, { orderId, purchaseId, amountCents }: RefundOrderRequest) {
  if (order.purchaseId === purchaseId && order.amountCents === amountCents) return order;
  throw new HoldfastError(
    'IDEMPOTENCY_CONFLICT',
    `Order ${orderId} was given before for another refund.`,
    { orderId },
  );
}
