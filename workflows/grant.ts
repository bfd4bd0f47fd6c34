import { ApplicationFailure, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { GrantRequest } from '../domain/grant-parsing';
import { type GrantOutcome, grant } from './activity-proxies';
import { grantWorkflowId } from './messages';

/**
 * Grants credits once per key, for product services that reach Holdfast through Temporal alone. It may run again under
 * its id `grant/{account}/{key}`: the ledger's key makes that safe. Refusals are values.
 */
export async function grantWorkflow(request: GrantRequest): Promise<GrantOutcome & { request: GrantRequest }> {
  const { workflowId } = workflowInfo();
  if (workflowId !== grantWorkflowId(request?.accountId, request?.key)) {
    throw ApplicationFailure.nonRetryable(
      `The workflow id ${workflowId} is not grant/{accountId}/{key} of its input.`,
      'WORKFLOW_ID_MISMATCH',
    );
  }
  const outcome = await grant(request);
  setCurrentDetails(
    outcome.ok
      ? `**Granted.** ${outcome.grant.credits} credits to account ${request.accountId} as grant ${outcome.grant.grantId}.`
      : `**Refused: ${outcome.refusal.code}.** ${outcome.refusal.message}`,
  );
  return { ...outcome, request };
}
