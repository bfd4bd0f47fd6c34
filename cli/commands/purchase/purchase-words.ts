import type { PurchaseResult } from '../../../client/client';
import { moneyInWords } from '../../../domain/pricing/money';
import { type NotOk, notOk } from '../../terminal/red';
import { creditsInWords, timeInWords } from '../../words';

/** A purchase's state, for a person. */
export function purchaseInWords(result: PurchaseResult): (string | NotOk)[] {
  const [outcome = '', ...rest] = outcomeInWords(result);
  const isWell = result.status === 'granted' || result.status === 'pending';
  return [isWell ? outcome : notOk(outcome), ...rest, `Purchase: ${result.purchaseId}`];
}

function outcomeInWords(result: PurchaseResult): string[] {
  const { status, credits = 0, packId, reason, message, validUntil = null } = result;
  const again = 'Another attempt takes a new purchase id.';
  switch (status) {
    case 'granted':
      return [
        `Bought: ${creditsInWords(credits)} (${packId}) for ${priceOf(result)}, valid until ${timeInWords(validUntil)}.`,
      ];
    case 'refused':
      return [`Refused (${reason}): ${message ?? ''}`, `Nothing was charged. ${again}`];
    case 'declined':
      return [`Declined (${reason}): nothing was charged and nothing granted.`, again];
    case 'voided':
      return [`Voided (${reason}): nothing was charged and nothing granted.`, again];
    case 'returned':
      return [
        `Returned (${reason}): ${priceOf(result)} was paid, nothing could be granted for it, and the money has been given back.`,
      ];
    case 'returning':
      return [
        `Returning (${reason}): ${priceOf(result)} was paid, nothing could be granted for it, and the money goes back.`,
      ];
    case 'pending':
      return [
        'Pending: the payment provider has not decided yet; nothing is granted before it has.',
      ];
  }
}

function priceOf({ priceCents = 0, currency = 'USD' }: PurchaseResult): string {
  return moneyInWords(priceCents, currency);
}
