import type { GenerationResult } from '../client';
import type { ErrorDetails } from '../contract/errors';
import type { RequestRecord } from '../contract/generation';
import { resultOfRecord } from '../domain/generation/generation';
import type { GenerationView } from './schemas/generation';

/** A generation as the ledger has it, in the words of the API. */
export function generationOf(record: RequestRecord, progress: number | null = null): GenerationView {
  const { body: _body, expiresAt: _expiresAt, status, ...said } = record;
  const ended = record.resolvedAt === null ? null : endingOf(resultOfRecord(record, ''));
  return {
    ...said,
    returned: ended ? record.reserved - record.charged : 0,
    progress: status === 'open' ? progress : null,
    ...(ended ?? { status: status === 'waiting' ? ('waiting' as const) : ('running' as const) }),
  };
}

/** One that never came into the ledger: it has just begun, or was rejected. */
export function unreservedOf(
  accountId: string,
  requestId: string,
  ending: Pick<GenerationView, 'status'> & Partial<GenerationView>,
): GenerationView {
  return {
    accountId,
    requestId,
    kind: null,
    seconds: null,
    audio: false,
    catalogVersion: null,
    reserved: 0,
    charged: 0,
    returned: 0,
    progress: null,
    reason: null,
    outputUrl: null,
    reservedAt: null,
    resolvedAt: null,
    wait: null,
    allocations: [],
    metadata: {},
    ...ending,
  };
}

/** How it ended, with the figures of a refusal. */
export function endingOf(result: GenerationResult): Pick<GenerationView, 'status'> & Partial<GenerationView> {
  const { status, reason = null, message } = result;
  return {
    status,
    reason,
    ...(message !== undefined && { message }),
    ...(status === 'rejected' && { refusal: figuresOf(result) }),
  };
}

/** The figures of a refusal, wherever the result keeps them; but not the name of who has stopped an account. */
export function figuresOf(result: GenerationResult): ErrorDetails {
  const { required, available, shortfall, waitedFor, packs, quoted, maxCredits } = result;
  const { by: _by, ...details } = result.details ?? {};
  const own = Object.entries({ required, available, shortfall, waitedFor, packs, quoted, maxCredits });
  return { ...details, ...Object.fromEntries(own.filter(([, figure]) => figure !== undefined)) };
}
