import type { GenerationRequest, RequestBody } from '../../contract/generation';
import { hashOf } from '../hash';

/**
 * The idempotency body of a request (docs/rules.md, Reservations). An absent `audio` equals false,
 * and absent metadata equals empty metadata.
 */
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

/**
 * The hash of a request, 64 hexadecimal digits. Two requests with the same hash are the same
 * request.
 */
export function requestHashOf(request: GenerationRequest): string {
  return bodyHashOf(request.accountId, request.requestId, requestBodyOf(request));
}

/** {@link requestHashOf} from the body that the ledger has kept. */
export function bodyHashOf(accountId: string, requestId: string, body: RequestBody): string {
  return hashOf({ accountId, requestId, ...body });
}
