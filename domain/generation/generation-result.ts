import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { isErrorCode, type Refusal } from '../../contract/errors';
import type { GenerationRequest, RequestRecord } from '../../contract/generation';
import type { GenerationResult } from '../../contract/generation-result';
import type { PackOffer } from '../../contract/prices';
import { PROVIDER_FAULT } from '../../contract/provider-answer';
import type { WaitRecord } from '../../contract/waiting';

/** Release reasons that Holdfast itself gives. A provider may give any other text. */
export const RELEASE_REASONS = {
  cancelled: 'cancelled',
  orphaned: 'orphaned',
  timedOut: 'timed-out',
  admissionTimedOut: 'ADMISSION_TIMED_OUT',
  waitTimedOut: 'WAIT_TIMED_OUT',
  /** The provider's answers can't be understood. */
  providerFault: PROVIDER_FAULT,
} as const;

/** The result of a request that the ledger has resolved. */
export function resultOfRecord(record: RequestRecord, requestHash: string): GenerationResult {
  const { accountId, requestId, reserved, charged, outputUrl, reason } = record;
  // Recorded histories have records from before requests could wait.
  if (
    record.wait &&
    record.reservedAt === null &&
    reason !== null &&
    reason !== RELEASE_REASONS.cancelled
  ) {
    const why = endOfWait(reason, record.wait);
    return {
      accountId,
      requestId,
      requestHash,
      status: 'rejected',
      reserved,
      charged,
      reason,
      ...why,
    };
  }
  // A commit has a reason only if it charged what a cancelled job had used.
  const isCancelled = reason === RELEASE_REASONS.cancelled;
  const otherwise = record.status === 'committed' ? 'committed' : 'released';
  return {
    accountId,
    requestId,
    requestHash,
    status: isCancelled ? 'cancelled' : otherwise,
    reserved,
    charged,
    ...(outputUrl !== null && { outputUrl }),
    ...(reason !== null && { reason }),
  };
}

/** The result of a request that was refused; `packs` would cover a shortfall. */
export function rejectionOf(
  { accountId, requestId }: GenerationRequest,
  requestHash: string,
  { refusal, packs }: { refusal: Refusal; packs?: PackOffer[] },
): GenerationResult {
  const { code: reason, message, details } = refusal;
  const isFlat = reason === 'INSUFFICIENT_CREDITS' || reason === 'PRICE_CHANGED';
  const figures = isFlat ? details : details && Object.keys(details).length > 0 && { details };
  return {
    accountId,
    requestId,
    requestHash,
    status: 'rejected',
    reserved: 0,
    charged: 0,
    reason,
    message,
    ...figures,
    packs,
  };
}

/** The reason and figures of a request that left the queue without its credits. */
function endOfWait(
  reason: string,
  { required, admitted, until }: WaitRecord,
): Partial<GenerationResult> {
  switch (reason) {
    case 'WAIT_TIMED_OUT':
      return {
        message: `The ${required} credits that it waited for did not come before ${until}.`,
        required,
      };
    case 'PRICE_CHANGED': {
      const message = `The price is ${required} credits now, above the ${admitted} at which it was put into the queue.`;
      return { message, quoted: required, maxCredits: admitted };
    }
    case RELEASE_REASONS.orphaned:
      return { message: 'Its workflow was ended from outside while it waited for credits.' };
    default: {
      const summary = isErrorCode(reason) ? ERROR_CATALOGUE[reason].summary : reason;
      return { message: `It was taken out of the queue: ${summary}` };
    }
  }
}
