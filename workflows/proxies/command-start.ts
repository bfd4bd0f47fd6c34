import { workflowInfo } from '@temporalio/workflow';
import type { CommandStart } from '../../activities/support/temporal-time';

/** When this workflow was started, by Temporal's clock. A reset doesn't change it. */
export function commandStart(): CommandStart {
  return { askedAt: workflowInfo().startTime.toISOString() };
}
