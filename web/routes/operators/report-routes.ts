import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  burnRates,
  burnRatesPage,
  type Report,
  report,
  reportMonth,
  reportRunning,
} from '../../../contract/report';
import type { RouteContext } from '../../route-context';

/** Proxies give up on a request that has had no answer for half a minute or a minute. */
const ANSWER_WITHIN_MS = 20_000;

const params = z.object({ month: reportMonth });

export function addReportRoutes(app: FastifyInstance, { ledger }: RouteContext): void {
  /** Reports that are being read: who asks meanwhile, or asks again, waits for the same one. */
  const underWay = new Map<string, Promise<Report>>();
  const reportOf = (month: string) => {
    const known = underWay.get(month);
    if (known) return known;
    const begun = ledger.reports.month(month);
    underWay.set(month, begun);
    return begun;
  };
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.get(
    '/reports/:month',
    {
      config: { scope: 'reports:read' },
      schema: {
        operationId: 'getReport',
        tags: ['Operators'],
        summary: 'A month for finance',
        description:
          'Granted, spent, expired and what is outstanding, in credits and in money, from the journal; or 202 while it is read: ask again.',
        params,
        response: { 200: report, 202: reportRunning },
      },
    },
    async ({ params: { month } }, reply) => {
      const reading = reportOf(month);
      const answered = new AbortController();
      const tooLong = pause(ANSWER_WITHIN_MS, undefined, { signal: answered.signal });
      const forget = () => underWay.delete(month);
      const read = await Promise.race([reading, tooLong.catch(() => undefined)])
        .catch((error) => {
          forget();
          throw error;
        })
        .finally(() => answered.abort());
      if (read === undefined) {
        // It is read on; who asks again gets it.
        reading.catch(forget);
        return reply.code(202).send({ status: 'running' });
      }
      forget();
      return reply.code(200).send(read);
    },
  );
  routes.get(
    '/reports/:month/burn-rates',
    {
      config: { scope: 'reports:read' },
      schema: {
        operationId: 'getBurnRates',
        tags: ['Operators'],
        summary: 'What each account has used in a month, and when it runs dry, in pages',
        params,
        querystring: burnRatesPage,
        response: { 200: burnRates },
      },
    },
    ({ params: { month }, query }) => ledger.reports.burnRates(month, query),
  );
}
