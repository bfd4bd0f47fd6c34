import { existsSync } from 'node:fs';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { buildIdOf } from '../config/build-id';
import type { WorkerConfig } from './worker-config';

/**
 * Which build the process is, as its deployment says or else by its workflows. Undefined for a
 * worker of generations alone that has none.
 */
export function buildOf(
  { deployment }: WorkerConfig,
  workflowBundlePath: string,
): string | undefined {
  if (deployment?.buildId !== undefined) return deployment.buildId;
  return existsSync(workflowBundlePath) ? buildIdOf(workflowBundlePath) : undefined;
}

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
