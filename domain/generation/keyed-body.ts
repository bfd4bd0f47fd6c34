import type { GenerationRequest, RequestBody } from '../../contract/generation';
import type { InputKeys } from '../../contract/input-keys';
import { canonicalJson } from '../../contract/json';
import { hashOf } from '../hash';
import { requestBodyOf } from './request-body';

type Ids = Pick<GenerationRequest, 'accountId' | 'requestId'>;

/**
 * The body as it is kept by a key: with its input's hash as an HMAC, which is the request's own, so
 * that two requests with one input don't show it. `keyId` null: as it is kept without a key. A body
 * without input is the same by any key. Undefined if the key isn't here.
 */
export function bodyByKey(
  { accountId, requestId }: Ids,
  body: RequestBody,
  keys: InputKeys | undefined,
  keyId: string | null,
): RequestBody | undefined {
  if (body.inputHash === undefined || keyId === null) return body;
  const inputHash = keys?.hash(canonicalJson([accountId, requestId, body.inputHash]), keyId);
  return inputHash === undefined ? undefined : { ...body, inputHash, inputHashKey: keyId };
}

/** Whether the body that the ledger has kept is the request's; undefined if its key isn't here. */
export function isBodyOf(
  request: GenerationRequest,
  kept: RequestBody,
  keys: InputKeys | undefined,
): boolean | undefined {
  const body = bodyByKey(request, requestBodyOf(request), keys, kept.inputHashKey ?? null);
  return body && hashOf(body) === hashOf(kept);
}
