import { setCurrentDetails } from '@temporalio/workflow';
import type { GenerationResult } from '../../domain/generation/generation';
import type { GenerationRequest } from '../../domain/generation/request';
import type { PinnedQuote } from '../../domain/pricing/pricing';

/** What an operator reads in Temporal's UI. Never the input: these texts bypass the payload codec. */
export function tellReserved(request: GenerationRequest, quote: PinnedQuote): void {
  setCurrentDetails(
    `**Generating.** ${quoteInWords(quote)} ${quote.credits} credits of account ${request.accountId} are reserved. ` +
      `It must end within ${quote.timeLimitSeconds} s.`,
  );
}

export function tellOutcome(result: GenerationResult, quote?: PinnedQuote): void {
  setCurrentDetails(`${quote ? `${quoteInWords(quote)} ` : ''}${outcomeInWords(result)}`);
}

function quoteInWords({ kind, seconds, audio, credits, catalogVersion }: PinnedQuote): string {
  const length = seconds === null ? '' : ` of ${seconds} s`;
  return `Quote: ${kind}${length}${audio ? ' with audio' : ''} for ${credits} credits (catalog version ${catalogVersion}).`;
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
      return `**Cancelled.** All ${reserved} reserved credits returned.`;
    case 'rejected':
      return `**Rejected: ${reason}.** ${message ?? ''} Nothing was reserved; another attempt takes a new request id.`;
    case 'released': {
      const unpaid = deliveredUnpaid ? ' An output was delivered and nobody paid for it.' : '';
      return `**Released: ${reason}.** All ${reserved} reserved credits returned.${unpaid}`;
    }
  }
}
