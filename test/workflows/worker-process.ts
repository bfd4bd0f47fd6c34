import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { type Holdfast, isPolled } from './harness';

/** The built worker, in a process of its own that can be killed. */
export interface WorkerProcess {
  /** Sends SIGKILL: no code of the worker runs any more. */
  kill(): Promise<void>;
  /** Sends SIGTERM, and returns the exit code. */
  terminate(): Promise<number | null>;
}

/** Starts a worker for this file's task queues, and waits until Temporal has seen it poll. */
export async function startWorkerProcess(
  { config, outputDir, temporal }: Holdfast,
  settings: Record<string, string> = {},
): Promise<WorkerProcess> {
  const main = join(__dirname, '..', '..', 'dist', 'worker', 'main.js');
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: config.databaseUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      HOLDFAST_TASK_QUEUE: config.taskQueue,
      HOLDFAST_OUTPUT_DIR: outputDir,
      HOLDFAST_LOG_LEVEL: 'error',
      HOLDFAST_GENERATION: 'stub',
      HOLDFAST_HEARTBEAT_MS: '500',
      HOLDFAST_GRANT_CREDITS_MAX: '1000',
      HOLDFAST_GRANT_CREDITS_PER_DAY: '100000',
      HOLDFAST_SHUTDOWN_GRACE_SECONDS: '1',
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr?.on('data', (text) => {
    complaints += text;
  });
  await eventually(async () => {
    if (child.exitCode !== null)
      throw new Error(`The worker ended with ${child.exitCode}: ${complaints}`);
    return isPolled(temporal.client, config.generationTaskQueue, 'activity');
  });
  return {
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    terminate: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}
