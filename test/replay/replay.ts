import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import type { RecordedHistory } from './histories';

/** Replays histories, and says of each whether it could be. */
export async function replay(
  options: ReplayWorkerOptions,
  histories: RecordedHistory[],
): Promise<{ name: string; error?: Error }[]> {
  const results = [];
  const named = histories.map(({ workflowId, history }) => ({ workflowId, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories(options, named)) {
    results.push({ name: workflowId, error });
  }
  return results;
}
