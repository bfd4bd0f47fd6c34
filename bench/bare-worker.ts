import { NativeConnection, Worker } from '@temporalio/worker';
import type { WorkerConfig } from '../worker/worker-config';

/** The floor's workers: two, on two queues and with the same settings, as Holdfast has them. */
export async function startBareWorker(config: WorkerConfig): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect(config.temporal.connectionOptions);
  const common = { connection, namespace: config.temporal.namespace ?? 'default' };
  const workers = [
    await Worker.create({
      ...common,
      taskQueue: config.taskQueue,
      workflowsPath: require.resolve('./bare-workflow'),
      activities: {},
    }),
    await Worker.create({
      ...common,
      taskQueue: config.generationTaskQueue,
      activities: { bareActivity: async () => 'file:///output' },
      maxConcurrentActivityTaskExecutions: config.maxConcurrentGenerations,
    }),
  ];
  const runs = Promise.all(workers.map((worker) => worker.run()));
  return {
    async stop() {
      for (const worker of workers) worker.shutdown();
      await runs;
      await connection.close();
    },
  };
}
