import type { GenerationRequest, RequestBody, StartedRequest } from '../../contract/generation';
import { hashOf } from '../hash';
import { askedOf, dimensionsOf } from '../pricing/unit-price';

/**
 * The idempotency body of a request (docs/rules.md, Reservations). An absent dimension of the price
 * equals its default, and absent metadata equals empty metadata.
 */
export function requestBodyOf(request: StartedRequest): RequestBody {
  const {
    accountId,
    requestId,
    admitWithinSeconds,
    onInsufficientCredits,
    waitTimeout,
    waitUntil,
    ...said
  } = request;
  const { input, inputHash: startedWith, metadata, ...rest } = said;
  const inputHash = input === undefined ? startedWith : hashOf(input);
  return {
    ...withoutDefaults(rest),
    ...(inputHash !== undefined && { inputHash }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** The defaults that a request may say. */
const DEFAULTS: Readonly<Record<string, unknown>> = askedOf(dimensionsOf({}));

function withoutDefaults<Members extends object>(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).filter(
      ([name, value]) => value !== undefined && value !== DEFAULTS[name],
    ),
  ) as Members;
}

/**
 * The hash of a request, 64 hexadecimal digits. Two requests with the same hash are the same
 * request.
 */
export function requestHashOf(request: StartedRequest): string {
  return bodyHashOf(request.accountId, request.requestId, requestBodyOf(request));
}

/** Whether the request was started without its input. */
export function lacksInput({ input, inputHash }: StartedRequest): boolean {
  return input === undefined && inputHash !== undefined;
}

/** The request as it is started without its input. */
export function withoutInput({ input, ...rest }: GenerationRequest): StartedRequest {
  return input === undefined ? rest : { ...rest, inputHash: hashOf(input) };
}

/** {@link requestHashOf} from the body that the ledger has kept. */
export function bodyHashOf(accountId: string, requestId: string, body: RequestBody): string {
  return hashOf({ accountId, requestId, ...body });
}
