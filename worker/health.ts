import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import fastify, { type FastifyInstance } from 'fastify';
import type { ProviderCalls } from '../activities/support/provider-calls';
import { type PartHealth, partHealth } from '../client/part-health';
import type { Ledger } from '../ledger/ledger';
import type { WorkerConfig } from './worker-config';

const REFUSES =
  'A provider has left calls without an answer, and this process makes few further ones of that kind: see whether the provider is up. They begin again by themselves. docs/how-to/runbook.md has more.';
const LOST =
  'Calls of a provider have not returned for ten minutes, and no further one of that kind is made: end this process, and let another one take its place.';

/** What a worker process needs; `ledger` only where its role has one. */
export interface Reached {
  temporal: PartHealth;
  ledger?: PartHealth;
}

/**
 * Serves `GET /healthz` on the configured port: 200 while every worker of the process runs and none
 * is lost to a provider that doesn't answer, 503 otherwise; with each worker's status and the
 * abandoned calls as JSON. And `GET /readyz`: 200 while they run and reach Temporal and the ledger.
 * Undefined without a port.
 */
export async function startHealthServer(
  config: WorkerConfig,
  workers: Worker[],
  providers: ProviderCalls[],
  reached: () => Promise<Reached>,
): Promise<FastifyInstance | undefined> {
  if (config.healthPort === undefined) return undefined;
  const server = fastify();
  server.get('/healthz', async (_request, reply) => {
    const statuses = workers.map((worker) => ({
      taskQueue: worker.options.taskQueue,
      ...worker.getStatus(),
    }));
    const abandonedCalls = providers.flatMap((calls) => calls.abandoned());
    const isLost = abandonedCalls.some(({ lost }) => lost);
    const healthy = areRunning(workers) && !isLost;
    return reply.code(healthy ? 200 : 503).send({
      ...{ healthy, role: config.role, workers: statuses, abandonedCalls },
      ...(abandonedCalls.some(({ refuses }) => refuses) && { toDo: isLost ? LOST : REFUSES }),
    });
  });
  server.get('/readyz', async (_request, reply) => {
    const parts = areRunning(workers) ? await reached() : undefined;
    const ready = parts !== undefined && Object.values(parts).every((part) => part === 'ok');
    return reply.code(ready ? 200 : 503).send({ ready, ...parts });
  });
  await server.listen({ port: config.healthPort, host: '0.0.0.0' });
  return server;
}

function areRunning(workers: Worker[]): boolean {
  return workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING');
}

/** Asks Temporal for the namespace, and the ledger for its catalog. */
export async function reach(temporal: Client, ledger: Ledger | undefined): Promise<Reached> {
  const { connection, options } = temporal;
  const describe = () =>
    connection.workflowService.describeNamespace({ namespace: options.namespace });
  const [ofTemporal, ofLedger] = await Promise.all([
    partHealth(describe, 'TEMPORAL_UNAVAILABLE'),
    ledger && partHealth(() => ledger.effectiveCatalog(), 'LEDGER_UNAVAILABLE'),
  ]);
  return { temporal: ofTemporal, ...(ofLedger && { ledger: ofLedger }) };
}
