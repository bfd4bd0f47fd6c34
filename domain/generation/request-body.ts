import type { GenerationRequest, RequestBody } from '../../contract/generation';
import { hashOf } from '../hash';

/** Leaving audio out and saying false ask for the same thing, and so do no metadata and none. */
export function requestBodyOf(request: GenerationRequest): RequestBody {
  const {
    accountId,
    requestId,
    admitWithinSeconds,
    onInsufficientCredits,
    waitTimeout,
    waitUntil,
    ...said
  } = request;
  const { input, audio, metadata, ...rest } = said;
  return {
    ...withoutAbsent(rest),
    ...(audio && { audio: true }),
    ...(input !== undefined && { inputHash: hashOf(input) }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata }),
  };
}

function withoutAbsent<Members extends object>(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Members;
}

/** Two requests with the same hash are the same request. 64 hexadecimal digits. */
export function requestHashOf(request: GenerationRequest): string {
  return bodyHashOf(request.accountId, request.requestId, requestBodyOf(request));
}

/** The same hash, from what the ledger has kept of the request. */
export function bodyHashOf(accountId: string, requestId: string, body: RequestBody): string {
  return hashOf({ accountId, requestId, ...body });
}
