import { sleep, workflowInfo } from '@temporalio/workflow';
import type {
  RefundOrder,
  RefundOrderRequest,
  RefundOrderResult,
} from '../../contract/refund-order';
import { checkWorkflowId } from '../checked-input';
import { purchaseWorkflowId, refundWorkflowId } from '../messages';
import { recordedProof } from '../proof';
import { shielded } from '../proxies/quick-then-patient';
import { makeRefund, openRefund, type RefundAnswer, settleRefund } from '../proxies/refund-proxy';
import { movesBetweenBuilds } from '../versioning';
import { showEnded, showOpen, showRefused } from './refund-details';

/**
 * The pause before the provider is asked again: from seconds to hours, doubling. A run has room for
 * more than a year of that.
 */
const LOOK_MS = { first: 5_000, longest: 6 * 3_600_000 };

/**
 * Gives money of a pack back as an operator orders it (docs/rules.md, Refunds): holds what the money
 * has paid for, asks the payment provider, and books what that has made. Started as
 * `refund/{account}/{order}`, which is the provider's key as well, so it may be killed, repeated or
 * started again at any point without giving money back twice. Refusals are results.
 */
export async function refundWorkflow(
  request: RefundOrderRequest,
  proof?: string,
): Promise<RefundOrderResult> {
  checkWorkflowId(request, ({ accountId, orderId }) => refundWorkflowId(accountId, orderId));
  // A refund that was ordered is not cancelled by its workflow's cancellation: money may have gone.
  return shielded(async () => {
    for (let lookMs = LOOK_MS.first; ; lookMs = Math.min(2 * lookMs, LOOK_MS.longest)) {
      const outcome = await openRefund(
        request,
        ...recordedProof(proof, workflowInfo().startTime.getTime()),
      );
      if (!outcome.ok) return showRefused(outcome.refusal);
      const opened = outcome.value;
      const order = opened.status === 'open' ? await tryOnce(opened) : opened;
      if (order.status !== 'open') return showEnded(order);
      await sleep(lookMs);
    }
  });
}

movesBetweenBuilds(refundWorkflow);

/** Asks the provider, and books what it says, if that is an end. */
async function tryOnce(order: RefundOrder): Promise<RefundOrder> {
  const { accountId, orderId, purchaseId, paymentId, amountCents, currency } = order;
  showOpen(order);
  const answer = await makeRefund({
    refundKey: refundWorkflowId(accountId, orderId),
    idempotencyKey: purchaseWorkflowId(accountId, purchaseId),
    ...{ accountId, paymentId, amountCents, currency },
  });
  if (!isDecided(answer)) {
    showOpen(order, answer.state);
    return order;
  }
  const settled = await settleRefund({ accountId, orderId, outcome: answer });
  if (settled.ok) return settled.value;
  showOpen(order, settled.refusal.code);
  return order;
}

function isDecided(
  answer: RefundAnswer,
): answer is Extract<RefundAnswer, { state: 'made' | 'refused' }> {
  return answer.state === 'made' || answer.state === 'refused';
}
