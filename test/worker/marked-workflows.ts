import { patched } from '@temporalio/workflow';
import { movesOnceContinued } from '../../workflows/versioning';
import { generationWorkflow as unmarked } from '../../workflows/workflows';

/** A later build's change: only a build that knows it can continue a generation that has made it. */
export async function generationWorkflow(
  ...args: Parameters<typeof unmarked>
): ReturnType<typeof unmarked> {
  patched('later-build');
  return unmarked(...args);
}

movesOnceContinued(generationWorkflow);

// All others. The one above stands in front of its namesake.
export * from '../../workflows/workflows';
