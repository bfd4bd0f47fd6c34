import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { GenerationAdmission, GenerationStatus, HoldfastClient } from '../../client/client';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { HoldfastError, isErrorCode } from '../../contract/errors';
import { generationBody } from '../../contract/generation';
import { type Generation, generation, openGenerations } from '../../contract/generation-view';
import { requestId } from '../../contract/ids';
import { waitingPage, waitingQueueForOwner } from '../../contract/waiting';
import { endingOf, figuresOf, generationOf, unreservedGenerationOf } from '../generation-view';
import { accountParams, idempotencyHeaders, type RouteContext } from '../route-context';

const tags = ['Generations'];

const generationParams = accountParams.extend({
  requestId: requestId.meta({ description: 'The request’s id: its Idempotency-Key.' }),
});

export function addGenerationRoutes(app: FastifyInstance, context: RouteContext): void {
  addCommands(app, context);
  addReads(app, context);
}

function addCommands(app: FastifyInstance, context: RouteContext): void {
  const { client } = context;
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post(
    '/generations',
    {
      config: { scope: 'generations:write' },
      schema: {
        operationId: 'startGeneration',
        tags,
        summary: 'Start a generation',
        description:
          'Answers as soon as its credits are reserved (201) or it waits for some (202). Where it had ended before: its end (200). A refusal is a problem: 402 `INSUFFICIENT_CREDITS` with `required`, `available`, `shortfall` and the packs that would cover it. With `requestEnded: false` nothing was begun, and the same key may be used again.',
        params: accountParams,
        headers: idempotencyHeaders,
        body: generationBody,
        response: { 200: generation, 201: generation, 202: generation },
      },
    },
    async ({ accountId, headers, body }, reply) => {
      const request = { ...body, accountId, requestId: headers['idempotency-key'] };
      return answerAdmission(reply, context, await client.generations.start(request));
    },
  );

  routes.delete(
    '/generations/:requestId',
    {
      config: { scope: 'generations:cancel' },
      schema: {
        operationId: 'cancelGeneration',
        tags,
        summary: 'Ask for a generation to be cancelled',
        description:
          'Its end tells whether that came in time, and what it cost. One that has ended already stays as it is. An account that has cancelled too many running ones within an hour, where that is free, gets 429 `CANCEL_LIMIT_REACHED` with `retryAt`, and the generation runs on.',
        params: generationParams,
        response: { 202: generation },
      },
    },
    async ({ accountId, params: { requestId } }, reply) => {
      await client.generations.cancel(accountId, requestId);
      reply.code(202);
      return viewOf(client, await client.generations.status(accountId, requestId));
    },
  );
}

function addReads(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/generations',
    {
      config: { scope: 'generations:read' },
      schema: {
        operationId: 'getOpenGenerations',
        tags,
        summary: 'The generations that run or wait for credits',
        params: accountParams,
        response: { 200: openGenerations },
      },
    },
    async ({ accountId }) => ({
      open: (await client.generations.open(accountId)).map((record) => generationOf(record)),
    }),
  );

  routes.get(
    '/generations/:requestId',
    {
      config: { scope: 'generations:read' },
      schema: {
        operationId: 'getGeneration',
        tags,
        summary: 'One generation: where it is, and what it cost',
        params: generationParams,
        response: { 200: generation },
      },
    },
    async ({ accountId, params }) =>
      viewOf(client, await client.generations.status(accountId, params.requestId)),
  );

  routes.get(
    '/waiting',
    {
      config: { scope: 'generations:read' },
      schema: {
        operationId: 'getWaiting',
        tags,
        summary: 'Who waits for credits, in the order in which they are served, in pages',
        params: accountParams,
        querystring: waitingPage,
        response: { 200: waitingQueueForOwner },
      },
    },
    ({ accountId, query }) => client.waiting(accountId, query),
  );
}

async function answerAdmission(
  reply: FastifyReply,
  { ledger }: RouteContext,
  { accountId, requestId, waiting, result }: GenerationAdmission,
): Promise<Generation> {
  const reason = result?.status === 'rejected' && result.reason;
  if (result && isErrorCode(reason)) {
    throw new HoldfastError(
      reason,
      result.message ?? ERROR_CATALOGUE[reason].summary,
      figuresOf(result),
    );
  }
  reply.header(
    'location',
    `/v1/accounts/${encodeURIComponent(accountId)}/generations/${encodeURIComponent(requestId)}`,
  );
  const record = await ledger.request(accountId, requestId);
  const view = record
    ? { ...generationOf(record), ...(waiting && record.status === 'waiting' && { waiting }) }
    : unreservedGenerationOf(
        accountId,
        requestId,
        result ? endingOf(result) : { status: 'starting' },
      );
  reply.code(STATUS[view.status] ?? 200);
  return view;
}

/**
 * The HTTP status by the generation's present status, which may differ between the first call and a
 * repetition.
 */
const STATUS: Partial<Record<Generation['status'], number>> = {
  starting: 201,
  running: 201,
  waiting: 202,
};

async function viewOf(client: HoldfastClient, status: GenerationStatus): Promise<Generation> {
  const { accountId, requestId, workflow, record } = status;
  if (record) return generationOf(record, status);
  if (workflow === 'unknown') {
    throw new HoldfastError(
      'REQUEST_NOT_FOUND',
      `There is no generation ${requestId} that is still known.`,
    );
  }
  if (workflow === 'running')
    return unreservedGenerationOf(accountId, requestId, { status: 'starting' });
  try {
    return unreservedGenerationOf(
      accountId,
      requestId,
      endingOf(await client.generations.result(accountId, requestId)),
    );
  } catch (error) {
    // The workflow failed on bad input; that is how the generation ended.
    if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'bad-input')
      throw error;
    const { code: reason, message } = error;
    return unreservedGenerationOf(accountId, requestId, { status: 'rejected', reason, message });
  }
}
