import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { dispute, disputeBody, parseDispute } from '../../../contract/dispute';
import { purchaseId } from '../../../contract/ids';
import { callerOf } from '../../http/caller';
import { answerOf, operatorLoginOf } from '../../operator-login';
import { accountParams, type RouteContext } from '../../route-context';

export function addDisputeRoutes(app: FastifyInstance, context: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/purchases/:purchaseId/disputes',
    {
      config: { scope: 'refunds:write' },
      schema: {
        operationId: 'bookDispute',
        tags: ['Operators'],
        summary: 'Book how a dispute about a pack stands at the bank',
        description:
          'By `disputeId`, which is its key: open first, then won or lost, or its end at once. A repetition answers with the present state.',
        params: accountParams.extend({ purchaseId }),
        body: disputeBody,
        response: { 200: dispute },
      },
    },
    (request, reply) => {
      const { accountId, params, body } = request;
      const told = { ...body, accountId, purchaseId: params.purchaseId, by: callerOf(request) };
      const { purchases } = operatorLoginOf(context).ledger;
      return answerOf(reply, purchases.bookDispute(parseDispute(told)));
    },
  );
}
