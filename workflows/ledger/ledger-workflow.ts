import { condition, continueAsNew, setHandler } from '@temporalio/workflow';
import type { LedgerRecord } from '../../contract/ledger-identity';
import { checkWorkflowId } from '../checked-input';
import { LEDGER_WORKFLOW_ID, watermarkSignal } from '../messages';
import { isRunLong } from '../run-length';
import { movesBetweenBuilds } from '../versioning';

/** Fifty marks or so: a worker tells one a minute at most. */
const EVENTS_MAX = 200;

/**
 * Says which ledger the namespace belongs to, for as long as it is open; its memo has the same as
 * its input. Its history keeps how far the ledger has come, so it needs no worker to be read.
 * Terminating it gives the namespace to the ledger whose process starts next.
 */
export async function ledgerWorkflow(input: LedgerRecord): Promise<void> {
  checkWorkflowId(input, () => LEDGER_WORKFLOW_ID);
  setHandler(watermarkSignal, () => {});
  await condition(() => isRunLong(EVENTS_MAX));
  await continueAsNew<typeof ledgerWorkflow>(input);
}

movesBetweenBuilds(ledgerWorkflow);
