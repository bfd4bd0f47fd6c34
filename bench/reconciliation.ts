import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { rpc } from 'protobufjs';
import { createHoldfastClient } from '../client/client';
import type { ReconciliationReport } from '../contract/reconciliation';
import { createLedger, type Ledger } from '../ledger/ledger';
import type { GenerationProvider } from '../providers/generation-provider';
import { startWorker } from '../worker/worker';
import type { WorkerConfig } from '../worker/worker-config';
import { generationWorkflowId } from '../workflows/messages';
import { fund } from './accounts';
import type { BenchDatabase } from './database';
import { giveNamespaceBack } from './namespace';
import { machine } from './report';
import { onServers } from './servers';

const ACCOUNTS = 1_000;
/** A hold in twenty is an orphan: just what a pass may release without an operator's word. */
const ORPHAN_OF = 20;
const LANES = 100;
/** Reservations per statement of the ledger's owner. */
const BATCH = 10_000;

export interface ReconciliationBench {
  benchmark: 'reconciliation';
  holds: number;
  startedPerSecond: number;
  passes: Pass[];
}

interface Pass {
  report: ReconciliationReport;
  seconds: number;
  /** Of this process, worker included, while nothing is due, and at most. */
  memoryMb: { before: number; most: number };
  /** Requests of activities and client to Temporal, by name. */
  requests: Record<string, number>;
}

/** It has never heard of any job, so that each orphan is released. */
const forgetfulProvider: GenerationProvider = {
  async submit() {},
  async state() {
    return { state: 'unknown' };
  },
  async cancel() {},
};

const run = randomBytes(2).toString('hex');
const accountOf = (hold: number) => `bench-${run}-${hold % ACCOUNTS}`;

/**
 * A pass over that many due holds, each with a workflow of its own in Temporal that no worker takes.
 * Of one in twenty the workflow was terminated. The holds are reserved by the ledger's own function.
 */
export async function benchReconciliation(
  holds: number,
  log: (line: string) => void,
): Promise<ReconciliationBench> {
  return onServers(`holdfast-bench-${run}`, log, (config, database) =>
    measureOn(config, database, holds, log),
  );
}

async function measureOn(
  config: WorkerConfig,
  database: BenchDatabase,
  holds: number,
  log: (line: string) => void,
): Promise<ReconciliationBench> {
  const ledger = createLedger({ databaseUrl: config.databaseUrl ?? '' });
  const connection = await Connection.connect(config.temporal.connectionOptions);
  const temporal = new Client({ connection, namespace: config.temporal.namespace });
  const { taskQueue } = config;
  const holdfast = createHoldfastClient({ temporal, ledger, taskQueue });
  const worker = await startWorker(config, { generationProvider: forgetfulProvider });
  try {
    log(`Starting ${holds} workflows …`);
    const beganMs = performance.now();
    await startWorkflows(temporal, holds);
    const startedPerSecond = holds / ((performance.now() - beganMs) / 1000);
    log('Reserving …');
    await reserveAll(ledger, database, holds);
    const ended = worker.finished.then(() => Promise.reject(new Error('The worker ended.')));
    ended.catch(() => {});
    const passes: Pass[] = [];
    for (const name of ['all holds are due', 'none is due']) {
      log(`A pass, ${name} …`);
      passes.push(await measured(() => Promise.race([holdfast.reconciliation.run(), ended])));
    }
    return { benchmark: 'reconciliation', holds, startedPerSecond, passes };
  } finally {
    await Promise.allSettled([worker.stop()]);
    await Promise.allSettled([giveNamespaceBack(config)]);
    await Promise.allSettled([connection.close(), ledger.close()]);
  }
}

async function startWorkflows({ workflow }: Client, holds: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let hold = next++; hold < holds; hold = next++) {
      const workflowId = generationWorkflowId(accountOf(hold), `r-${hold}`);
      const handle = await workflow.start('generationWorkflow', {
        ...{ workflowId, taskQueue: `bench-${run}-nobody` },
      });
      if (hold % ORPHAN_OF === 0) await handle.terminate();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function reserveAll(ledger: Ledger, database: BenchDatabase, holds: number): Promise<void> {
  for (let hold = 0; hold < ACCOUNTS; hold += 1) await fund(ledger, accountOf(hold), 1_000_000);
  for (let first = 0; first < holds; first += BATCH)
    await database.execute(`
      SELECT count(holdfast.reserve_credits('bench-${run}-' || (hold % ${ACCOUNTS}), 'r-' || hold,
        '{"kind": "text-to-image"}', 2, 1, 0, NULL, NULL))
      FROM generate_series(${first}, ${Math.min(holds, first + BATCH) - 1}) AS hold`);
}

async function measured(pass: () => Promise<ReconciliationReport>): Promise<Pass> {
  const megabytes = () => Math.round(process.memoryUsage().rss / 1e6);
  const before = megabytes();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, megabytes());
  }, 50);
  const counting = countRequests();
  const beganMs = performance.now();
  const report = await pass();
  const seconds = (performance.now() - beganMs) / 1000;
  clearInterval(watch);
  return { report, seconds, memoryMb: { before, most }, requests: counting.stop() };
}

/** Counts what this process asks of Temporal, but for the polls and answers of its workers. */
function countRequests(): { stop(): Record<string, number> } {
  const service = rpc.Service.prototype;
  const rpcCall = service.rpcCall as (this: object, ...call: unknown[]) => never;
  const counts: Record<string, number> = {};
  service.rpcCall = function counted(method, ...rest) {
    counts[method.name] = (counts[method.name] ?? 0) + 1;
    return rpcCall.call(this, method, ...rest);
  };
  return {
    stop() {
      service.rpcCall = rpcCall as typeof service.rpcCall;
      return counts;
    },
  };
}

export function reconciliationTableOf({
  holds,
  startedPerSecond,
  passes,
}: ReconciliationBench): string {
  const { cores, node } = machine();
  return [
    '## reconciliation',
    '',
    `${holds} holds (${Math.round(startedPerSecond)} workflows started per second); ${cores} cores, Node ${node}.`,
    '',
    '| extended | released | left | seconds | memory before, most | requests to Temporal |',
    '| --- | --- | --- | --- | --- | --- |',
    ...passes.map(({ report, seconds, memoryMb, requests }) => {
      const asked = Object.entries(requests).map(([name, count]) => `${name} ${count}`);
      return `| ${report.extended} | ${report.released} | ${report.unsettled} | ${seconds.toFixed(1)} | ${memoryMb.before}, ${memoryMb.most} MB | ${asked.join(', ')} |`;
    }),
  ].join('\n');
}
