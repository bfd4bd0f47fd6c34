import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue';

export type { ErrorClass, ErrorCode } from './error-catalogue';

export type ErrorDetails = Record<string, unknown>;

/**
 * A refusal as a value. The ledger and workflows return it; the edges throw it as a {@link
 * HoldfastError}.
 */
export interface Refusal {
  code: ErrorCode;
  message: string;
  details?: ErrorDetails;
}

/** The same in every copy of Holdfast that a process has loaded, a bundled one for example. */
const MARK = Symbol.for('holdfast.error');

/**
 * The error that the client and the command line throw; of any copy, by `instanceof`. `details` carries the figures, e.g.
 * `{required: 40, available: 31}`.
 */
export class HoldfastError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HoldfastError';
    this.code = code;
    this.details = details;
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return ERROR_CATALOGUE[this.code].retryable;
  }

  static of(refusal: Refusal): HoldfastError {
    return new HoldfastError(refusal.code, refusal.message, refusal.details);
  }

  toRefusal(): Refusal {
    return { code: this.code, message: this.message, details: this.details };
  }

  /** `{code, message, …details}`: the published JSON of an error. */
  toJSON(): { code: ErrorCode; message: string } & ErrorDetails {
    return { ...this.details, code: this.code, message: this.message };
  }
}

Object.defineProperty(HoldfastError.prototype, MARK, { value: true });
Object.defineProperty(HoldfastError, Symbol.hasInstance, {
  // Subclasses inherit it, and keep their own identity.
  value(this: unknown, thrown: unknown): boolean {
    if (this !== HoldfastError) return Function.prototype[Symbol.hasInstance].call(this, thrown);
    return typeof thrown === 'object' && thrown !== null && MARK in thrown;
  },
});

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code);
}
