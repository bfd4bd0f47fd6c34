/** What the page must be able to say about a call that didn't do what it should. */
export type ProblemKind =
  /** No answer came: whether anything was done isn't known. */
  | 'offline'
  /** The token is no longer good, or never was. */
  | 'expired'
  /** The server said no, with a code. */
  | 'refused'
  /** The server, or what stands before it, has failed. */
  | 'failed';

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** Of the error catalogue; null where no problem document came. */
  readonly code: string | null;
  /** By this number the server's log has the request. */
  readonly instance: string | null;
  readonly figures: Record<string, unknown>;

  constructor(kind: ProblemKind, message: string, document: Record<string, unknown> = {}) {
    super(message);
    this.kind = kind;
    this.code = typeof document.code === 'string' ? document.code : null;
    this.instance = typeof document.instance === 'string' ? document.instance : null;
    this.figures = document;
  }
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('failed', String(error));
}
