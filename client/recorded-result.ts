import { holdfastCodecOf } from '../codec/payload-codec';
import { HoldfastError } from '../contract/errors';
import type { GenerationRequest, RequestRecord } from '../contract/generation';
import type { GenerationResult } from '../contract/generation-result';
import { resultOfRecord } from '../domain/generation/generation-result';
import { isBodyOf } from '../domain/generation/keyed-body';
import { bodyHashOf } from '../domain/generation/request-body';
import type { ClientContext } from './client-context';
import { ANY_REQUEST, conflict, incomparable, notFound } from './generation-admission';

/** A request with its hash. */
export interface HashedRequest {
  request: GenerationRequest;
  requestHash: string;
}

/**
 * The result of a request that Temporal can't tell, from the ledger. If it is `asked` for by a
 * request, it is that request's or none.
 *
 * @throws HoldfastError GENERATION_INTERRUPTED, or REQUEST_NOT_FOUND if that is the code of a
 *   request without a record; IDEMPOTENCY_CONFLICT, INPUT_KEY_UNKNOWN
 */
export async function recordedResult(
  { ledger, temporal }: Pick<ClientContext, 'ledger' | 'temporal'>,
  { accountId, requestId }: Pick<GenerationRequest, 'accountId' | 'requestId'>,
  codeIfUnresolved: 'REQUEST_NOT_FOUND' | 'GENERATION_INTERRUPTED',
  asked?: HashedRequest,
): Promise<GenerationResult> {
  const record = ledger ? await ledger.request(accountId, requestId) : null;
  if (record && record.resolvedAt !== null) {
    const codec = holdfastCodecOf(temporal.options.loadedDataConverter.payloadCodecs);
    if (asked && record.body) {
      const isSame = isBodyOf(asked.request, record.body, codec?.inputKeys);
      if (isSame === undefined) throw incomparable(requestId, record.body.inputHashKey);
      if (!isSame) throw conflict(requestId);
    }
    return resultOfRecord(record, hashOfRecord(record, asked));
  }
  if (codeIfUnresolved === 'REQUEST_NOT_FOUND' && record === null)
    throw notFound(accountId, requestId);
  const ended = `The workflow of request ${requestId} was ended from outside`;
  // Without a record there is nothing that reconciliation could settle.
  if (ledger && record === null)
    throw new HoldfastError(
      'GENERATION_INTERRUPTED',
      `${ended} before it had reserved anything. Send the request again, under the same id.`,
      { requestEnded: false },
    );
  throw new HoldfastError(
    'GENERATION_INTERRUPTED',
    `${ended}. Reconciliation settles its reservation; ask again.`,
  );
}

/** Whether a workflow was ended before anything was begun, so that another one may begin it. */
export function isUnbegun(error: unknown): boolean {
  return (
    error instanceof HoldfastError &&
    error.code === 'GENERATION_INTERRUPTED' &&
    error.details.requestEnded === false
  );
}

/** A tombstone has no hash, and a keyed hash of the input doesn't give the request's. */
function hashOfRecord(
  { accountId, requestId, body }: RequestRecord,
  asked?: HashedRequest,
): string {
  if (body === null) return ANY_REQUEST;
  if (asked) return asked.requestHash;
  return body.inputHashKey === undefined ? bodyHashOf(accountId, requestId, body) : ANY_REQUEST;
}
