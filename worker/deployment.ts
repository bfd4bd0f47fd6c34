import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { buildIdOf } from '../config/build-id';
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
