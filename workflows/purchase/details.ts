import { upsertSearchAttributes } from '@temporalio/workflow';
import type { PurchaseRecord, PurchaseResult } from '../../contract/purchase';
import { moneyInWords } from '../../domain/pricing/money';
import { instantInWords } from '../../domain/time';
import { STATE_ATTRIBUTE } from '../search-attributes';
import { tell } from '../tell';

/** What an operator reads in Temporal's UI. */
export function tellPending(purchase: PurchaseRecord): void {
  tell(
    `**Pending.** ${offerInWords(purchase)}: the payment provider has not decided yet. Nothing is granted before it has.`,
  );
}

export function tellReturning(purchase: PurchaseRecord): void {
  tell(
    `**Returning.** ${offerInWords(purchase)} was paid, but nothing can be granted (${purchase.reason}): the money goes back.`,
  );
}

/** By search what went wrong, in words what became of it. */
export function report(result: PurchaseResult): void {
  if (result.status === 'refused') markState('rejected');
  if (result.status === 'declined' || result.status === 'voided' || result.status === 'returned') markState('failed');
  tell(outcomeInWords(result));
}

function outcomeInWords(result: PurchaseResult): string {
  const { status, reason, message, grantId, validUntil } = result;
  switch (status) {
    case 'granted':
      return `**Granted.** ${offerInWords(result)} as grant ${grantId}, valid until ${validUntil && instantInWords(validUntil)}.`;
    case 'refused':
      return `**Refused: ${reason}.** ${message ?? ''} Nothing was charged; another attempt takes a new purchase id.`;
    case 'returned':
      return `**Returned: ${reason}.** ${offerInWords(result)} was paid, and the money has been given back.`;
    case 'declined':
    case 'voided':
      return `**${status === 'declined' ? 'Declined' : 'Voided'}: ${reason}.** Nothing was charged and nothing granted.`;
    default:
      return `**${status}.**`;
  }
}

/** `125 credits (pack-125) for 49 USD` */
function offerInWords({ credits, packId, priceCents, currency }: PurchaseRecord | PurchaseResult): string {
  const price = priceCents !== undefined && currency ? moneyInWords(priceCents, currency) : 'nothing';
  return `${credits} credits (${packId}) for ${price}`;
}

function markState(state: 'rejected' | 'failed'): void {
  upsertSearchAttributes([{ key: STATE_ATTRIBUTE, value: state }]);
}
