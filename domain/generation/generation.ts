import type { RequestRecord } from '../account/ledger-reader';
import { ERROR_CATALOGUE, type ErrorDetails, isErrorCode, type Refusal } from '../errors';
import type { PackOffer } from '../pricing/packs';
import type { Waiting, WaitRecord } from './waiting';

/** The figures of a refusal for want of credits, and what would help. */
export interface Shortfall {
  required: number;
  available: number;
  shortfall: number;
  /** What those who wait in the account's queue need together; they are not overtaken. Absent where nobody waits. */
  waitedFor?: number;
  packs: PackOffer[];
}

/**
 * The end of a generation. Published JSON: the result of `generationWorkflow`.
 *
 * - `committed`: it ran, `charged` was taken (at most `reserved`), and the rest came back.
 * - `released`: it didn't deliver, and everything came back; `reason` says why.
 * - `cancelled`: the caller cancelled it in time; everything came back.
 * - `rejected`: it never ran and nothing was held, also where it waited for credits in vain; `reason` is an error code, or
 *   why it was taken out of the queue. Another attempt takes a new request id.
 */
export interface GenerationResult extends Partial<Shortfall> {
  accountId: string;
  requestId: string;
  /** Which request this answers; see `requestHashOf`. */
  requestHash: string;
  status: 'committed' | 'released' | 'rejected' | 'cancelled';
  reserved: number;
  charged: number;
  outputUrl?: string;
  /** An error code when rejected; else `orphaned`, `timed-out`, `cancelled` or the provider's reason. */
  reason?: string;
  message?: string;
  /** With PRICE_CHANGED: the price, and what the caller allowed, or the price at which it was put into the queue. */
  quoted?: number;
  maxCredits?: number;
  /** The figures of any other refusal, e.g. which limit was reached, or who has stopped admissions and why. */
  details?: ErrorDetails;
  /** An output was made and nobody paid for it, because the reservation was gone when it came. */
  deliveredUnpaid?: true;
}

/** The early answer to the `admission` update, while the generation still runs. */
export interface Admission {
  requestHash: string;
  /**
   * `admitted`: credits are reserved and generation begins. `waiting`: it waits in the account's queue. `ended`: `result`
   * is the final one (rejected now, or known from before). `invalid`: the request makes no sense; the workflow fails with
   * the same code. `conflict`: the caller asked for another request under this id, and learns nothing of this one.
   */
  status: 'admitted' | 'waiting' | 'ended' | 'invalid' | 'conflict';
  reserved: number;
  waiting?: Waiting;
  result?: GenerationResult;
  error?: Refusal;
}

/** Release reasons that Holdfast itself gives; a provider's own may be any other text. */
export const RELEASE_REASONS = {
  cancelled: 'cancelled',
  orphaned: 'orphaned',
  timedOut: 'timed-out',
  admissionTimedOut: 'ADMISSION_TIMED_OUT',
  waitTimedOut: 'WAIT_TIMED_OUT',
} as const;

/** The result of a request that the ledger has resolved. */
export function resultOfRecord(record: RequestRecord, requestHash: string): GenerationResult {
  const { accountId, requestId, reserved, charged, outputUrl, reason } = record;
  // Recorded histories have records from before anybody could wait.
  if (record.wait && record.reservedAt === null && reason !== null && reason !== RELEASE_REASONS.cancelled) {
    const why = whyInVain(reason, record.wait);
    return { accountId, requestId, requestHash, status: 'rejected', reserved, charged, reason, ...why };
  }
  const status =
    record.status === 'committed' ? 'committed' : reason === RELEASE_REASONS.cancelled ? 'cancelled' : 'released';
  return {
    accountId,
    requestId,
    requestHash,
    status,
    reserved,
    charged,
    ...(outputUrl !== null && { outputUrl }),
    ...(reason !== null && { reason }),
  };
}

/** Of a request that was put into the queue and taken out of it without its credits. */
function whyInVain(reason: string, { required, admitted, until }: WaitRecord): Partial<GenerationResult> {
  switch (reason) {
    case 'WAIT_TIMED_OUT':
      return { message: `The ${required} credits that it waited for did not come before ${until}.`, required };
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
