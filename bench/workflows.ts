import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createHoldfastClient, type HoldfastClient } from '../client/client';
import { createLedger } from '../ledger/ledger';
import type { GenerationProvider } from '../providers/generation-provider';
import { startWorker } from '../worker/worker';
import type { WorkerConfig } from '../worker/worker-config';
import { fund, newId } from './accounts';
import type { bareWorkflow } from './bare-workflow';
import { giveNamespaceBack } from './namespace';
import type { Report, Row } from './report';
import { compare, type Load, percentile, warmUp } from './rounds';
import { onServers } from './servers';

const ROUNDS = 5;
const WARM_UP_PER_CLIENT = 4;
/** Below the worker's default of 20 generations at once, so that nothing waits for a slot. */
const LOADS = [
  { clients: 1, operations: 12 },
  { clients: 16, operations: 96 },
];
const CREDITS = 1_000_000;

/** Its jobs have finished at the first look, so that the time is Holdfast's own. */
const immediateProvider: GenerationProvider = {
  async submit() {},
  async state() {
    return { state: 'succeeded', outputUrl: 'file:///output', durationMs: null };
  },
  async cancel() {},
};

const run = randomBytes(2).toString('hex');

async function generationsBesideBare(
  holdfast: HoldfastClient,
  temporal: Client,
  bareQueue: string,
  accounts: string[],
  size: { clients: number; operations: number },
): Promise<Row> {
  const admissionsMs: number[] = [];
  const generations: Load = {
    ...size,
    async operate(client) {
      const accountId = accounts[client] as string;
      const requestId = newId('request');
      const beganMs = performance.now();
      const { status } = await holdfast.generations.start({
        accountId,
        requestId,
        kind: 'text-to-image',
      });
      admissionsMs.push(performance.now() - beganMs);
      const result = await holdfast.generations.result(accountId, requestId);
      if (result.status !== 'committed')
        throw new Error(`A generation was ${status} and ended ${result.status}.`);
    },
  };
  const bare: Load = {
    ...size,
    operate: () =>
      temporal.workflow.execute<typeof bareWorkflow>('bareWorkflow', {
        taskQueue: bareQueue,
        workflowId: `bench/${run}/${newId('bare')}`,
      }),
  };
  await warmUp(generations, WARM_UP_PER_CLIENT);
  await warmUp(bare, WARM_UP_PER_CLIENT);
  admissionsMs.length = 0;
  const comparison = await compare(generations, bare, ROUNDS);
  const admissionMs = { p50: percentile(admissionsMs, 0.5), p99: percentile(admissionsMs, 0.99) };
  return {
    name: 'generation',
    floorName: 'bare one-activity workflow',
    ...comparison,
    admissionMs,
  };
}

async function measureOn(config: WorkerConfig, log: (line: string) => void): Promise<Row[]> {
  const { taskQueue, temporal: target, databaseUrl } = config;
  const ledger = createLedger({ databaseUrl: databaseUrl ?? '' });
  const connection = await Connection.connect(target.connectionOptions);
  const temporal = new Client({ connection, namespace: target.namespace });
  const holdfast = createHoldfastClient({ temporal, ledger, taskQueue });
  const bare = {
    ...config,
    taskQueue: `${taskQueue}-bare`,
    generationTaskQueue: `${taskQueue}-bare-generation`,
  };
  // Both pairs of workers poll throughout, so that each is measured beside the other's idle polls.
  const workers = [
    await startWorker(config, { generationProvider: immediateProvider }),
    await startBareWorker(bare),
  ];
  try {
    const accounts = Array.from({ length: Math.max(...LOADS.map(({ clients }) => clients)) }, () =>
      newId(`bench-${run}`),
    );
    for (const accountId of accounts) await fund(ledger, accountId, CREDITS);
    const rows: Row[] = [];
    for (const size of LOADS) {
      log(`Generations, ${size.clients === 1 ? 'one client' : `${size.clients} clients`} …`);
      rows.push(await generationsBesideBare(holdfast, temporal, bare.taskQueue, accounts, size));
    }
    return rows;
  } finally {
    await Promise.allSettled(workers.map((worker) => worker.stop()));
    await Promise.allSettled([giveNamespaceBack(config)]);
    await Promise.allSettled([connection.close(), ledger.close()]);
  }
}

/** Runs the benchmarks of the workflows. */
export async function benchWorkflows(log: (line: string) => void): Promise<Report> {
  return onServers(`holdfast-bench-${run}`, log, async (config, { settings }) => ({
    benchmark: 'workflows',
    unit: 'workflows/s',
    rounds: ROUNDS,
    postgres: settings,
    rows: await measureOn(config, log),
  }));
}

/** Starts the floor's workers: two, on two queues, with the settings of Holdfast's workers. */
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
