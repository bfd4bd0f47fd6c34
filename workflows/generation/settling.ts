import type { GenerationRequest, GenerationResult } from '../../contract/generation';
import type { PinnedQuote } from '../../contract/prices';
import { RELEASE_REASONS, resultOfRecord } from '../../domain/generation/generation';
import { chargeFor } from '../../domain/pricing/pricing';
import type { GenerationOutcome } from '../proxies/generation';
import { commit, type ResolveOutcome, release } from '../proxies/ledger';

/** Commits what was delivered, and otherwise hands everything back under that reason. */
export async function settleAccount(
  request: GenerationRequest,
  requestHash: string,
  quote: PinnedQuote,
  outcome: GenerationOutcome,
  reason: string,
): Promise<GenerationResult> {
  const { accountId, requestId } = request;
  if (outcome.state !== 'succeeded') {
    return resultOf(await release({ accountId, requestId, reason }), request, requestHash);
  }
  const { outputUrl, durationMs } = outcome;
  const committed = await commit({ accountId, requestId, credits: chargeFor(quote, durationMs), outputUrl });
  if (!committed.ok && committed.refusal.code === 'VALUE_NOT_STORABLE') {
    // Nobody could ever find the output, so nobody pays for it.
    const { outputNotStorable } = RELEASE_REASONS;
    return resultOf(await release({ accountId, requestId, reason: outputNotStorable }), request, requestHash);
  }
  return resultOf(committed, request, requestHash, outputUrl);
}

/** Where the reservation had ended otherwise before, what the ledger says stands. */
function resultOf(
  resolved: ResolveOutcome,
  { accountId, requestId }: GenerationRequest,
  requestHash: string,
  deliveredUrl?: string,
): GenerationResult {
  if (resolved.ok) return resultOfRecord(resolved.record, requestHash);
  const { outcome, reserved, charged, outputUrl } = resolved.refusal.details ?? {};
  const result = { accountId, requestId, requestHash, reserved: Number(reserved ?? 0), charged: Number(charged ?? 0) };
  if (outcome === 'committed') return { ...result, status: 'committed', outputUrl: String(outputUrl) };
  return {
    ...result,
    status: 'released',
    reason: RELEASE_REASONS.orphaned,
    outputUrl: deliveredUrl,
    deliveredUnpaid: true,
  };
}
