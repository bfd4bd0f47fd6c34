import type { Command } from 'commander';
import { z } from 'zod';
import {
  type GenerationResult,
  type GenerationStatus,
  generationWorkflowId,
  type HoldfastClient,
} from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { answered } from '../../../contract/fields';
import { type RequestRecord, requestRecord } from '../../../contract/generation';
import { generationResult } from '../../../contract/generation-result';
import { checkAccountId, checkRequestId } from '../../../contract/ids';
import { refusal } from '../../../contract/outcome';
import type { WaitRecord } from '../../../contract/waiting';
import { RELEASE_REASONS } from '../../../domain/generation/generation-result';
import { kindInWords } from '../../../domain/pricing/unit-price';
import { addCommand, type Run } from '../../command';
import { notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { ageInWords, creditsInWords, table, timeInWords } from '../../words';
import { resultInWords, usedInWords } from './generation-words';

const printed = z.object({
  ...requestRecord.pick({ accountId: true, requestId: true }).shape,
  explanation: z.string(),
  workflow: z.object({
    workflowId: z.string(),
    state: z.string(),
    progress: z.number().nullable(),
    progressAt: answered.instant.nullable(),
    result: generationResult.optional(),
    error: refusal.omit({ details: true }).optional(),
    uiUrl: z.string().optional(),
  }),
  ledger: requestRecord.omit({ accountId: true, requestId: true, body: true }).nullable(),
});

/** How the workflow ended: its result, or the error that it failed with. */
interface Ending {
  result?: GenerationResult;
  error?: Pick<HoldfastError, 'code' | 'message'>;
}

export function addShow(program: Command, run: Run): void {
  addCommand(
    program,
    'show',
    'One generation as the ledger and Temporal know it: where it is and why',
    ['holdfast show acme order-4711', 'holdfast show acme order-4711 --json'],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<request>', 'the request id', checkRequestId)
    .action(
      run(printed, async ({ connections }, account: string, request: string) => {
        connections.ledger();
        const client = await connections.client();
        const status = await client.generations.status(account, request);
        if (status.workflow === 'unknown' && status.record === null) {
          throw new HoldfastError(
            'REQUEST_NOT_FOUND',
            `Neither the ledger nor Temporal knows request ${request} of ${account}.`,
          );
        }
        const ending = await endingOf(client, status);
        const explanation = explain(status, ending);
        const workflowId = generationWorkflowId(account, request);
        const uiUrl = connections.uiUrlOf(workflowId);
        return {
          json: {
            accountId: account,
            requestId: request,
            explanation,
            workflow: {
              workflowId,
              state: status.workflow,
              progress: status.progress,
              progressAt: status.progressAt,
              ...ending,
              uiUrl,
            },
            ledger: status.record,
          },
          text: statusInWords(
            status,
            isWell(status, ending) ? explanation : notOk(explanation),
            uiUrl ?? workflowId,
          ),
        };
      }),
    );
}

async function endingOf(
  { generations }: HoldfastClient,
  status: GenerationStatus,
): Promise<Ending> {
  if (status.workflow !== 'completed' && status.workflow !== 'failed') return {};
  try {
    return { result: await generations.result(status.accountId, status.requestId) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

/** Whether it goes on, or has ended as its caller wanted. */
function isWell({ workflow, record }: GenerationStatus, { result }: Ending): boolean {
  const { status, reason } = record ?? result ?? {};
  if (status === 'committed' || reason === RELEASE_REASONS.cancelled) return true;
  return workflow === 'running' && status !== 'released';
}

/** The request's state and its reason, in one sentence or two. */
function explain(
  { workflow, progress, progressAt, record }: GenerationStatus,
  { result, error }: Ending,
): string {
  if (record === null) {
    if (workflow === 'running')
      return 'The workflow runs and has reserved nothing yet: it is still to be admitted.';
    if (result) return resultInWords(result)[0] ?? '';
    if (error) return `The workflow failed (${error.code}): ${error.message} Nothing was reserved.`;
    return `The workflow has ended (${workflow}) before anything was reserved.`;
  }
  if (record.wait && record.reservedAt === null) return explainWait(record, record.wait, workflow);
  if (record.status === 'open') {
    const held = `${creditsInWords(record.reserved)} are reserved`;
    if (workflow === 'running') {
      const part =
        progress === null ? '' : `, ${Math.round(progress * 100)}% done${ageInWords(progressAt)}`;
      return `It is being generated${part}; ${held} until it ends.`;
    }
    return `${held}, but the workflow is ${workflow}: reconciliation settles it, from ${timeInWords(record.expiresAt)} on.`;
  }
  if (record.status === 'committed' && record.reason === RELEASE_REASONS.cancelled)
    return `It was cancelled: ${usedInWords(record.charged, record.reserved)}.`;
  if (record.status === 'committed') {
    const rest = record.reserved - record.charged;
    const returned = rest > 0 ? ` and ${creditsInWords(rest)} came back` : '';
    return `It was delivered: ${creditsInWords(record.charged)} of ${record.reserved} reserved were charged${returned}.`;
  }
  if (record.body === null)
    return `It was given up (${record.reason}) before anything was reserved.`;
  return `It was released (${record.reason}): nothing was charged, all ${creditsInWords(record.reserved)} came back.`;
}

/** The same for a request that waits for its credits, or waited in vain. */
function explainWait(
  { status, reason, resolvedAt, expiresAt }: RequestRecord,
  wait: WaitRecord,
  workflow: string,
): string {
  const { place, required, since, until } = wait;
  if (status !== 'waiting') {
    const credits = creditsInWords(required);
    return `It waited for ${credits} in vain, from ${timeInWords(since)} to ${timeInWords(resolvedAt)} (${reason}): nothing was charged, nothing was held.`;
  }
  const what = `It waits for ${creditsInWords(required)} since ${timeInWords(since)}, at place ${place} in the queue`;
  if (workflow === 'running') return `${what}, until ${timeInWords(until)}.`;
  return `${what}, but the workflow is ${workflow}: reconciliation takes it out, from ${timeInWords(expiresAt)} on.`;
}

function statusInWords(
  { accountId, requestId, workflow, record }: GenerationStatus,
  explanation: Line,
  where: string,
): Line[] {
  const lines: Line[] = [`Request ${requestId} of account ${accountId}`, explanation, ''];
  lines.push(`Workflow  ${workflow}; in Temporal: ${where}`);
  if (record === null)
    return [...lines, 'Ledger    knows nothing of it: what was never reserved is not stored'];
  lines.push(`Ledger    ${record.status}${record.reason ? ` (${record.reason})` : ''}`);
  if (record.kind !== null)
    lines.push(
      `Asked for ${kindInWords({ ...record, kind: record.kind })}, catalog ${record.catalogVersion}`,
    );
  if (record.wait)
    lines.push(
      `Waited    since ${timeInWords(record.wait.since)}, until ${timeInWords(record.wait.until)} at most`,
    );
  lines.push(
    `Reserved  ${timeInWords(record.reservedAt)}`,
    `Ended     ${timeInWords(record.resolvedAt)}`,
  );
  if (record.outputUrl) lines.push(`Output    ${record.outputUrl}`);
  const pairs = Object.entries(record.metadata).map(([key, value]) => `${key}=${value}`);
  if (pairs.length > 0) lines.push(`Metadata  ${pairs.join(', ')}`);
  if (record.allocations.length > 0) {
    const rows = record.allocations.map(({ grantId, source, credits, charged }) => [
      grantId,
      source,
      credits,
      charged,
    ]);
    lines.push('', ...table(['from grant', 'source', 'reserved', 'charged'], rows));
  }
  return lines;
}
