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
  /** All that it has written so far. */
  written(): string;
}

const MAIN = join(__dirname, '..', '..', 'dist', 'worker', 'main.js');

/**
 * Starts a worker for this file's task queues, and waits until Temporal has seen it poll. `main` is
 * a program that runs one with providers of its own.
 */
export async function startWorkerProcess(
  { config, outputDir, temporal }: Holdfast,
  settings: Record<string, string> = {},
  main = MAIN,
): Promise<WorkerProcess> {
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
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      written += text;
    });
  await eventually(async () => {
    if (child.exitCode !== null)
      throw new Error(`The worker ended with ${child.exitCode}: ${written}`);
    return isPolled(temporal.client, config.generationTaskQueue, 'activity');
  });
  return {
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    terminate: () => end(child, 'SIGTERM'),
    written: () => written,
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
