import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { parse } from '../../../contract/parse';
import {
  reconciliationBody,
  reconciliationReport,
  reconciliationRunning,
} from '../../../contract/reconciliation';
import { callerOf } from '../../http/caller';
import { idempotencyHeaders, type RouteContext } from '../../route-context';

/** Proxies give up on a request that has had no answer for half a minute or a minute. */
const ANSWER_WITHIN_MS = 20_000;

export function addReconciliationRoutes(app: FastifyInstance, { client }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/reconciliations',
    {
      config: { scope: 'reconciliation:write' },
      schema: {
        operationId: 'reconcile',
        tags: ['Operators'],
        summary: 'Run one pass of reconciliation now',
        description:
          'Its report, or 202 while it runs: the same request gets the report later. A pass that would release suspiciously many reservations is `stopped` and releases none; `confirm` lets it, with a reason.',
        headers: idempotencyHeaders,
        body: reconciliationBody,
        response: {
          200: reconciliationReport.meta({ id: 'ReconciliationReport' }),
          202: reconciliationRunning,
        },
      },
    },
    async (request, reply) => {
      const { confirm, reason } = parse(reconciliationBody, request.body, 'body');
      const words = confirm ? { reason, by: callerOf(request) } : {};
      const key = request.headers['idempotency-key'];
      const ended = client.reconciliation.run({ confirm, key, ...words });
      const answered = new AbortController();
      const tooLong = pause(ANSWER_WITHIN_MS, undefined, { signal: answered.signal });
      const report = await Promise.race([ended, tooLong.catch(() => undefined)]).finally(() =>
        answered.abort(),
      );
      if (report !== undefined) return reply.code(200).send(report);
      // The pass goes on; who asks again is told how it ended.
      ended.catch(() => undefined);
      return reply.code(202).send({ status: 'running' });
    },
  );
}
