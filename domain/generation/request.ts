import { hashOf } from '../hash';
import type { JsonValue } from '../json';
import { DEFAULT_WAIT_TIMEOUT, type WaitLimit } from './waiting';

/** What a caller asks for. Published JSON: the first argument of `generationWorkflow`. */
export interface GenerationRequest {
  accountId: string;
  /** The idempotency key: unique within the account, for ever. */
  requestId: string;
  kind: string;
  /** Only for kinds priced by time; three decimals at most. */
  seconds?: number;
  audio?: boolean;
  /** Opaque to Holdfast (prompt, script, image reference); 64 KB of JSON at most. */
  input?: JsonValue;
  /** Shown in the account's history; at most 20 pairs. */
  metadata?: Record<string, string>;
  /** A higher price is refused as PRICE_CHANGED. */
  maxCredits?: number;
  /** How long after its start the generation may still be admitted, in seconds; 30 by default. Not part of the idempotency body. */
  admitWithinSeconds?: number;
  /** Without enough credits: `reject` (the default), or `wait` in the account's queue. Not part of the idempotency body. */
  onInsufficientCredits?: 'reject' | 'wait';
  /** Only with `wait`: for how long at most, as an ISO 8601 duration; `P1D` by default. Not part of the idempotency body. */
  waitTimeout?: string;
  /** Only with `wait`, instead of `waitTimeout`: until when, as an ISO 8601 instant. Not part of the idempotency body. */
  waitUntil?: string;
}

/** The idempotency body: only what the caller said about the generation itself; `input` by its hash, which keeps it small. */
export interface RequestBody {
  kind: string;
  seconds?: number;
  audio?: boolean;
  inputHash?: string;
  metadata?: Record<string, string>;
  maxCredits?: number;
}

export function requestBodyOf(request: GenerationRequest): RequestBody {
  return {
    kind: request.kind,
    ...(request.seconds !== undefined && { seconds: request.seconds }),
    // Leaving audio out and saying false ask for the same thing.
    ...(request.audio && { audio: true }),
    ...(request.input !== undefined && { inputHash: hashOf(request.input) }),
    ...(request.metadata && Object.keys(request.metadata).length > 0 && { metadata: request.metadata }),
    ...(request.maxCredits !== undefined && { maxCredits: request.maxCredits }),
  };
}

/** Two requests with the same hash are the same request. 64 hexadecimal digits. */
export function requestHashOf(request: GenerationRequest): string {
  return bodyHashOf(request.accountId, request.requestId, requestBodyOf(request));
}

/** The same hash, from what the ledger has kept of the request. */
export function bodyHashOf(accountId: string, requestId: string, body: RequestBody): string {
  return hashOf({ accountId, requestId, ...body });
}

/** How long it may wait for credits; null where it doesn't want to. */
export function waitLimitOf(request: GenerationRequest): WaitLimit | null {
  const { onInsufficientCredits, waitTimeout: timeout = DEFAULT_WAIT_TIMEOUT, waitUntil: until } = request;
  if (onInsufficientCredits !== 'wait') return null;
  return until === undefined ? { timeout } : { until };
}
