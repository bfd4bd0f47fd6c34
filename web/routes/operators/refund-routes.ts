import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { purchaseId } from '../../../contract/ids';
import { parseRefund, refund, refundBody } from '../../../contract/refund';
import { callerOf } from '../../http/caller';
import { answerOf, operatorLoginOf } from '../../operator-login';
import { accountParams, type RouteContext } from '../../route-context';

export function addRefundRoutes(app: FastifyInstance, context: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/purchases/:purchaseId/refunds',
    {
      config: { scope: 'refunds:write' },
      schema: {
        operationId: 'bookRefund',
        tags: ['Operators'],
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
