import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { PurchaseRecord, PurchaseResult } from '../../contract/purchase';
import { moneyInWords } from '../../domain/pricing/money';
import { instantInWords } from '../../domain/time';
import { STATE_ATTRIBUTE } from '../search-attributes';

/** What an operator reads in Temporal's UI. */
export function tellPending(purchase: PurchaseRecord): void {
  setCurrentDetails(
    `**Pending.** ${offerInWords(purchase)}: the payment provider has not decided yet. Nothing is granted before it has.`,
  );
}

export function tellReturning(purchase: PurchaseRecord): void {
  setCurrentDetails(
    `**Returning.** ${offerInWords(purchase)} was paid, but nothing can be granted (${purchase.reason}): the money goes back.`,
  );
}

/** It stays found by that search: somebody has paid twice, and may ask. */
export function tellStray(purchase: PurchaseRecord, paymentId: string): void {
  markState('paid-twice');
  setCurrentDetails(
    `**Paid twice.** ${offerInWords(purchase)}: ${purchase.status}. Payment ${paymentId} was made for it as well, and goes back.`,
  );
}

/** By search what went wrong, in words what became of it. */
export function report(result: PurchaseResult): void {
  if (result.strayPayments) markState('paid-twice');
  else if (result.status === 'refused') markState('rejected');
  else if (result.status === 'declined' || result.status === 'voided' || result.status === 'returned')
    markState('failed');
  setCurrentDetails(`${outcomeInWords(result)}${straysInWords(result)}`);
}

function straysInWords({ strayPayments = [] }: PurchaseResult): string {
  const returned = strayPayments.filter(({ status }) => status === 'returned').map(({ paymentId }) => paymentId);
  return returned.length === 0 ? '' : ` It was paid more than once: ${returned.join(', ')} went back.`;
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

function markState(state: 'rejected' | 'failed' | 'paid-twice'): void {
  upsertSearchAttributes([{ key: STATE_ATTRIBUTE, value: state }]);
}
