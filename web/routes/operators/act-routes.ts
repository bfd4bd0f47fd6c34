import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { acts, actsPage } from '../../../contract/act';
import type { RouteContext } from '../../route-context';

export function addActRoutes(app: FastifyInstance, { ledger }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/acts',
    {
      config: { scope: 'acts:read' },
      schema: {
        operationId: 'getActs',
        tags: ['Operators'],
        summary: 'What operators have done, in pages: what, why and who',
        querystring: actsPage,
        response: { 200: acts },
      },
    },
    ({ query }) => ledger.acts.read(query),
  );
}
