import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import { generationTaskQueue } from '../workflows/messages';

/** The floor of durable execution: a workflow that runs one activity on the generation queue. */
export async function bareWorkflow(): Promise<string> {
  const taskQueue = generationTaskQueue(workflowInfo().taskQueue);
  const { bareActivity } = proxyActivities<{ bareActivity(): Promise<string> }>({
    taskQueue,
    startToCloseTimeout: '1m',
  });
  return bareActivity();
}
