import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import type { WorkerConfig } from './worker-config';

/**
 * By which deployment and build the workers of a process poll; undefined for a process without a
 * deployment. Its workflows end on their build unless they declare otherwise
 * (workflows/versioning.ts).
 */
export function deploymentOptions(
  { deployment }: WorkerConfig,
  workflowBundlePath: string,
): WorkerDeploymentOptions | undefined {
  if (deployment === undefined) return undefined;
  const { name: deploymentName, buildId = buildIdOf(workflowBundlePath) } = deployment;
  return {
    version: { deploymentName, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  };
}

/** The same for every process of a build, and another one as soon as its workflows are others. */
function buildIdOf(workflowBundlePath: string): string {
  const hash = createHash('sha256').update(readFileSync(workflowBundlePath)).digest('hex');
  return `workflows-${hash.slice(0, 12)}`;
}
