import { workflowInfo } from '@temporalio/workflow';
import type { GrantRequest } from '../../contract/grant';
import { checkWorkflowId } from '../checked-input';
import { showDetails } from '../current-details';
import { grantWorkflowId } from '../messages';
import { recordedProof } from '../proof';
import { type GrantOutcome, grant } from '../proxies/reservation-proxy';

/**
 * Grants credits once per key, for product services that reach Holdfast through Temporal alone.
 * Started as `grant/{account}/{key}`. It may run again under its id: the ledger's key makes that
 * safe. A grant that comes a minute after its start is refused. Refusals are results.
 */
export async function grantWorkflow(
  request: GrantRequest,
  proof?: string,
): Promise<GrantOutcome & { request: GrantRequest }> {
  checkWorkflowId(request, ({ accountId, key }) => grantWorkflowId(accountId, key));
  const outcome = await grant(request, ...recordedProof(proof, workflowInfo().startTime.getTime()));
  showDetails(
    outcome.ok
      ? `**Granted.** ${outcome.grant.credits} credits to account ${request.accountId} as grant ${outcome.grant.grantId}.`
      : `**Refused: ${outcome.refusal.code}.** ${outcome.refusal.message}`,
  );
  return { ...outcome, request };
}
