import { Readable } from 'node:stream';
import { type Stringifier, stringify } from 'csv-stringify';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { HoldfastClient } from '../../client';
import type { HistoryEntry } from '../../domain/account/ledger-reader';
import { history, historyQuery, usage, usageQuery } from '../schemas/account';
import { accountParams } from '../schemas/common';
import type { RouteContext } from '../server';

const CSV_PAGE = 500;

const CSV_COLUMNS = [
  'version',
  'at',
  'type',
  'availableDelta',
  'reservedDelta',
  'availableAfter',
  'reservedAfter',
  'requestId',
  'kind',
  'grantId',
  'reason',
  'metadata',
] as const;

export function addHistoryRoutes(app: FastifyInstance, { client }: RouteContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const tags = ['Account'];

  routes.get(
    '/history',
    {
      config: { scope: 'balance:read' },
      schema: {
        operationId: 'getHistory',
        tags,
        summary: 'What happened to the credits, in pages',
        params: accountParams,
        querystring: historyQuery,
        response: { 200: history },
      },
    },
    async ({ accountId, query }) => {
      const { entries } = await client.history(accountId, query);
      return { entries, next: nextPage(entries) };
    },
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
        querystring: usageQuery,
        response: { 200: usage },
      },
    },
    ({ accountId, query }) => client.usage(accountId, query),
  );

  routes.get(
    '/history.csv',
    {
      config: { scope: 'balance:read', streams: { type: 'text/csv', description: 'A row per entry, newest first.' } },
      schema: {
        operationId: 'getHistoryCsv',
        tags,
        summary: 'All of it as CSV',
        params: accountParams,
      },
    },
    async ({ accountId }, reply) => {
      // The first page is read before there is an answer, so that a ledger out of reach is a problem and no broken file.
      const { entries } = await client.history(accountId, { limit: CSV_PAGE });
      reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="history.csv"');
      return csvOf(client, accountId, entries);
    },
  );
}

/** Versions have no gaps and begin with 1. */
function nextPage(entries: HistoryEntry[]): number | null {
  const last = entries.at(-1);
  return last === undefined || last.version === 1 ? null : last.version;
}

/** Read page by page as it is taken. What begins like a formula is told to spreadsheets as text. */
function csvOf(client: HoldfastClient, accountId: string, first: HistoryEntry[]): Stringifier {
  const csv = stringify({ header: true, columns: [...CSV_COLUMNS], escape_formulas: true, bom: true });
  const rows = Readable.from(rowsOf(client, accountId, first));
  rows.on('error', (error) => csv.destroy(error));
  csv.on('close', () => rows.destroy());
  return rows.pipe(csv);
}

async function* rowsOf(client: HoldfastClient, accountId: string, first: HistoryEntry[]) {
  let entries = first;
  for (;;) {
    for (const entry of entries) yield { ...entry, metadata: entry.metadata && JSON.stringify(entry.metadata) };
    const before = nextPage(entries);
    if (before === null) return;
    ({ entries } = await client.history(accountId, { limit: CSV_PAGE, before }));
  }
}
