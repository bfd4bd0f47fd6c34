import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  closedPurchase,
  closePurchaseBody,
  erasureAnswer,
  forgottenDeclinesAnswer,
  reasonBody,
  releasedRequest,
} from '../../../contract/by-hand-bodies';
import { parseErasure } from '../../../contract/erasure';
import { purchaseId, requestId, subscriptionId } from '../../../contract/ids';
import { noticeRecord } from '../../../contract/notice';
import { parseForgetDeclines } from '../../../contract/operator-limits';
import {
  parseCloseByHand,
  parseDismissal,
  parseEndByHand,
  parseReleaseByHand,
} from '../../../contract/stuck';
import { endedSubscription } from '../../../contract/subscription';
import { callerOf } from '../../http/caller';
import { answerOf, operatorLoginOf } from '../../operator-login';
import { accountParams, type RouteContext } from '../../route-context';

const tags = ['Operators'];
const config = { scope: 'interventions:write' } as const;

/** What the act is kept with: the account of the path, the reason, and who the token names. */
const saidIn = (request: FastifyRequest) => ({
  ...(request.body as { reason: string }),
  ...{ accountId: request.accountId, by: callerOf(request) },
});

export function addInterventionRoutes(app: FastifyInstance, context: RouteContext): void {
  addEnds(app, context);
  addAmends(app, context);
}

/** What a workflow can't end. */
function addEnds(app: FastifyInstance, context: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const byHand = () => operatorLoginOf(context).ledger.interventions;

  routes.post(
    '/generations/:requestId/release',
    {
      config,
      schema: {
        ...{
          operationId: 'releaseByHand',
          tags,
          body: reasonBody,
          response: { 200: releasedRequest },
        },
        summary: 'Hand back what a generation holds that its workflow can’t end',
        params: accountParams.extend({ requestId }),
      },
    },
    (request, reply) => {
      const release = parseReleaseByHand({ ...saidIn(request), ...idIn(request, 'requestId') });
      return answerOf(reply, byHand().release(release));
    },
  );

  routes.post(
    '/purchases/:purchaseId/close',
    {
      config,
      schema: {
        ...{ operationId: 'closeByHand', tags, response: { 200: closedPurchase } },
        summary:
          'End a purchase that its workflow can’t end: nothing taken, or the money gone back',
        params: accountParams.extend({ purchaseId }),
        body: closePurchaseBody,
      },
    },
    (request, reply) => {
      const close = parseCloseByHand({ ...saidIn(request), ...idIn(request, 'purchaseId') });
      return answerOf(reply, byHand().closePurchase(close));
    },
  );

  routes.post(
    '/subscriptions/:subscriptionId/end-by-hand',
    {
      config,
      schema: {
        ...{ operationId: 'endByHand', tags, body: reasonBody },
        summary: 'End a subscription at once, in the ledger alone',
        params: accountParams.extend({ subscriptionId }),
        response: { 200: endedSubscription.meta({ id: 'EndedByHand' }) },
      },
    },
    (request, reply) => {
      const end = parseEndByHand({ ...saidIn(request), ...idIn(request, 'subscriptionId') });
      return answerOf(reply, byHand().endSubscription(end));
    },
  );
}

/** What an operator puts right about an account. */
function addAmends(app: FastifyInstance, context: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const byHand = () => operatorLoginOf(context).ledger.interventions;

  routes.post(
    '/notices/:noticeId/dismiss',
    {
      config,
      schema: {
        ...{
          operationId: 'dismissNotice',
          tags,
          body: reasonBody,
          response: { 200: noticeRecord },
        },
        summary: 'Let a notice that could not be delivered rest',
        params: accountParams.extend({ noticeId: z.string().regex(/^[1-9]\d{0,14}$/) }),
      },
    },
    (request, reply) => {
      const noticeId = Number(request.params.noticeId);
      return answerOf(
        reply,
        byHand().dismissNotice(parseDismissal({ ...saidIn(request), noticeId })),
      );
    },
  );

  routes.post(
    '/declines/forget',
    {
      config,
      schema: {
        ...{ operationId: 'forgetDeclines', tags, params: accountParams, body: reasonBody },
        summary: 'Let payment methods be charged again that the provider had refused for good',
        response: { 200: forgottenDeclinesAnswer },
      },
    },
    (request, reply) =>
      answerOf(reply, byHand().forgetDeclines(parseForgetDeclines(saidIn(request)))),
  );

  routes.post(
    '/erase',
    {
      config: { scope: 'erasures:write' },
      schema: {
        ...{ operationId: 'eraseAccount', tags, params: accountParams, body: reasonBody },
        summary: 'Erase what persons wrote about an account, for good, and keep what adds up',
        response: { 200: erasureAnswer },
      },
    },
    (request, reply) => answerOf(reply, byHand().erase(parseErasure(saidIn(request)))),
  );
}

function idIn<Name extends string>({ params }: FastifyRequest, name: Name) {
  return { [name]: (params as Record<Name, string>)[name] };
}
