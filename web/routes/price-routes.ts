import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { accountQuote, packsOnSale, priceable, priceList } from '../../contract/prices';
import { priceListOf } from '../price-list';
import { accountParams, type RouteContext } from '../route-context';

export function addPriceRoutes(app: FastifyInstance, { client, ledger }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const tags = ['Prices'];

  routes.get(
    '/quotes',
    {
      config: { scope: 'prices:read' },
      schema: {
        operationId: 'getQuote',
        tags,
        summary: 'What a generation costs, and whether the account can pay for it now',
        params: accountParams,
        querystring: priceable,
        response: { 200: accountQuote },
      },
    },
    // A quote for an account has all fields of an `accountQuote`.
    async ({ query, accountId }) =>
      (await client.quote({ ...query, accountId })) as z.output<typeof accountQuote>,
  );

  routes.get(
    '/prices',
    {
      config: { scope: 'prices:read' },
      schema: {
        operationId: 'getPrices',
        tags,
        summary: 'The price list in force: generation types, plans and packs',
        params: accountParams,
        response: { 200: priceList },
      },
    },
    async () => priceListOf(await ledger.effectiveCatalog()),
  );

  routes.get(
    '/packs',
    {
      config: { scope: 'prices:read' },
      schema: {
        operationId: 'getPacks',
        tags,
        summary: 'The packs on sale at their current prices',
        params: accountParams,
        response: { 200: packsOnSale },
      },
    },
    () => client.packs(),
  );
}
