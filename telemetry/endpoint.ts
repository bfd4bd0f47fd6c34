import fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from './metrics';

export interface MetricsAddress {
  host: string;
  port: number;
}

/**
 * Serves `GET /metrics` in Prometheus' text format: the metrics, and behind them what `readMore`
 * has. Closing it closes the metrics.
 */
export async function startMetricsEndpoint(
  { host, port }: MetricsAddress,
  metrics: Metrics,
  readMore: () => Promise<string> = async () => '',
): Promise<FastifyInstance> {
  const server = fastify();
  server.addHook('onClose', () => metrics.close());
  server.get('/metrics', async (_request, reply) => {
    const [own, more] = await Promise.all([metrics.read(), readMore()]);
    return reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send(`${own.trimEnd()}\n${more}`);
  });
  await server.listen({ host, port });
  return server;
}
