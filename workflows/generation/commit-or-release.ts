import { log } from '@temporalio/workflow';
import type { ErrorCode } from '../../contract/errors';
import type { GenerationRequest } from '../../contract/generation';
import type { GenerationOutcome } from '../../contract/generation-job';
import type { GenerationResult } from '../../contract/generation-result';
import type { PinnedQuote } from '../../contract/prices';
import { RELEASE_REASONS, resultOfRecord } from '../../domain/generation/generation-result';
import { chargeFor, chargeForCancelled, isChargeable } from '../../domain/pricing/quote';
import {
  chargeCancelled,
  commit,
  type ResolveOutcome,
  release,
} from '../proxies/reservation-proxy';

/** The refusals of `commit` for an output without a usable URL or price. */
const UNPAYABLE: ErrorCode[] = ['PROVIDER_FAULT', 'VALUE_NOT_STORABLE'];

/**
 * Commits a delivered output, and charges what a job had used that the caller cancelled, if the
 * quote says so; otherwise releases the reservation under `reason`.
 */
export async function commitOrRelease(
  request: GenerationRequest,
  requestHash: string,
  quote: PinnedQuote,
  outcome: GenerationOutcome,
  reason: string,
): Promise<GenerationResult> {
  const { accountId, requestId } = request;
  const releaseAs = async (why: string) => {
    const released = await release({ accountId, requestId, reason: why }, quote.credits);
    return withMessage(resultOf(released, request, requestHash), outcome);
  };
  const used = reason === RELEASE_REASONS.cancelled ? creditsUsedBy(outcome, quote) : null;
  if (used !== null)
    return resultOf(
      await chargeCancelled({ accountId, requestId, credits: used }),
      request,
      requestHash,
    );
  if (outcome.state !== 'succeeded') return releaseAs(isFault(outcome) ? outcome.reason : reason);
  const { outputUrl, durationMs } = outcome;
  // `commit` refuses NaN. Histories from before durations were checked replay the same way.
  const credits = isChargeable(quote, durationMs) ? chargeFor(quote, durationMs) : Number.NaN;
  const committed = await commit({ accountId, requestId, credits, outputUrl });
  if (!committed.ok && UNPAYABLE.includes(committed.refusal.code)) {
    log.warn(`The job's output can't be paid for: ${committed.refusal.message}`);
    return releaseAs(RELEASE_REASONS.providerFault);
  }
  return resultOf(committed, request, requestHash, outputUrl);
}

/** What the provider said of a failed job stands beside its reason. */
function withMessage(result: GenerationResult, outcome: GenerationOutcome): GenerationResult {
  if (outcome.state !== 'failed' || outcome.message === undefined) return result;
  const isOfProvider = result.status === 'released' && result.reason === outcome.reason;
  return isOfProvider ? { ...result, message: outcome.message } : result;
}

/** The credits that a cancelled job is charged by its quote; null if it is free. */
function creditsUsedBy(outcome: GenerationOutcome, quote: PinnedQuote): number | null {
  if (outcome.state !== 'cancelled') return null;
  const { billed } = outcome;
  if (quote.cancelled === 'used' && billed?.durationMs === 0)
    log.warn('The provider bills no time that makes sense; the cancelled generation is free.');
  return chargeForCancelled(quote, billed);
}

/** The job's outcome is not known. This reason takes precedence over the caller's. */
function isFault(outcome: GenerationOutcome): outcome is GenerationOutcome & { state: 'failed' } {
  return outcome.state === 'failed' && outcome.reason === RELEASE_REASONS.providerFault;
}

/** The result. If the ledger has already resolved the reservation otherwise, its answer wins. */
function resultOf(
  resolved: ResolveOutcome,
  { accountId, requestId }: GenerationRequest,
  requestHash: string,
  deliveredUrl?: string,
): GenerationResult {
  if (resolved.ok) return resultOfRecord(resolved.record, requestHash);
  const { outcome, reason, reserved, charged, outputUrl } = resolved.refusal.details ?? {};
  const result = {
    accountId,
    requestId,
    requestHash,
    reserved: Number(reserved ?? 0),
    charged: Number(charged ?? 0),
  };
  if (outcome === 'committed' && reason === RELEASE_REASONS.cancelled)
    return { ...result, status: 'cancelled', reason };
  if (outcome === 'committed')
    return { ...result, status: 'committed', outputUrl: String(outputUrl) };
  const orphaned = { ...result, status: 'released', reason: RELEASE_REASONS.orphaned } as const;
  if (deliveredUrl === undefined) return orphaned;
  return { ...orphaned, outputUrl: deliveredUrl, deliveredUnpaid: true };
}
