import { Readable } from 'node:stream';
import { type Stringifier, stringify } from 'csv-stringify';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HoldfastClient } from '../../client/client';
import {
  type History,
  type HistoryPage,
  historyColumns,
  historyFilter,
  historyForOwner,
  historyPage,
} from '../../contract/history';
import { usage, usageRange } from '../../contract/usage';
import { accountParams, type RouteContext } from '../route-context';

const CSV_PAGE = 500;

const tags = ['Account'];

export function addHistoryRoutes(app: FastifyInstance, context: RouteContext): void {
  addReads(app, context);
  addCsv(app, context);
}

function addReads(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    '/history',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getHistory',
        tags,
        summary: 'What happened to the credits, in pages',
        params: accountParams,
        querystring: historyPage,
        response: { 200: historyForOwner },
      },
    },
    ({ accountId, query }) => client.history(accountId, query),
  );

  routes.get(
    '/usage',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getUsage',
        tags,
        summary: 'What generations were charged, per day and type',
        params: accountParams,
        querystring: usageRange,
        response: { 200: usage },
      },
    },
    ({ accountId, query }) => client.usage(accountId, query),
  );
}

function addCsv(app: FastifyInstance, { client }: RouteContext): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/history.csv',
    {
      config: {
        scope: 'balance:read',
        streams: { type: 'text/csv', description: 'A row per entry, newest first.' },
      },
      schema: {
        operationId: 'getHistoryCsv',
        tags,
        summary: 'All of it as CSV',
        params: accountParams,
        querystring: historyFilter,
      },
    },
    async ({ accountId, query, method }, reply) => {
      // The first page is read before the answer begins, so that an unreachable ledger gives a
      // problem document and no broken file.
      const page = { ...query, limit: CSV_PAGE };
      const first = await client.history(accountId, page);
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="history.csv"');
      return method === 'HEAD' ? reply.send() : csvOf(rowsOf(client, accountId, page, first));
    },
  );
}

/**
 * The entries as CSV, read page by page as the client takes it. Text that begins like a formula is
 * escaped for spreadsheets. All text is quoted, because in some languages spreadsheets end a cell
 * at a semicolon or a tab.
 */
function csvOf(entries: AsyncIterable<object>): Stringifier {
  const csv = stringify({
    header: true,
    columns: historyColumns,
    escape_formulas: true,
    quoted_string: true,
    bom: true,
  });
  const rows = Readable.from(entries);
  rows.on('error', (error) => csv.destroy(error));
  csv.on('close', () => rows.destroy());
  return rows.pipe(csv);
}

async function* rowsOf(
  client: HoldfastClient,
  accountId: string,
  page: HistoryPage,
  first: History,
) {
  let { entries, next } = first;
  for (;;) {
    for (const entry of entries) yield entry;
    if (next === null) return;
    ({ entries, next } = await client.history(accountId, { ...page, before: next }));
  }
}
