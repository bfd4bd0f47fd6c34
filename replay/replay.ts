import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { parseField } from '../contract/parse';
import {
  type BrokenRun,
  REPLAYED_MAX,
  type ReplayReport,
  RUNNING,
  replayLimit,
} from '../contract/replay';
import { workerDataConverter } from '../worker/data-converter';
import { workflowBundle } from '../worker/workflow-bundle';
import { type FoundRun, RunSource } from './run-source';
import { whyOf } from './why';

export type { BrokenRun, ReplayReport } from '../contract/replay';
export { installQuietRuntime } from './quiet-runtime';

/** Each has a thread of its own, and a history in memory. */
const LANES_MAX = 4;

export interface ReplayOptions {
  /** Temporal's client of the namespace, with the codec of its payloads. */
  client: Client;
  /** Which runs, in Temporal's words for lists; those that are running by default. */
  query?: string;
  /** How many of them at most, 1,000 by default. */
  limit?: number;
  /**
   * The task queue of the workers that the build is for. A run on it whose workflow the build lacks
   * is broken; on another task queue it is left out.
   */
  taskQueue?: string;
  /**
   * The workflows of the build, as your worker has them: `workflowsPath` or `workflowBundle`,
   * `interceptors`, `dataConverter`. By default Holdfast's own.
   */
  worker?: ReplayWorkerOptions;
  /** Is told after each run how many were looked at, of how many if that is known. */
  onProgress?: (looked: number, total: number | null) => void;
  /** Ends it early, with what was found by then. */
  signal?: AbortSignal;
}

/**
 * Replays the histories of a namespace's runs against a build's workflows, and says which of them
 * the build could not continue, and why. Changes nothing.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a query that Temporal refuses, TEMPORAL_UNAVAILABLE
 */
export async function replayHistories(options: ReplayOptions): Promise<ReplayReport> {
  const { client, query = RUNNING, limit: asked = REPLAYED_MAX, taskQueue, signal } = options;
  const limit = parseField(replayLimit, asked, 'limit');
  const worker = options.worker ?? ownWorkflows(client);
  const foreign = new Map<string, number>();
  const isForeign = (run: WorkflowExecutionInfo) => {
    const runs = run.taskQueue === taskQueue ? undefined : foreign.get(run.type);
    if (runs !== undefined) foreign.set(run.type, runs + 1);
    return runs !== undefined;
  };
  const source = new RunSource(client, query, limit, isForeign);
  const matching = await countOf(client, query);
  const total = matching && Math.min(matching, limit);
  const broken: BrokenRun[] = [];
  let replayed = 0;
  const onReplayed = ({ history: _, ...run }: FoundRun, error?: Error) => {
    const why = error && whyOf(error);
    if (!why) replayed += 1;
    else if (why.reason === 'not-in-build' && run.taskQueue !== taskQueue)
      foreign.set(run.workflowType, 1 + (foreign.get(run.workflowType) ?? 0));
    else broken.push(brokenOf(run, why));
    options.onProgress?.(source.looked, total);
  };
  const stop = () => source.stop();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const lanes = Array.from({ length: Math.min(LANES_MAX, availableParallelism(), limit) }, () =>
    replayLane(source, worker, onReplayed).finally(stop),
  );
  const ends = await Promise.allSettled(lanes);
  signal?.removeEventListener('abort', stop);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const { isExhausted, looked, gone } = source;
  const leftOut = [...foreign.values()].reduce((sum, runs) => sum + runs, 0);
  // A signal to the process may end the SDK's workers within a replay.
  const isWhole = isExhausted && replayed + broken.length + gone + leftOut === looked;
  return {
    status: isWhole ? 'done' : 'interrupted',
    ...{ query, matching, looked, replayed, broken, gone },
    foreign: [...foreign].map(([workflowType, runs]) => ({ workflowType, runs })),
  };
}

function brokenOf(
  { workflowId, runId, workflowType }: Omit<FoundRun, 'history'>,
  why: Pick<BrokenRun, 'reason' | 'why'>,
): BrokenRun {
  return { workflowId, runId, workflowType, ...why };
}

/** Replays one run after the other until there is none, by a worker that it makes for the first. */
async function replayLane(
  source: RunSource,
  worker: ReplayWorkerOptions,
  onReplayed: (run: FoundRun, error?: Error) => void,
): Promise<void> {
  let run = await source.next();
  if (!run) return;
  async function* histories() {
    for (; run; run = await source.next()) yield run;
  }
  for await (const { error } of Worker.runReplayHistories(ofOneThread(worker), histories())) {
    if (run) onReplayed(run, error);
  }
}

/**
 * By default the SDK replays on the process's main thread: then nothing is replayed at the same
 * time, and a workflow that never yields hangs the process.
 */
function ofOneThread(worker: ReplayWorkerOptions): ReplayWorkerOptions {
  return { ...worker, ...{ debugMode: false, workflowThreadPoolSize: 1 } };
}

/** Holdfast's workflows as the build's worker runs them, with the codec of the client. */
function ownWorkflows({ options }: Client): ReplayWorkerOptions {
  const { payloadCodecs } = options.loadedDataConverter;
  const hasCodec = payloadCodecs.length > 0;
  // Temporal compares no search attributes, and takes a history of either kind of namespace.
  const others = { isVersioned: false, listsSearchAttributes: false };
  const globals = { encodesFailures: hasCodec, ...others };
  return {
    workflowBundle: workflowBundle(join(__dirname, '..', 'workflow-bundle.js'), globals),
    ...(hasCodec && { dataConverter: workerDataConverter({ payloadCodecs }) }),
  };
}

/** Null if the server can't count. The list says what is wrong with a query. */
async function countOf(client: Client, query: string): Promise<number | null> {
  try {
    return (await client.workflow.count(query)).count;
  } catch {
    return null;
  }
}
