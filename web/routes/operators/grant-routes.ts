import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { createdGrant, grantBody } from '../../../contract/grant';
import { callerOf } from '../../http/caller';
import { proofIn, withProof } from '../../http/proof';
import { accountParams, idempotencyHeaders, type RouteContext } from '../../route-context';

export function addGrantRoutes(app: FastifyInstance, { client }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/grants',
    {
      config: { scope: 'grants:write' },
      schema: {
        operationId: 'grantCredits',
        tags: ['Operators'],
        summary: 'Grant credits: a promotion, or an adjustment',
        description:
          'The act is kept with the token’s subject. The grants of plans and packs come with subscriptions and purchases.',
        params: accountParams,
        headers: withProof(idempotencyHeaders),
        body: grantBody,
        response: { 201: createdGrant },
      },
    },
    async (request, reply) => {
      const { accountId, headers, body } = request;
      const grant = { ...body, accountId, key: headers['idempotency-key'], by: callerOf(request) };
      return reply.code(201).send(await client.grants.create(grant, proofIn(headers)));
    },
  );
}
