import { z } from 'zod';
import { requestRecord } from '../../contract/generation';
import { type WaitLimit, waitingPlace, waitingQueue } from '../../contract/waiting';
import { ledgerRefusal } from '../connection/answers';
import {
  bigint,
  flag,
  integer,
  json,
  operation,
  optional,
  page,
  text,
  textOfJson,
  value,
} from '../connection/sql-function';
import { account, body, byHand, noQuote, notAfter, quote, request, wait } from './parameters';

const heldUp = ledgerRefusal.optional();

/** Requests: what they hold, wait for and cost. */
export const RESERVATION_FUNCTIONS = {
  admission_outlook: value(
    ['web', 'operator'],
    {
      ...request,
      body,
      credits: optional(bigint),
      catalogVersion: optional(integer),
      wait: optional(json<WaitLimit>()),
    },
    z.object({ known: z.boolean(), refusal: ledgerRefusal.nullable(), isShort: z.boolean() }),
  ),
  reserve_credits: operation(
    ['worker'],
    { ...request, body, ...quote, wait, notAfter },
    requestRecord,
  ),
  refuse_credits: operation(
    ['worker'],
    { ...request, body, credits: bigint, catalogVersion: integer },
    requestRecord.nullable(),
  ),
  /** Asks only whether the request is known. */
  known_reservation: operation(
    ['worker'],
    { ...request, body, ...noQuote, wait },
    requestRecord.nullable(),
    'reserve_credits',
  ),
  // An operator's grant may find the first ticket of a queue without its workflow.
  drop_ended_ticket: operation(['worker', 'operator'], request, requestRecord),
  resume_request: operation(['worker'], { ...request, ...quote }, requestRecord),
  commit_reservation: operation(
    ['worker'],
    { ...request, credits: bigint, outputUrl: text },
    requestRecord,
  ),
  charge_cancelled: operation(['worker'], { ...request, credits: bigint }, requestRecord),
  release_reservation: operation(['worker'], { ...request, reason: text }, requestRecord),
  /** Each answer is its operation's, and is held to that one's schema. */
  run_batch: page(['worker'], { operations: textOfJson, waits: flag }, z.unknown()),
  release_by_hand: operation(['operator'], { ...request, ...byHand }, requestRecord),
  // The one thing that web writes: it counts free cancellations.
  request_cancel: operation(
    ['web', 'operator'],
    { ...request, hourlyMax: integer },
    requestRecord.nullable(),
  ),
  request: value(['web', 'worker', 'operator'], request, requestRecord.nullable()),
  open_requests: value(['web', 'operator'], { ...account, limit: integer }, z.array(requestRecord)),
  waiting_queue: value(
    ['web', 'operator'],
    { ...account, after: optional(bigint), limit: optional(integer) },
    waitingQueue.extend({ heldUp }),
    'queue_page',
  ),
  waiting_place: value(
    ['web', 'worker', 'operator'],
    { ...account, requestId: optional(text) },
    waitingPlace.extend({ heldUp }),
  ),
} as const;
