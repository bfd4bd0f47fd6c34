import { log } from '@temporalio/workflow';
import { PROVIDER_FAULT } from '../../contract/provider-answer';
import type { PurchaseRecord, PurchaseResult } from '../../contract/purchase';
import { instantInWords } from '../../domain/legible';
import { moneyInWords } from '../../domain/pricing/money';
import { showDetails } from '../current-details';
import { markState } from '../mark-state';

const NOT_UNDERSTOOD = 'The provider’s answers can’t be understood; the activities show them.';

/** Shows a pending purchase to operators. */
export function showPending(purchase: PurchaseRecord, reason?: string): void {
  const fault =
    reason === PROVIDER_FAULT ? ` ${NOT_UNDERSTOOD} It is asked again for up to a day.` : '';
  showDetails(
    `**Pending.** ${offerInWords(purchase)}: the payment provider has not decided yet. Nothing is granted before it has.${fault}`,
  );
}

/** Shows operators that the money goes back. */
export function showReturning(purchase: PurchaseRecord): void {
  showDetails(
    `**Returning.** ${offerInWords(purchase)} was paid, but nothing can be granted (${purchase.reason}): the money goes back.`,
  );
}

/**
 * Shows a further payment to operators. The purchase keeps the state `paid-twice`, because the
 * buyer may ask about it.
 */
export function showStray(purchase: PurchaseRecord, paymentId: string): void {
  showDetails(
    `**Paid twice.** ${offerInWords(purchase)}: ${purchase.status}. Payment ${paymentId} was made for it as well, and goes back.`,
  );
  markState('paid-twice');
}

/** Shows the end of a purchase to operators, and marks the state to search by. */
export function showResult(result: PurchaseResult): void {
  showDetails(`${outcomeInWords(result)}${straysInWords(result)}`);
  if (isFault(result)) {
    log.warn("The payment provider can't be understood; check what it did with the money.", {
      ...result,
    });
  }
  if (result.strayPayments) markState('paid-twice');
  else if (result.status === 'refused') markState('rejected');
  else if (['declined', 'voided', 'returned', 'returning'].includes(result.status))
    markState('failed');
}

function straysInWords({ strayPayments = [] }: PurchaseResult): string {
  const returned = strayPayments
    .filter(({ status }) => status === 'returned')
    .map(({ paymentId }) => paymentId);
  return returned.length === 0
    ? ''
    : ` It was paid more than once: ${returned.join(', ')} went back.`;
}

/**
 * Whether the purchase ended without an answer of the provider, or the provider has not confirmed
 * the refund.
 */
function isFault({ status, reason }: PurchaseResult): boolean {
  return status === 'returning' || (status !== 'pending' && reason === PROVIDER_FAULT);
}

function outcomeInWords(result: PurchaseResult): string {
  const { status, reason, message, grantId, validUntil } = result;
  switch (status) {
    case 'granted':
      return `**Granted.** ${offerInWords(result)} as grant ${grantId}, valid until ${validUntil && instantInWords(validUntil)}.`;
    case 'refused':
      return `**Refused: ${reason}.** ${message ?? ''} Nothing was charged; another attempt takes a new purchase id.`;
    case 'returning':
      return `**Returning: ${reason}.** ${offerInWords(result)} was paid, and it is not known whether the money went back. ${NOT_UNDERSTOOD} Reconciliation tries again.`;
    case 'returned':
      return `**Returned: ${reason}.** ${offerInWords(result)} was paid, and the money has been given back.`;
    case 'declined':
    case 'voided':
      if (isFault(result)) {
        return `**Voided: ${reason}.** ${NOT_UNDERSTOOD} It was asked to take nothing, and to give back what it had taken; check with the provider whether it did, under this workflow's id. Nothing was granted.`;
      }
      return `**${status === 'declined' ? 'Declined' : 'Voided'}: ${reason}.** Nothing was charged and nothing granted.`;
    default:
      return `**${status}.**`;
  }
}

/** `125 credits (pack-125) for 49 USD` */
function offerInWords({
  credits,
  packId,
  priceCents,
  currency,
}: PurchaseRecord | PurchaseResult): string {
  const price =
    priceCents !== undefined && currency ? moneyInWords(priceCents, currency) : 'nothing';
  return `${credits} credits (${packId}) for ${price}`;
}
