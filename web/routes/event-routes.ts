import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { principalOf } from '../http/authorisation';
import { accountParams, type RouteContext } from '../route-context';

const STREAM = {
  type: 'text/event-stream',
  description:
    'Server-sent events, each with JSON as its data. `balance`: a Balance. `generations`: an OpenGenerations, all that runs or waits. `generation`: a Generation that has ended. `unavailable`: what came last may be out of date until the next `balance`. `token-expired`: the stream ends; open another with a fresh token.',
};

export function addEventRoutes(app: FastifyInstance, { streams }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/events',
    {
      config: { scope: 'events:read', streams: STREAM },
      schema: {
        operationId: 'streamEvents',
        tags: ['Events'],
        summary: 'Balance and generations as they change',
        description:
          'Begins with how both stand, so that a client that connects again has missed nothing; `Last-Event-ID` changes nothing. The token goes into the header here too, so read the stream with fetch.',
        params: accountParams,
      },
    },
    async (request, reply) => {
      const isHead = request.method === 'HEAD';
      const stream = isHead
        ? undefined
        : await streams.open(request.accountId, principalOf(request));
      reply
        .type('text/event-stream')
        .header('x-accel-buffering', 'no')
        .header('cache-control', 'no-store, no-transform');
      return reply.send(stream);
    },
  );
}
