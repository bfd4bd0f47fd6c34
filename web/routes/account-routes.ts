import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { balance, balanceQuery } from '../../contract/balance';
import { notices } from '../../contract/notice';
import { subscriptionAnswer } from '../../contract/subscription';
import { accountParams, type RouteContext } from '../route-context';

export function addAccountRoutes(app: FastifyInstance, { client, ledger }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const tags = ['Account'];

  routes.get(
    '/balance',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getBalance',
        tags,
        summary: 'What the account has, how it is made up, and when each part ends',
        params: accountParams,
        querystring: balanceQuery,
        response: { 200: balance },
      },
    },
    ({ accountId, query }) => client.balance(accountId, query),
  );

  routes.get(
    '/subscription',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getSubscription',
        tags,
        summary: 'The subscription: plan, cycle, and until when it is paid',
        params: accountParams,
        response: { 200: subscriptionAnswer },
      },
    },
    async ({ accountId }) => ({ subscription: await client.subscriptions.get(accountId) }),
  );

  routes.get(
    '/notices',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getNotices',
        tags,
        summary: 'What the account’s owner was told, and whether it arrived',
        params: accountParams,
        response: { 200: notices },
      },
    },
    async ({ accountId }) => ({ notices: await ledger.accountNotices(accountId) }),
  );
}
