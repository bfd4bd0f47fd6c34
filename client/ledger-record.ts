import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { HoldfastError } from '../contract/errors';
import { LEDGER_WORKFLOW_ID } from '../workflows/messages';
import { ledgerStart } from '../workflows/start-options';
import type { ledgerWorkflow } from '../workflows/workflows';
import { inClear } from './in-clear';

/** Stands for the id of a record that has none, which was not made by Holdfast. */
const UNKNOWN = 'unknown';

/**
 * The id of the ledger that the client's namespace records; null if it records none. Needs the
 * namespace's permissions alone, and no worker. Throws Temporal's own errors.
 */
export async function recordedLedger(temporal: Client): Promise<string | null> {
  try {
    const { status, memo } = await recordOf(temporal).describe();
    if (status.name !== 'RUNNING' && status.name !== 'PAUSED') return null;
    return typeof memo?.ledgerId === 'string' ? memo.ledgerId : UNKNOWN;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * Records the ledger in the client's namespace, unless one is recorded there. Answers with the
 * recorded one: of several at once the first, as Temporal decides. Throws Temporal's own errors.
 *
 * @throws HoldfastError TEMPORAL_UNAVAILABLE if the record is ended at that very moment
 */
export async function recordLedger(
  temporal: Client,
  ledgerId: string,
  taskQueue: string,
): Promise<string> {
  const before = await recordedLedger(temporal);
  if (before !== null) return before;
  await inClear(temporal).workflow.start<typeof ledgerWorkflow>(
    'ledgerWorkflow',
    ledgerStart(ledgerId, taskQueue),
  );
  const recorded = await recordedLedger(temporal);
  if (recorded !== null) return recorded;
  throw new HoldfastError(
    'TEMPORAL_UNAVAILABLE',
    `The workflow ${LEDGER_WORKFLOW_ID}, which records the namespace's ledger, does not stay open.`,
  );
}

/** Gives the namespace back, for a ledger that is thrown away. */
export async function forgetLedger(temporal: Client): Promise<void> {
  try {
    await recordOf(temporal).terminate('Its ledger was thrown away.');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

function recordOf(temporal: Client) {
  return inClear(temporal).workflow.getHandle<typeof ledgerWorkflow>(LEDGER_WORKFLOW_ID);
}
