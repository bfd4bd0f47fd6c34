import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { stuckAnswer, stuckPage } from '../../../contract/by-hand-bodies';
import { operatorLoginOf } from '../../operator-login';
import type { RouteContext } from '../../route-context';

export function addStuckRoutes(app: FastifyInstance, context: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/stuck',
    {
      config: { scope: 'stuck:read' },
      schema: {
        operationId: 'getStuck',
        tags: ['Operators'],
        summary: 'All that waits for an operator, longest wait first',
        querystring: stuckPage,
        response: { 200: stuckAnswer },
      },
    },
    ({ query: { limit } }) => {
      const { ledger, stuckIntervalMs } = operatorLoginOf(context);
      return ledger.interventions.stuck(limit, stuckIntervalMs);
    },
  );
}
