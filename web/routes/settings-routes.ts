import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { limitsBody, lowBalanceBody, settingsForOwner, topUpBody } from '../../contract/settings';
import { serviceOf } from '../http/caller';
import { accountParams, idempotencyHeaders, type RouteContext } from '../route-context';

const common = { tags: ['Settings'], params: accountParams, response: { 200: settingsForOwner } };
const change = { ...common, headers: idempotencyHeaders };

export function addSettingsRoutes(app: FastifyInstance, context: RouteContext): void {
  addRead(app, context);
  addChanges(app, context);
}

function addRead(app: FastifyInstance, { client }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/settings',
    {
      config: { scope: 'settings:read' },
      schema: {
        ...common,
        operationId: 'getSettings',
        summary: 'Limits, low-balance thresholds, the automatic top-up, and what stops admissions',
      },
    },
    ({ accountId }) => client.settings.get(accountId),
  );
}

function addChanges(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.put(
    '/settings/limits',
    {
      config: { scope: 'settings:write' },
      schema: {
        ...change,
        operationId: 'setLimits',
        summary: 'Set what generations may cost, per day and each, and how many may run at once',
        body: limitsBody,
      },
    },
    ({ accountId, headers, body, principal }) =>
      client.settings.setLimits(
        { ...body, accountId, key: headers['idempotency-key'] },
        serviceOf({ principal }),
      ),
  );

  routes.put(
    '/settings/low-balance',
    {
      config: { scope: 'settings:write' },
      schema: {
        ...change,
        operationId: 'setLowBalance',
        summary: 'Set below what the owner is told of a low balance',
        body: lowBalanceBody,
      },
    },
    ({ accountId, headers, body, principal }) =>
      client.settings.setLowBalance(
        { ...body, accountId, key: headers['idempotency-key'] },
        serviceOf({ principal }),
      ),
  );

  routes.put(
    '/settings/top-up',
    {
      config: { scope: 'top-up:write' },
      schema: {
        ...change,
        operationId: 'setTopUp',
        summary: 'Let the account buy a pack by itself when it runs low, or no longer',
        body: topUpBody,
      },
    },
    ({ accountId, headers, body, principal }) =>
      client.settings.setTopUp(
        { ...body, accountId, key: headers['idempotency-key'] },
        serviceOf({ principal }),
      ),
  );
}
