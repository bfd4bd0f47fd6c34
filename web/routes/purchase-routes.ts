import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HoldfastClient, PurchaseResult } from '../../client/client';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { HoldfastError, isErrorCode } from '../../contract/errors';
import { purchaseId } from '../../contract/ids';
import { purchase, purchaseBody } from '../../contract/purchase';
import { purchaseResultOf } from '../../domain/purchase-result';
import { accountParams, idempotencyHeaders, type RouteContext } from '../route-context';

const purchaseParams = accountParams.extend({
  purchaseId: purchaseId.meta({ description: 'The purchase’s id: its Idempotency-Key.' }),
});

const tags = ['Purchases'];

export function addPurchaseRoutes(app: FastifyInstance, context: RouteContext): void {
  addBuying(app, context);
  addUndecided(app, context);
}

function addBuying(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post(
    '/purchases',
    {
      config: { scope: 'purchases:write' },
      schema: {
        operationId: 'buyPack',
        tags,
        summary: 'Buy a pack at the price that was shown',
        description:
          'Granted: 201, and the credits are in the balance. Not decided yet: 202. Declined or given back: 200. A refusal is a problem and charges nothing: `PRICE_CHANGED` with `priceCents` and `shownPriceCents`; show the new price, and buy under a new key.',
        params: accountParams,
        headers: idempotencyHeaders,
        body: purchaseBody,
        response: { 200: purchase, 201: purchase, 202: purchase },
      },
    },
    async ({ accountId, headers, body }, reply) => {
      const purchaseId = headers['idempotency-key'];
      return answerPurchase(reply, await client.purchases.buy({ ...body, accountId, purchaseId }));
    },
  );

  routes.get(
    '/purchases/:purchaseId',
    {
      config: { scope: 'purchases:read' },
      schema: {
        operationId: 'getPurchase',
        tags,
        summary: 'One purchase: whether it was paid, and until when its credits are valid',
        params: purchaseParams,
        response: { 200: purchase },
      },
    },
    async ({ accountId, params: { purchaseId } }) => {
      return presentOf(client, accountId, purchaseId);
    },
  );
}

/** What may become of a payment that the provider has not decided. */
function addUndecided(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const response = { 202: purchase };

  routes.delete(
    '/purchases/:purchaseId',
    {
      config: { scope: 'purchases:write' },
      schema: {
        operationId: 'cancelPurchase',
        tags,
        summary: 'Ask for a purchase that is not decided to be voided; one that has ended stays',
        params: purchaseParams,
        response,
      },
    },
    async ({ accountId, params: { purchaseId } }, reply) => {
      await client.purchases.cancel(accountId, purchaseId);
      return reply.code(202).send(await presentOf(client, accountId, purchaseId));
    },
  );

  routes.post(
    '/purchases/:purchaseId/payment-updates',
    {
      config: { scope: 'payments:write' },
      schema: {
        operationId: 'tellOfPayment',
        tags,
        summary: 'Tell that a payment may have been decided: the provider is asked',
        params: purchaseParams,
        response,
      },
    },
    async ({ accountId, params: { purchaseId } }, reply) => {
      await client.purchases.paymentUpdated(accountId, purchaseId);
      return reply.code(202).send(await presentOf(client, accountId, purchaseId));
    },
  );
}

async function presentOf(
  client: HoldfastClient,
  accountId: string,
  purchaseId: string,
): Promise<PurchaseResult> {
  const record = await client.purchases.get(accountId, purchaseId);
  if (record) return purchaseResultOf(record, '');
  throw new HoldfastError(
    'PURCHASE_NOT_FOUND',
    `There is no purchase ${purchaseId}; one that was refused isn't kept.`,
  );
}

const STATUS: Record<PurchaseResult['status'], number> = {
  granted: 201,
  pending: 202,
  returning: 202,
  declined: 200,
  voided: 200,
  returned: 200,
  refused: 200,
};

function answerPurchase(reply: FastifyReply, result: PurchaseResult): PurchaseResult {
  const { accountId, purchaseId, status, reason } = result;
  if (status === 'refused' && isErrorCode(reason)) {
    throw new HoldfastError(
      reason,
      result.message ?? ERROR_CATALOGUE[reason].summary,
      result.details,
    );
  }
  reply.header(
    'location',
    `/v1/accounts/${encodeURIComponent(accountId)}/purchases/${encodeURIComponent(purchaseId)}`,
  );
  reply.code(STATUS[status]);
  return result;
}
