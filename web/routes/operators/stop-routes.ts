import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { admitBody, admitted, stop, stopBody } from '../../../contract/settings';
import { callerOf } from '../../http/caller';
import { idempotencyHeaders, type RouteContext } from '../../route-context';

const common = { tags: ['Operators'], headers: idempotencyHeaders };
const config = { scope: 'stops:write' } as const;

export function addStopRoutes(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post(
    '/stops',
    {
      config,
      schema: {
        ...common,
        operationId: 'stopAdmissions',
        summary: 'Admit no more generations of an account, a kind, or all; what runs goes on',
        body: stopBody,
        response: { 200: stop.meta({ id: 'Stop' }) },
      },
    },
    (request) =>
      client.settings.stop({
        ...request.body,
        ...{ key: request.headers['idempotency-key'], by: callerOf(request) },
      }),
  );

  routes.post(
    '/stops/end',
    {
      config,
      schema: {
        ...common,
        operationId: 'endStop',
        summary: 'End the stop of exactly this account and kind',
        body: admitBody,
        response: { 200: admitted.meta({ id: 'StopEnded' }) },
      },
    },
    (request) =>
      client.settings.admit({
        ...request.body,
        ...{ key: request.headers['idempotency-key'], by: callerOf(request) },
      }),
  );
}
