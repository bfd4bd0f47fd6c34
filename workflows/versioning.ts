import type { VersioningBehavior } from '@temporalio/common';
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';

/**
 * The global by which a worker of a deployment asks workflows to declare how they move between
 * builds. worker/workflow-bundle.ts sets it before the bundle runs: the server refuses every task
 * that declares it on a worker without a deployment.
 */
const { isVersioned = false } = globalThis as { isVersioned?: boolean };

type Workflow = Parameters<typeof setWorkflowOptions>[1];

/**
 * A workflow that may live longer than a day keeps no build alive: at each task it moves to the
 * build that is current then. One that isn't named here ends on the build on which it began.
 */
export function movesBetweenBuilds(workflow: Workflow): void {
  declare(workflow, () => 'AUTO_UPGRADE');
}

/** A workflow that is short in its first run, and long in those that continue it. */
export function movesOnceContinued(workflow: Workflow): void {
  declare(workflow, () => (isContinued() ? 'AUTO_UPGRADE' : 'PINNED'));
}

/** Whether this run continues an earlier one. */
export function isContinued(): boolean {
  return workflowInfo().continuedFromExecutionRunId !== undefined;
}

function declare(workflow: Workflow, behaviour: () => VersioningBehavior): void {
  setWorkflowOptions(() => (isVersioned ? { versioningBehavior: behaviour() } : {}), workflow);
}
