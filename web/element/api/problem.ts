/** The kinds of failed calls that the page shows differently. */
export type ProblemKind =
  /** No answer came, so that it isn't known whether the call had an effect. */
  | 'offline'
  /** The token is invalid or has expired. */
  | 'expired'
  /** The server refused, with a code. */
  | 'refused'
  /** The server, or a proxy before it, failed. */
  | 'failed';

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** The code of the error catalogue; null if the answer was no problem document. */
  readonly code: string | null;
  /** The number of the request in the server's log. */
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
