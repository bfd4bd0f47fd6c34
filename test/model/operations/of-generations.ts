import type { RequestBody } from '../../../contract/generation';
import { queueRecord, resume, type Wait } from '../rules/queue';
import { commit, type Quote, release, requestCancel, reserve } from '../rules/requests';
import { done, type Json } from '../rules/state';
import { BY, type OfAccount, type OfRequest, sides } from './sides';

const HOLD_MS = 600_000;

const quoteOf = ({ credits, catalogVersion }: Quote) => ({
  credits,
  catalogVersion: String(catalogVersion),
});

export const ofGenerations = {
  reserve: sides<OfRequest<{ body: Json; quote: Quote; wait: Wait | null }>>({
    rules: (world, { accountId, requestId, body, quote, wait }) =>
      reserve(world, accountId, requestId, body, quote, HOLD_MS, wait),
    books: ({ ledger }, { accountId, requestId, body, quote, wait }) =>
      ledger.reserve(
        accountId,
        requestId,
        body as unknown as RequestBody,
        quoteOf(quote),
        HOLD_MS,
        wait,
      ),
  }),
  resume: sides<OfRequest<{ quote: Quote }>>({
    rules: (world, { accountId, requestId, quote }) =>
      resume(world, accountId, requestId, quote, HOLD_MS),
    books: ({ ledger }, { accountId, requestId, quote }) =>
      ledger.resume(accountId, requestId, quoteOf(quote), HOLD_MS),
  }),
  commit: sides<OfRequest<{ credits: number; outputUrl: string }>>({
    rules: (world, { accountId, requestId, credits, outputUrl }) =>
      commit(world, accountId, requestId, credits, outputUrl),
    books: ({ ledger }, { accountId, requestId, credits, outputUrl }) =>
      ledger.commit(accountId, requestId, credits, outputUrl),
  }),
  chargeCancelled: sides<OfRequest<{ credits: number }>>({
    rules: (world, { accountId, requestId, credits }) =>
      commit(world, accountId, requestId, credits, null),
    books: ({ ledger }, { accountId, requestId, credits }) =>
      ledger.cancellations.charge(accountId, requestId, credits),
  }),
  release: sides<OfRequest<{ reason: string }>>({
    rules: (world, { accountId, requestId, reason }) =>
      release(world, accountId, requestId, reason),
    books: ({ ledger }, { accountId, requestId, reason }) =>
      ledger.release(accountId, requestId, reason),
  }),
  releaseByHand: sides<OfRequest<object>>({
    rules: (world, { accountId, requestId }) =>
      release(world, accountId, requestId, BY.reason, BY.by),
    books: ({ ledger }, { accountId, requestId }) =>
      ledger.interventions.release({ accountId, requestId, ...BY }),
  }),
  requestCancel: sides<OfRequest<{ hourlyMax: number }>>({
    rules: (world, { accountId, requestId, hourlyMax }) =>
      requestCancel(world, accountId, requestId, hourlyMax),
    books: ({ ledger }, { accountId, requestId, hourlyMax }) =>
      ledger.cancellations.request(accountId, requestId, hourlyMax),
  }),
  waitingQueue: sides<OfAccount<object>>({
    rules: (world, { accountId }) => done(queueRecord(world, accountId)),
    books: ({ ledger }, { accountId }) => ledger.waitingQueue(accountId),
  }),
};
