import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { reasonBody } from '../../../contract/by-hand-bodies';
import { HoldfastError } from '../../../contract/errors';
import { orderId, purchaseId } from '../../../contract/ids';
import { parseRefund, refund, refundBody } from '../../../contract/refund';
import {
  parseRefundOrderClose,
  refundOrder,
  refundOrderBody,
} from '../../../contract/refund-order';
import { callerOf } from '../../http/caller';
import { proofIn, withProof } from '../../http/proof';
import { answerOf, operatorLoginOf } from '../../operator-login';
import { accountParams, idempotencyHeaders, type RouteContext } from '../../route-context';

const tags = ['Operators'];
const ofOrder = accountParams.extend({ orderId });

export function addRefundRoutes(app: FastifyInstance, context: RouteContext): void {
  addBooking(app, context);
  addOrdering(app, context);
  addOrders(app, context);
}

function addOrdering(app: FastifyInstance, { client }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/purchases/:purchaseId/refund-orders',
    {
      config: { scope: 'refunds:write' },
      schema: {
        operationId: 'orderRefund',
        tags,
        summary: 'Have the payment provider give money of a pack back',
        description:
          'Once per `Idempotency-Key`, which is the order’s id. What the money has paid for is held first; `open` means that the provider has not decided, and the same request asks again.',
        params: accountParams.extend({ purchaseId }),
        headers: withProof(idempotencyHeaders),
        body: refundOrderBody,
        response: { 200: refundOrder },
      },
    },
    (request) => {
      const { accountId, params, headers, body } = request;
      const said = { ...body, purchaseId: params.purchaseId, by: callerOf(request) };
      const order = { ...said, accountId, orderId: headers['idempotency-key'] };
      return client.refunds.order(order, proofIn(headers));
    },
  );
}

function addOrders(app: FastifyInstance, context: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/refund-orders/:orderId',
    {
      config: { scope: 'refunds:write' },
      schema: {
        operationId: 'getRefundOrder',
        tags,
        summary: 'Read a refund that was ordered',
        params: ofOrder,
        response: { 200: refundOrder },
      },
    },
    async ({ accountId, params }) => {
      const found = await context.client.refunds.get(accountId, params.orderId);
      if (found) return found;
      throw HoldfastError.of({
        ...{ code: 'REFUND_ORDER_NOT_FOUND', details: { orderId: params.orderId } },
        message: `The ledger has no order ${params.orderId} of that account.`,
      });
    },
  );

  routes.post(
    '/refund-orders/:orderId/close',
    {
      config: { scope: 'interventions:write' },
      schema: {
        operationId: 'closeRefundOrder',
        tags,
        summary: 'End a refund order by which no money goes back; what it holds comes back',
        params: ofOrder,
        body: reasonBody,
        response: { 200: refundOrder },
      },
    },
    (request, reply) => {
      const { accountId, params, body } = request;
      const said = { ...body, accountId, orderId: params.orderId, by: callerOf(request) };
      const { refunds } = operatorLoginOf(context).ledger;
      return answerOf(reply, refunds.close(parseRefundOrderClose(said)));
    },
  );
}

function addBooking(app: FastifyInstance, context: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/purchases/:purchaseId/refunds',
    {
      config: { scope: 'refunds:write' },
      schema: {
        operationId: 'bookRefund',
        tags,
        summary: 'Book that the payment provider has given money of a pack back',
        description:
          'Once per `refundId`, which is its key: a repetition answers with the present state.',
        params: accountParams.extend({ purchaseId }),
        body: refundBody,
        response: { 200: refund },
      },
    },
    (request, reply) => {
      const { accountId, params, body } = request;
      const told = { ...body, accountId, purchaseId: params.purchaseId, by: callerOf(request) };
      const { purchases } = operatorLoginOf(context).ledger;
      return answerOf(reply, purchases.bookRefund(parseRefund(told)));
    },
  );
}
