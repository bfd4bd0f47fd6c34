import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HoldfastClient } from '../../client/client';
import { type PartHealth, partHealth } from '../../client/part-health';
import type { RouteContext } from '../route-context';

const part = z
  .string()
  .meta({ description: '`ok`, or the code of what is wrong.', examples: ['ok'] });

const readiness = z
  .object({ ready: z.boolean(), ledger: part, temporal: part })
  .meta({ id: 'Readiness' });

/** The path needs no token, so the ledger and Temporal are asked once in this time at most. */
const REMEMBERED_MS = 1_000;

export function addHealthRoutes(
  app: FastifyInstance,
  { client, ledger }: Pick<RouteContext, 'client' | 'ledger'>,
): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  let last:
    | { atMs: number; parts: Promise<{ ledger: PartHealth; temporal: PartHealth }> }
    | undefined;
  const check = () => {
    if (!last || Date.now() - last.atMs > REMEMBERED_MS)
      last = { atMs: Date.now(), parts: partsOf(client, ledger) };
    return last.parts;
  };

  routes.get(
    '/health/live',
    {
      config: { rateLimit: false },
      schema: {
        operationId: 'getLiveness',
        tags: ['Health'],
        summary: 'Whether the process answers',
        response: { 200: z.object({ live: z.boolean() }) },
      },
    },
    async () => ({ live: true }),
  );

  routes.get(
    '/health/ready',
    {
      config: { rateLimit: false },
      schema: {
        operationId: 'getReadiness',
        tags: ['Health'],
        summary: 'Whether it reaches the ledger and that ledger’s own Temporal',
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const parts = await check();
      const ready = parts.ledger === 'ok' && parts.temporal === 'ok';
      return reply.code(ready ? 200 : 503).send({ ready, ...parts });
    },
  );

  routes.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

async function partsOf(client: HoldfastClient, ledger: RouteContext['ledger']) {
  const [ofLedger, ofTemporal] = await Promise.all([
    partHealth(() => ledger.effectiveCatalog(), 'LEDGER_UNAVAILABLE'),
    partHealth(() => client.operations.checkLedger(), 'TEMPORAL_UNAVAILABLE'),
  ]);
  return { ledger: ofLedger, temporal: ofTemporal };
}
