import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { operatorLimitsAnswer, operatorLimitsBody } from '../../../contract/by-hand-bodies';
import { parseOperatorLimits } from '../../../contract/operator-limits';
import { callerOf } from '../../http/caller';
import { answerOf, operatorLoginOf } from '../../operator-login';
import { accountParams, type RouteContext } from '../../route-context';

const common = { tags: ['Operators'], response: { 200: operatorLimitsAnswer } };

/** Of one account, whose id is in the path. */
export function addOperatorLimitRoutes(app: FastifyInstance, context: RouteContext): void {
  addRoutes(app, context, 'OfAccount', accountParams);
}

/** Of all accounts without limits of their own. */
export function addCommonLimitRoutes(app: FastifyInstance, context: RouteContext): void {
  addRoutes(app, context, 'OfAll', undefined);
}

function addRoutes(
  app: FastifyInstance,
  context: RouteContext,
  whose: 'OfAccount' | 'OfAll',
  params: typeof accountParams | undefined,
): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const settings = () => operatorLoginOf(context).ledger.settings;
  const inWords = params ? 'for an account' : 'for all accounts without limits of their own';
  const schema = { ...common, ...(params && { params }) };

  routes.get(
    '/operator-limits',
    {
      config: { scope: 'operator-limits:read' },
      schema: {
        ...schema,
        operationId: `getOperatorLimits${whose}`,
        summary: `The limits that an operator has set ${inWords}, which only one lifts`,
      },
    },
    async ({ accountId }) => ({
      operatorLimits: await settings().operatorLimits(accountId || null),
    }),
  );

  routes.put(
    '/operator-limits',
    {
      config: { scope: 'operator-limits:write' },
      schema: {
        ...schema,
        operationId: `setOperatorLimits${whose}`,
        summary: `Set limits ${inWords} that only an operator lifts`,
        description:
          'A limit that is left out stays, null removes it; null as `limits` removes all. Repeating it changes nothing.',
        body: operatorLimitsBody,
      },
    },
    async (request, reply) => {
      const said = { ...request.body, by: callerOf(request) };
      const limits = parseOperatorLimits({ ...said, accountId: request.accountId || null });
      return { operatorLimits: await answerOf(reply, settings().setOperatorLimits(limits)) };
    },
  );
}
