import type { GenerationRequest } from '../../../contract/generation';
import { withoutInput } from '../../../domain/generation/request-body';
import { generationWorkflowId } from '../../../workflows/messages';
import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, recordedAs } from './scenario';

const INPUT = { script: 'Hello' };

/** Generations that are started without their input. */
export const LATE_INPUT_SCENARIOS = recordedAs('v2', [
  {
    name: 'generation.refused-without-input',
    run: (holdfast) => runWithoutInput(holdfast, 'refused-without-input', { seconds: 86_400 }),
  },
  {
    name: 'generation.input-never-sent',
    run: (holdfast) => runWithoutInput(holdfast, 'input-never-sent', { admitWithinSeconds: 1 }),
  },
  { name: 'generation.input-sent-late', version: 'v3', run: sendInputLate },
]);

function startWithoutInput(
  { temporal, config }: Holdfast,
  requestId: string,
  asked: Partial<GenerationRequest> = {},
) {
  const request = { accountId: ACCOUNT, requestId, kind: 'ai-avatar', seconds: 10, input: INPUT };
  return temporal.client.workflow.start('generationWorkflow', {
    workflowId: generationWorkflowId(ACCOUNT, requestId),
    taskQueue: config.taskQueue,
    args: [withoutInput({ ...request, ...asked })],
  });
}

async function runWithoutInput(
  holdfast: Holdfast,
  requestId: string,
  asked: Partial<GenerationRequest>,
): Promise<string> {
  await holdfast.startWorker();
  const handle = await startWithoutInput(holdfast, requestId, asked);
  await handle.result();
  return handle.workflowId;
}

async function sendInputLate(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const handle = await startWithoutInput(holdfast, 'input-sent-late');
  await handle.executeUpdate('input', { args: [INPUT] });
  await handle.result();
  return handle.workflowId;
}
