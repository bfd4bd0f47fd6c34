import { refundWorkflowId } from '../../../workflows/messages';
import type { Holdfast } from '../../workflows/harness';
import { requestOf, subscribed } from './purchase-support';
import { ACCOUNT, recordedAs } from './scenario';

/** Refunds that an operator has ordered. */
export const REFUND_SCENARIOS = recordedAs('v1', [
  { name: 'refund.made', run: (holdfast) => ordered(holdfast, 'made') },
  { name: 'refund.refused', run: (holdfast) => ordered(holdfast, 'refused') },
  { name: 'refund.closed', run: closeByHand },
  { name: 'refund.not-allowed', run: (holdfast) => ordered(holdfast, 'not-allowed') },
]);

async function bought(holdfast: Holdfast, name: string, paymentMethod?: string): Promise<void> {
  await holdfast.setCatalog({ refund: name === 'not-allowed' ? 'never' : 'debt' });
  await subscribed(holdfast);
  await holdfast.client.purchases.buy(requestOf(name, paymentMethod));
}

const orderOf = (name: string) => ({
  ...{ accountId: ACCOUNT, orderId: name, purchaseId: name, amountCents: 1_000 },
  ...{ reason: 'Ticket 4711', by: 'sam' },
});

async function ordered(
  holdfast: Holdfast,
  name: 'made' | 'refused' | 'not-allowed',
): Promise<string> {
  await bought(holdfast, name, name === 'refused' ? 'simulate-refund-refused' : undefined);
  await holdfast.client.refunds.order(orderOf(name)).catch(() => {});
  return ended(holdfast, name);
}

async function closeByHand(holdfast: Holdfast): Promise<string> {
  await bought(holdfast, 'closed', 'simulate-refund-pending');
  await holdfast.client.refunds.order(orderOf('closed'), { timeoutMs: 2_000 });
  const word = { reason: 'Ticket 4712', by: 'kim' };
  await holdfast.ledger.refunds.close({ accountId: ACCOUNT, orderId: 'closed', ...word });
  return ended(holdfast, 'closed');
}

async function ended(holdfast: Holdfast, name: string): Promise<string> {
  const workflowId = refundWorkflowId(ACCOUNT, name);
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}
