import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { EffectiveCatalog } from '../../contract/catalog';
import { DEFAULT_MAX_SECONDS } from '../../contract/duration';
import { packsOnSale as onSale } from '../../domain/pricing/packs';
import type { RouteContext } from '../route-context';
import { accountParams } from '../schemas/common';
import { packsOnSale, priceList, quote, quoteQuery } from '../schemas/prices';

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
        querystring: quoteQuery,
        response: { 200: quote },
      },
    },
    async ({ query, accountId }) => {
      const {
        available = 0,
        affordable = false,
        shortfall = 0,
        ...quoted
      } = await client.quote({ ...query, accountId });
      return { ...quoted, available, affordable, shortfall };
    },
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

export function priceListOf({ catalog, catalogVersion, validUntil }: EffectiveCatalog): z.output<typeof priceList> {
  const kinds = Object.entries(catalog.kinds).map(([kind, { name, price, maxSeconds }]) => ({
    kind,
    name,
    credits: price.credits,
    perSeconds: price.perSeconds ?? null,
    creditsWithAudio: price.creditsWithAudio ?? null,
    maxSeconds: price.perSeconds === undefined ? null : (maxSeconds ?? DEFAULT_MAX_SECONDS),
  }));
  const plans = Object.entries(catalog.plans).map(([planId, plan]) => ({ planId, ...plan }));
  return { catalogVersion, validUntil, kinds, plans, packs: onSale(catalog) };
}
