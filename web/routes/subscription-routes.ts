import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { subscriptionId } from '../../contract/ids';
import { subscriptionAnswer } from '../../contract/subscription';
import {
  planChangeBody,
  planChangedAnswer,
  renewalBody,
  renewedAnswer,
  subscribeBody,
  subscribedAnswer,
  subscriptionChangedAnswer,
  subscriptionEndedAnswer,
} from '../../contract/subscription-bodies';
import { proofIn, withProof } from '../http/proof';
import { payFor } from '../payment-of-cycle';
import {
  accountParams,
  idempotencyHeaders,
  paymentHeaders,
  type RouteContext,
} from '../route-context';

const tags = ['Subscriptions'];
const config = { scope: 'subscriptions:write' } as const;

const subscriptionParams = accountParams.extend({
  subscriptionId: subscriptionId.meta({
    description: 'The subscription’s id: the Idempotency-Key by which it was begun.',
  }),
});

const change = { tags, params: subscriptionParams, headers: idempotencyHeaders };

export function addSubscriptionRoutes(app: FastifyInstance, context: RouteContext): void {
  addPaid(app, context);
  addChanges(app, context);
  addRead(app, context);
}

function addRead(app: FastifyInstance, { client }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/subscriptions/:subscriptionId',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getSubscriptionById',
        tags,
        summary: 'One subscription by its id, a past one too',
        params: subscriptionParams,
        response: { 200: subscriptionAnswer },
      },
    },
    async ({ accountId, params }) => ({
      subscription: await client.subscriptions.get(accountId, params.subscriptionId),
    }),
  );
}

/** What billing says was paid. */
function addPaid(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post(
    '/subscriptions',
    {
      config,
      schema: {
        operationId: 'subscribe',
        tags,
        summary: 'Start a subscription that has been paid for',
        description:
          'The `Idempotency-Key` is the subscription’s id. Its first cycle is granted at once; the first payment may be told as a renewal as well, before this or after.',
        params: accountParams,
        headers: withProof(idempotencyHeaders),
        body: subscribeBody,
        response: { 201: subscribedAnswer },
      },
    },
    async ({ accountId, headers, body }, reply) => {
      const request = { ...body, accountId, subscriptionId: headers['idempotency-key'] };
      const subscribed = await client.subscriptions.subscribe(request, proofIn(headers));
      return reply.code(201).send(subscribed);
    },
  );

  routes.post(
    '/subscriptions/:subscriptionId/renewals',
    {
      config,
      schema: {
        operationId: 'renew',
        tags,
        summary: 'Tell of a payment for the next unpaid cycle',
        description:
          'The `Idempotency-Key` is the payment’s reference. A payment that this subscription has used already, by its beginning or by a plan change, changes nothing: `replayed` is true then, and `granted` empty.',
        params: subscriptionParams,
        headers: withProof(paymentHeaders),
        body: renewalBody,
        response: { 200: renewedAnswer },
      },
    },
    ({ accountId, params, headers, body }) =>
      payFor(client.subscriptions, {
        ...{ accountId, subscriptionId: params.subscriptionId, ...body },
        ...{ paymentReference: headers['idempotency-key'], proof: proofIn(headers) },
      }),
  );
}

function addChanges(app: FastifyInstance, { client: { subscriptions } }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.put(
    '/subscriptions/:subscriptionId/plan',
    {
      config,
      schema: {
        ...change,
        operationId: 'changePlan',
        summary: 'Change the plan, at once or at the first unpaid boundary',
        headers: withProof(idempotencyHeaders),
        body: planChangeBody,
        response: { 200: planChangedAnswer },
      },
    },
    ({ accountId, params: { subscriptionId }, headers, body }) =>
      subscriptions.changePlan(
        { ...body, accountId, subscriptionId, key: headers['idempotency-key'] },
        proofIn(headers),
      ),
  );

  const plain = [
    ['PUT', 'cancellation', 'cancelAtPeriodEnd', 'Let it end when its paid period does'],
    ['DELETE', 'cancellation', 'resume', 'Take a cancellation back'],
    ['POST', 'end', 'endNow', 'End it at once: unused credits expire'],
  ] as const;
  for (const [method, path, command, summary] of plain) {
    const answer = command === 'endNow' ? subscriptionEndedAnswer : subscriptionChangedAnswer;
    routes.route({
      method,
      url: `/subscriptions/:subscriptionId/${path}`,
      config,
      schema: { ...change, operationId: command, summary, response: { 200: answer } },
      handler: ({ accountId, params: { subscriptionId }, headers }) =>
        subscriptions[command]({ accountId, subscriptionId, key: headers['idempotency-key'] }),
    });
  }
}
