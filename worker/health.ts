import type { Worker } from '@temporalio/worker';
import fastify, { type FastifyInstance } from 'fastify';
import type { ProviderCalls } from '../activities/support/provider-calls';
import type { WorkerConfig } from './worker-config';

const REFUSES =
  'A provider has left calls without an answer, and this process makes few further ones of that kind: see whether the provider is up. They begin again by themselves. docs/how-to/runbook.md has more.';
const LOST =
  'Calls of a provider have not returned for ten minutes, and no further one of that kind is made: end this process, and let another one take its place.';

/**
 * Serves `GET /healthz` on the configured port: 200 while every worker of the process runs and none
 * is lost to a provider that doesn't answer, 503 otherwise; with each worker's status and the
 * abandoned calls as JSON. Undefined without a port.
 */
export async function startHealthServer(
  config: WorkerConfig,
  workers: Worker[],
  providers: ProviderCalls[],
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
    const healthy =
      statuses.length > 0 && statuses.every(({ runState }) => runState === 'RUNNING') && !isLost;
    return reply.code(healthy ? 200 : 503).send({
      ...{ healthy, role: config.role, workers: statuses, abandonedCalls },
      ...(abandonedCalls.some(({ refuses }) => refuses) && { toDo: isLost ? LOST : REFUSES }),
    });
  });
  await server.listen({ port: config.healthPort, host: '0.0.0.0' });
  return server;
}
