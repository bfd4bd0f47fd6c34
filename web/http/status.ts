import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import type { ErrorClass, ErrorCode } from '../../contract/errors';

const STATUS_BY_CLASS: Record<ErrorClass, number> = {
  'bad-input': 400,
  refused: 409,
  unavailable: 503,
  internal: 500,
};

/** Codes for which HTTP has a more exact status than their class's. */
const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  INSUFFICIENT_CREDITS: 402,
  ACCOUNT_IN_DEBT: 402,
  FORBIDDEN: 403,
  CROSS_SITE_REQUEST: 403,
  NOT_FOUND: 404,
  REQUEST_NOT_FOUND: 404,
  RESERVATION_NOT_FOUND: 404,
  PURCHASE_NOT_FOUND: 404,
  REFUND_ORDER_NOT_FOUND: 404,
  ACCOUNT_NOT_FOUND: 404,
  NOTICE_NOT_FOUND: 404,
  SUBSCRIPTION_NOT_FOUND: 404,
  BILLING_EVENT_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMED_OUT: 408,
  BODY_TOO_LARGE: 413,
  INPUT_TOO_LARGE: 413,
  URL_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_CONFLICT: 422,
  RATE_LIMITED: 429,
  CANCEL_LIMIT_REACHED: 429,
  TOO_MANY_STREAMS: 429,
  HEADERS_TOO_LARGE: 431,
  // The caller can't help that the server has the wrong login.
  LEDGER_ACCESS_DENIED: 500,
  // The server's set-up is wrong, not the request.
  LEDGER_MISMATCH: 503,
  LEDGER_RESTORED: 503,
  VERSION_TOO_OLD: 503,
  TEMPORAL_IDENTITY_MISMATCH: 503,
  // Another web process of the installation may have what this one lacks.
  OPERATORS_NOT_SERVED: 501,
  // Whether it was done isn't known; a repetition with the same key finds out.
  ADMISSION_UNKNOWN: 504,
};

/** The HTTP status of a code; docs/reference/errors.md lists them. */
export function statusOf(code: ErrorCode): number {
  return STATUS_BY_CODE[code] ?? STATUS_BY_CLASS[ERROR_CATALOGUE[code].class];
}
