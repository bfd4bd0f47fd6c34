import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HoldfastClient } from '../../client/client';
import { type ErrorCode, HoldfastError } from '../../contract/errors';
import type { RouteContext } from '../route-context';

type Part = 'ok' | ErrorCode;

const part = z
  .string()
  .meta({ description: '`ok`, or the code of what is wrong.', examples: ['ok'] });

const readiness = z
  .object({ ready: z.boolean(), ledger: part, temporal: part })
  .meta({ id: 'Readiness' });

const TIMEOUT_MS = 3_000;
/** The path needs no token, so the ledger and Temporal are asked once in this time at most. */
const REMEMBERED_MS = 1_000;

export function addHealthRoutes(
  app: FastifyInstance,
  { client, ledger }: Pick<RouteContext, 'client' | 'ledger'>,
): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  let last: { atMs: number; parts: Promise<{ ledger: Part; temporal: Part }> } | undefined;
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
    partOf(() => ledger.effectiveCatalog(), 'LEDGER_UNAVAILABLE'),
    partOf(() => client.operations.checkLedger(), 'TEMPORAL_UNAVAILABLE'),
  ]);
  return { ledger: ofLedger, temporal: ofTemporal };
}

async function partOf(call: () => Promise<unknown>, codeOtherwise: ErrorCode): Promise<Part> {
  const inTime = new AbortController();
  const tooLate = pause(TIMEOUT_MS, codeOtherwise, { signal: inTime.signal }).catch(
    () => codeOtherwise,
  );
  const answer = call().then(
    () => 'ok' as const,
    (error) => (error instanceof HoldfastError ? error.code : codeOtherwise),
  );
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    inTime.abort();
  }
}
