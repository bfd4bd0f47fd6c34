import type { GenerationRequest } from '../../contract/generation';
import type { GenerationResult } from '../../contract/generation-result';
import type { PackOffer, PinnedQuote } from '../../contract/prices';
import type { Waiting } from '../../contract/waiting';
import { RELEASE_REASONS } from '../../domain/generation/generation-result';
import { instantInWords } from '../../domain/legible';
import { moneyInWords } from '../../domain/pricing/money';
import { kindInWords } from '../../domain/pricing/unit-price';
import { showDetails } from '../current-details';

/** Shows a running generation to operators. The input is left out: an operator doesn't need it. */
export function showReserved(request: GenerationRequest, quote: PinnedQuote): void {
  showDetails(
    `**Generating.** ${quoteInWords(quote)} ${quote.credits} credits of account ${request.accountId} are reserved. ` +
      `It must end within ${quote.timeLimitSeconds} s.`,
  );
}

/** Shows a queued request to operators. */
export function showWaiting({ accountId, kind }: GenerationRequest, waiting: Waiting): void {
  const { place, required, requiredAhead, available, shortfall, packs, until, at, heldUp } =
    waiting;
  const ahead = requiredAhead > 0 ? `, and those ahead of it ${requiredAhead}` : '';
  const help =
    packs.length > 0 ? ` What would cover it: ${packs.map(packInWords).join(', or ')}.` : '';
  showDetails(
    `**Waiting for credits**, at place ${place} in the queue of account ${accountId}. ${kind} needs ${required} credits${ahead}; ` +
      `${available} are available: ${shortfall} short.${help} It waits until ${instantInWords(until)}.` +
      `${heldUp ? ` The queue is held up: ${heldUp.message}` : ''} As of ${instantInWords(at)}.`,
  );
}

function packInWords({ packId, credits, priceCents, currency, count }: PackOffer): string {
  const times = count === 1 ? '' : `${count} × `;
  return `${times}${packId} (${credits * count} credits for ${moneyInWords(priceCents * count, currency)})`;
}

/** Shows the end of a generation to operators. */
export function showOutcome(result: GenerationResult, quote?: PinnedQuote): void {
  showDetails(`${quote ? `${quoteInWords(quote)} ` : ''}${outcomeInWords(result)}`);
}

function quoteInWords(quote: PinnedQuote): string {
  return `Quote: ${kindInWords(quote)} for ${quote.credits} credits (catalog version ${quote.catalogVersion}).`;
}

function outcomeInWords({
  status,
  reserved,
  charged,
  reason,
  outputUrl,
  message,
  deliveredUnpaid,
}: GenerationResult): string {
  switch (status) {
    case 'committed':
      return `**Committed.** ${charged} of ${reserved} reserved credits charged, ${reserved - charged} returned. Output: ${outputUrl}`;
    case 'cancelled':
      if (reserved === 0) return '**Cancelled.** Nothing was reserved.';
      return charged === 0
        ? `**Cancelled.** All ${reserved} reserved credits returned.`
        : `**Cancelled.** ${charged} of ${reserved} reserved credits were used by then and charged, ${reserved - charged} returned.`;
    case 'rejected':
      return `**Rejected: ${reason}.** ${message ?? ''} Nothing was reserved; another attempt takes a new request id.`;
    case 'released': {
      const unpaid = deliveredUnpaid ? ' An output was delivered and not paid for.' : '';
      const fault =
        reason === RELEASE_REASONS.providerFault
          ? ' The provider’s answers can’t be understood; the activities show them.'
          : '';
      const said = message === undefined ? '' : ` The provider says: ${message}`;
      return `**Released: ${reason}.** All ${reserved} reserved credits returned.${unpaid}${fault}${said}`;
    }
  }
}
