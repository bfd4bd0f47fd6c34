import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import { HoldfastError } from '../contract/errors';
import type { GenerationRequest } from '../contract/generation';
import type { Admission, GenerationResult } from '../contract/generation-result';
import type { Waiting } from '../contract/waiting';
import { rejectionOf } from '../domain/generation/generation-result';
import type { EarlyRefusal } from './admission-outlook';

/** The hash of a tombstone in the ledger, which answers every request under its id. */
export const ANY_REQUEST = '';

/**
 * The answer to a start: `admitted` while the generation runs, with the credits `reserved`;
 * `waiting` while it waits for credits, with its place and the packs that would cover it; `ended`
 * with its result.
 */
export interface GenerationAdmission {
  accountId: string;
  requestId: string;
  status: 'admitted' | 'waiting' | 'ended';
  reserved: number;
  waiting?: Waiting;
  result?: GenerationResult;
}

/**
 * The caller's answer to the admission that a workflow gave to a request.
 *
 * @throws HoldfastError IDEMPOTENCY_CONFLICT, INPUT_KEY_UNKNOWN, or the code of the bad input
 */
export function admissionOf(
  admission: Admission,
  request: GenerationRequest,
  requestHash: string,
): GenerationAdmission {
  const { accountId, requestId } = request;
  const { status, reserved, waiting, result, error } = admission;
  const isOther = admission.requestHash !== ANY_REQUEST && admission.requestHash !== requestHash;
  if (isOther || status === 'conflict' || result?.reason === 'IDEMPOTENCY_CONFLICT') {
    throw conflict(requestId);
  }
  if (result?.reason === 'INPUT_KEY_UNKNOWN')
    throw new HoldfastError(result.reason, result.message ?? '', result.details);
  if (status === 'invalid' && error) throw HoldfastError.of(error);
  if (status === 'admitted') return { accountId, requestId, status, reserved };
  if (status === 'waiting') return { accountId, requestId, status, reserved, waiting };
  return { accountId, requestId, status: 'ended', reserved, result };
}

const NOT_ENDED = 'Nothing was begun under this request id; the same id may be used again.';

/** The answer to a request that was refused without a workflow: it says that its id goes on. */
export function unstartedAdmission(
  request: GenerationRequest,
  requestHash: string,
  { refusal, packs }: EarlyRefusal,
): Admission {
  const said = { ...refusal, message: `${refusal.message} ${NOT_ENDED}` };
  if (ERROR_CATALOGUE[refusal.code].class === 'bad-input') {
    const error = { ...said, details: { ...refusal.details, requestEnded: false } };
    return { requestHash, status: 'invalid', reserved: 0, error };
  }
  const rejection = rejectionOf(request, requestHash, { refusal: said, packs });
  const result = { ...rejection, requestEnded: false as const };
  return { requestHash, status: 'ended', reserved: 0, result };
}

/** The id was used before for another request. */
export function conflict(requestId: string): HoldfastError {
  const message = `Request id ${requestId} was used before for another request; a new request takes a new id.`;
  return new HoldfastError('IDEMPOTENCY_CONFLICT', message, { requestId });
}

/** The ledger keeps the request's input by a key that isn't here. */
export function incomparable(requestId: string, inputHashKey?: string): HoldfastError {
  return new HoldfastError(
    'INPUT_KEY_UNKNOWN',
    `Request id ${requestId} was used before, and its input can’t be compared: this client doesn’t have the codec’s key ${inputHashKey}.`,
    { requestId, inputHashKey },
  );
}

/** Whether a workflow was refused because its id stands for an earlier request. */
export function isRefusedForId({ reason }: GenerationResult): boolean {
  return reason === 'IDEMPOTENCY_CONFLICT' || reason === 'INPUT_KEY_UNKNOWN';
}

/** Neither Temporal nor the ledger has the request. */
export function notFound(accountId: string, requestId: string): HoldfastError {
  return new HoldfastError(
    'REQUEST_NOT_FOUND',
    `Account ${accountId} has no request ${requestId} that is still known.`,
  );
}
