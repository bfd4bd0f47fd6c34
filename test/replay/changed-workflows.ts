import { sleep } from '@temporalio/workflow';
import { generationWorkflow as unchanged } from '../../workflows/workflows';

/** A deliberate break: a timer that the recorded histories don't have. Replay must notice it. */
export async function generationWorkflow(
  ...args: Parameters<typeof unchanged>
): ReturnType<typeof unchanged> {
  await sleep('1s');
  return unchanged(...args);
}

// All others. The one above stands in front of its namesake.
export * from '../../workflows/workflows';
