import type { Worker } from '@temporalio/worker';
import fastify, { type FastifyInstance } from 'fastify';
import type { WorkerConfig } from './worker-config';

/**
 * Serves `GET /healthz` on the configured port: 200 while every worker of the process runs, 503
 * otherwise, with each worker's status as JSON. Undefined without a port.
 */
export async function startHealthServer(
  config: WorkerConfig,
  workers: Worker[],
): Promise<FastifyInstance | undefined> {
  if (config.healthPort === undefined) return undefined;
  const server = fastify();
  server.get('/healthz', async (_request, reply) => {
    const statuses = workers.map((worker) => ({
      taskQueue: worker.options.taskQueue,
      ...worker.getStatus(),
    }));
    const healthy = statuses.length > 0 && statuses.every(({ runState }) => runState === 'RUNNING');
    return reply.code(healthy ? 200 : 503).send({ healthy, role: config.role, workers: statuses });
  });
  await server.listen({ port: config.healthPort, host: '0.0.0.0' });
  return server;
}
