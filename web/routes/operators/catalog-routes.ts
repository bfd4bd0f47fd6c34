import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { catalogVersion, effectiveCatalog } from '../../../contract/catalog';
import type { RouteContext } from '../../route-context';

const answer = effectiveCatalog
  .extend({ catalog: catalogVersion })
  .meta({ id: 'EffectiveCatalog', description: 'The version in force, whole.' });

export function addCatalogRoutes(app: FastifyInstance, { ledger }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/catalog',
    {
      config: { scope: 'catalog:read' },
      schema: {
        operationId: 'getCatalog',
        tags: ['Operators'],
        summary: 'Kinds, plans and packs of the catalog version that is in force',
        response: { 200: answer },
      },
    },
    () => ledger.effectiveCatalog(),
  );
}
