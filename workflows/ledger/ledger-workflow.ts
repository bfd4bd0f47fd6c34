import { condition } from '@temporalio/workflow';
import type { LedgerRecord } from '../../contract/ledger-identity';
import { checkWorkflowId } from '../checked-input';
import { LEDGER_WORKFLOW_ID } from '../messages';
import { movesBetweenBuilds } from '../versioning';

/**
 * Says which ledger the namespace belongs to, for as long as it is open; its memo has the same as
 * its input. It does nothing, so it needs no worker to be read. Terminating it gives the namespace
 * to the ledger whose process starts next.
 */
export async function ledgerWorkflow(input: LedgerRecord): Promise<void> {
  checkWorkflowId(input, () => LEDGER_WORKFLOW_ID);
  await condition(() => false);
}

movesBetweenBuilds(ledgerWorkflow);
