import type { Worker as Thread } from 'node:worker_threads';
import { Worker } from '@temporalio/worker';

type Creator = Awaited<ReturnType<typeof SharingWorker.createWorkflowCreator>>;
type Bundle = ReturnType<typeof SharingWorker.getOrCreateBundle>;

const bundles = new Map<string, Bundle>();
/** Idle threads, by what they were started with, which is all that they can be used for. */
const idle = new Map<string, Creator[]>();

/**
 * Lends workers the workflow threads of earlier workers. A new thread takes half a second of CPU
 * time, so a worker gets the one that an earlier worker of this test process, with the same bundle
 * and activities, gave back.
 */
class SharingWorker extends Worker {
  static override getOrCreateBundle = Worker.getOrCreateBundle;
  static override createWorkflowCreator = Worker.createWorkflowCreator;

  static install(): void {
    const { getOrCreateBundle, createWorkflowCreator } = SharingWorker;
    Worker.getOrCreateBundle = (options, logger) => {
      const make = () => getOrCreateBundle.call(Worker, options, logger);
      const { workflowBundle } = options;
      if (!workflowBundle || !('codePath' in workflowBundle)) return make();
      // A bundle's file is named after its content.
      const bundle = bundles.get(workflowBundle.codePath) ?? make();
      bundles.set(workflowBundle.codePath, bundle);
      return bundle;
    };
    Worker.createWorkflowCreator = async (bundle, options, logger) => {
      const make = () => createWorkflowCreator.call(Worker, bundle, options, logger);
      if (options.debugMode || !bundles.has(bundle.filename)) return make();
      const { isolateExecutionTimeoutMs, reuseV8Context, activities } = options;
      const key = JSON.stringify([
        bundle.filename,
        isolateExecutionTimeoutMs,
        reuseV8Context,
        ...activities.keys(),
      ]);
      const creator = idle.get(key)?.pop() ?? (await make());
      letProcessEnd(creator);
      return lent(creator, () => idle.set(key, [...(idle.get(key) ?? []), creator]));
    };
  }
}

function lent(creator: Creator, giveBack: () => void): Creator {
  let isGood = true;
  return {
    async createWorkflow(options) {
      try {
        return await creator.createWorkflow(options);
      } catch (error) {
        isGood = false;
        throw error;
      }
    },
    async destroy() {
      if (isGood) giveBack();
      else await creator.destroy();
    },
  };
}

function letProcessEnd(creator: object): void {
  const { workerThreadClients } = creator as { workerThreadClients: { workerThread: Thread }[] };
  for (const { workerThread } of workerThreadClients) workerThread.unref();
}

SharingWorker.install();
