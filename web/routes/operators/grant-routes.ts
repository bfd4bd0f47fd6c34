import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import {
  createdGrant,
  deduction,
  deductionBody,
  grantBody,
  parseDeduction,
} from '../../../contract/grant';
import { callerOf } from '../../http/caller';
import { proofIn, withProof } from '../../http/proof';
import { answerOf, operatorLoginOf } from '../../operator-login';
import { accountParams, idempotencyHeaders, type RouteContext } from '../../route-context';

export function addGrantRoutes(app: FastifyInstance, context: RouteContext): void {
  addGrant(app, context);
  addDeduction(app, context);
}

function addDeduction(app: FastifyInstance, context: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/deductions',
    {
      config: { scope: 'deductions:write' },
      schema: {
        operationId: 'deductCredits',
        tags: ['Operators'],
        summary: 'Take credits away, as a correction',
        params: accountParams,
        headers: idempotencyHeaders,
        body: deductionBody,
        response: { 201: deduction.meta({ id: 'Deduction' }) },
      },
    },
    async (request, reply) => {
      const said = { ...request.body, by: callerOf(request), accountId: request.accountId };
      const asked = parseDeduction({ ...said, key: request.headers['idempotency-key'] });
      const { accountId, key, ...body } = asked;
      const { ledger } = operatorLoginOf(context);
      return reply.code(201).send(await answerOf(reply, ledger.deduct(accountId, key, body)));
    },
  );
}

function addGrant(app: FastifyInstance, { client }: RouteContext): void {
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
