import { type InjectedSinks, Worker } from '@temporalio/worker';
import type { RecordedHistory } from '../histories';
import type { ReportSinks } from './reporting-interceptor';

/** What a replayed workflow did, or why it could not be replayed. */
export interface Replayed {
  name: string;
  /**
   * Each command with all of its values, and the details shown, as they change: in the order in
   * which the workflow gave them.
   */
  commands: unknown[];
  /** Unless the history could be replayed. */
  error?: Error;
}

/** Replays the histories by a bundle that reports, and tells of the branches that were taken. */
export async function replayReporting(
  code: string,
  histories: RecordedHistory[],
  onBranches: (taken: string[]) => void = () => undefined,
): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  let commands: unknown[] = [];
  let shown = '';
  const sinks: InjectedSinks<ReportSinks> = {
    report: {
      commands: {
        fn(_, given, details) {
          commands.push(...given.map((command) => JSON.parse(withoutQueue(command))));
          if (details !== shown) commands.push({ shown: details });
          shown = details;
        },
        callDuringReplay: true,
      },
      branches: { fn: (_, taken) => onBranches(taken), callDuringReplay: true },
    },
  };
  const names = histories.map(({ name }) => name).values();
  const inOrder = histories.map(({ workflowId, history }) => ({ workflowId, history }));
  const options = { workflowBundle: { code }, sinks };
  for await (const { error } of Worker.runReplayHistories(options, inOrder)) {
    replayed.push({ name: names.next().value as string, commands, ...(error && { error }) });
    commands = [];
    shown = '';
  }
  return replayed;
}

/** A replay's task queue has a name of the SDK's. */
function withoutQueue(json: string): string {
  return json.replaceAll(/fake_replay_queue-\d+/g, '<queue>');
}
