import { log } from '@temporalio/workflow';
import type { Refusal } from '../../contract/errors';
import type { RefundOrder, RefundOrderResult } from '../../contract/refund-order';
import { creditsInWords } from '../../domain/legible';
import { moneyInWords } from '../../domain/pricing/money';
import { showDetails } from '../current-details';
import { markState } from '../mark-state';

/** `12 USD of purchase order-4711` */
const moneyOf = ({ amountCents, currency, purchaseId }: RefundOrder) =>
  `${moneyInWords(amountCents, currency)} of purchase ${purchaseId}`;

/** Why it isn't decided. Any other word is the code by which it can't be booked. */
const WHY: Record<string, string> = {
  pending: 'The payment provider has not decided yet.',
  unknown: 'The payment provider does not know it yet.',
  'not-understood': 'The payment provider’s answers can’t be understood; the activities show them.',
};

/** Shows operators an order that is not decided. `why` says what keeps it so, if that is known. */
export function showOpen(order: RefundOrder, why = 'pending'): void {
  const reason =
    WHY[why] ??
    `The payment provider says that money has gone back, and it can’t be booked: ${why}. An operator sees to it.`;
  showDetails(
    `**Open.** ${moneyOf(order)} is to go back; ${creditsInWords(order.heldCredits)} of the pack are held meanwhile. ${reason}`,
  );
}

/** Shows operators that nothing was ordered, and why. */
export function showRefused(refusal: Refusal): RefundOrderResult {
  const { code, message, details = {} } = refusal;
  showDetails(`**Refused: ${code}.** ${message} Nothing was given back.`);
  markState('rejected');
  return { ok: false, refusal: { code, message, details } };
}

/** Shows operators how an order has ended. */
export function showEnded(order: RefundOrder): RefundOrderResult {
  showDetails(`${endInWords(order)}`);
  if (order.status !== 'made') markState('failed');
  return { ok: true, order };
}

function endInWords(order: RefundOrder): string {
  const { status, refund, reason } = order;
  if (refund === null) {
    const why =
      status === 'closed' ? 'Closed by an operator' : `Refused by the provider: ${reason}`;
    return `**${why}.** No money goes back by this order of ${moneyOf(order)}; what was held has come back.`;
  }
  const taken = `${creditsInWords(refund.takenCredits)} of the pack are gone`;
  const owed = refund.owedCredits > 0 ? `, and ${creditsInWords(refund.owedCredits)} are owed` : '';
  const isOther = refund.amountCents !== order.amountCents;
  if (isOther) log.warn('The payment provider has given another amount back.', { ...order });
  const other = isOther
    ? ` The provider has given ${moneyInWords(refund.amountCents, refund.currency)} back instead, which is booked.`
    : '';
  return `**Made.** ${moneyOf(order)} has gone back as ${refund.refundId}: ${taken}${owed}.${other}`;
}
