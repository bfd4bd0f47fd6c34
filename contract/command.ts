/**
 * How long after its start a change of settings, a stop, its end or a grant by workflow may take
 * effect: six times as long as a caller waits for the answer.
 */
export const COMMAND_WITHIN_SECONDS = 60;

/** How long after its start a generation may be admitted, unless the caller says otherwise. */
export const ADMIT_WITHIN_SECONDS = 30;

/** A command that a workflow carries to the ledger. */
export interface Command {
  /** Its start by Temporal's clock, ISO 8601. */
  askedAt: string;
  /** How long ago that was, in milliseconds. It goes on counting while the call waits. */
  ageMs(): number;
}
