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

/**
 * Who judges whether a generation or a purchase comes too late: the ledger alone, by its own clock.
 * Published JSON: the second argument of `generationWorkflow` and `purchaseWorkflow`. Without it, as
 * version 0.1 and bare clients start them, the workflow closes what is late by its own time as well.
 * That isn't the same in every replay: after a lost worker another task may count as the first.
 */
export interface Lateness {
  judgedBy: 'ledger';
}

export const LEDGER_JUDGES: Lateness = { judgedBy: 'ledger' };
