import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import {
  type BillingEvent,
  type BillingEventKey,
  type BillingEventRecord,
  billingEvent,
  billingEventKey,
  billingEventRecord,
  billingEvents,
  billingEventsPage,
  parseBillingEvent,
  parseBillingEventByHand,
} from '../../contract/billing-event';
import { REPLAYED_HEADER, reasonBody } from '../../contract/by-hand-bodies';
import { HoldfastError } from '../../contract/errors';
import { callerOf } from '../http/caller';
import { answerOf, operatorLoginOf } from '../operator-login';
import type { RouteContext } from '../route-context';

const tags = ['Billing events'];

/** What billing systems tell, and what became of it. */
export function addBillingEventRoutes(app: FastifyInstance, context: RouteContext): void {
  addTelling(app, context);
  addReads(app, context);
  addByHand(app, context);
}

function addTelling(app: FastifyInstance, context: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/billing-events',
    {
      config: { scope: 'billing-events:write' },
      schema: {
        operationId: 'tellBillingEvent',
        tags,
        summary: 'Tell what happened in a billing system',
        description:
          'It is kept before it is answered, and applied afterwards, once, in any order: `source` and `eventId` are its key. Ask for what became of it by these.',
        body: billingEvent,
        response: { 202: billingEventRecord },
      },
    },
    async (request, reply) => {
      const { value, replayed } = await keepEvent(
        context,
        parseBillingEvent(request.body),
        request.log,
      );
      return reply.code(202).header(REPLAYED_HEADER, String(replayed)).send(value);
    },
  );
}

function addReads(app: FastifyInstance, { ledger }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const config = { scope: 'billing-events:read' } as const;

  routes.get(
    '/billing-events',
    {
      config,
      schema: {
        operationId: 'getBillingEvents',
        tags,
        summary: 'What billing systems have told, in pages, newest first',
        querystring: billingEventsPage,
        response: { 200: billingEvents },
      },
    },
    ({ query }) => ledger.billing.read(query),
  );

  routes.get(
    '/billing-events/:source/:eventId',
    {
      config,
      schema: {
        operationId: 'getBillingEvent',
        tags,
        summary: 'One event, and what became of it',
        params: billingEventKey,
        response: { 200: billingEventRecord },
      },
    },
    async ({ params }) => {
      const event = await ledger.billing.get(params);
      if (event) return event;
      const message = `The ledger has no event ${params.eventId} of ${params.source}.`;
      throw new HoldfastError('BILLING_EVENT_NOT_FOUND', message, params);
    },
  );
}

/** What an operator does about an event that was not applied. */
function addByHand(app: FastifyInstance, context: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const schema = {
    tags,
    params: billingEventKey,
    body: reasonBody,
    response: { 200: billingEventRecord },
  };
  const config = { scope: 'interventions:write' } as const;

  routes.post(
    '/billing-events/:source/:eventId/retry',
    {
      config,
      schema: {
        ...schema,
        operationId: 'retryBillingEvent',
        summary: 'Have an event applied again whose obstacle is gone',
      },
    },
    async (request, reply) => {
      const said = { ...request.params, ...request.body, by: callerOf(request) };
      const { billing } = operatorLoginOf(context).ledger;
      const event = await answerOf(reply, billing.retry(parseBillingEventByHand(said)));
      await takeUp(context, event, request.log);
      return event;
    },
  );

  routes.post(
    '/billing-events/:source/:eventId/close',
    {
      config,
      schema: {
        ...schema,
        operationId: 'closeBillingEvent',
        summary: 'Close an event that is not to be applied',
      },
    },
    (request, reply) => {
      const said = { ...request.params, ...request.body, by: callerOf(request) };
      const { billing } = operatorLoginOf(context).ledger;
      return answerOf(reply, billing.close(parseBillingEventByHand(said)));
    },
  );
}

/**
 * Keeps an event in the ledger, and has it applied.
 *
 * @throws HoldfastError IDEMPOTENCY_CONFLICT, LEDGER_UNAVAILABLE
 */
export async function keepEvent(
  context: Pick<RouteContext, 'client' | 'ledger'>,
  event: BillingEvent,
  log: FastifyBaseLogger,
): Promise<{ value: BillingEventRecord; replayed: boolean }> {
  const kept = await context.ledger.billing.record(event);
  if (!kept.ok) throw HoldfastError.of(kept.refusal);
  if (kept.value.endedAt === null) await takeUp(context, kept.value, log);
  return kept;
}

/** Reconciliation takes up what Temporal can't be told of now: the ledger has it. */
async function takeUp(
  { client }: Pick<RouteContext, 'client'>,
  { source, eventId }: BillingEventKey,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    await client.billingEvents.takeUp({ source, eventId });
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { code } = error;
    log.warn({ source, eventId, code }, 'an event was kept, and reconciliation takes it up');
  }
}
