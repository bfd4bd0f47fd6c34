import { z } from 'zod';
import { overdueHead, stuckLines } from '../../contract/stuck';
import { due, openWork, reconciliationScope } from '../../contract/upkeep';
import {
  bigint,
  command,
  integer,
  optional,
  page,
  text,
  texts,
  time,
  value,
} from '../connection/sql-function';
import {
  after,
  byTemporal,
  duePage,
  inWords,
  purchaseOf,
  request,
  subscriptionOf,
} from './parameters';

/** What reconciliation looks after, and what waits for an operator. */
export const UPKEEP_FUNCTIONS = {
  reconciliation_scope: value(['worker', 'operator'], {}, reconciliationScope),
  due_reservations: page(
    ['worker', 'operator'],
    {
      afterExpiresAt: optional(time),
      afterAccountId: optional(text),
      afterRequestId: optional(text),
      dueBy: time,
      limit: integer,
    },
    due.hold,
  ),
  extend_hold: command(['worker'], { ...request, holdMs: bigint }),
  extend_holds: value(
    ['worker'],
    { accountIds: texts, requestIds: texts, holdMs: bigint },
    z.int(),
  ),
  take_due_holds: page(['worker'], { dueBy: time, passId: text, limit: integer }, due.takenHold),
  note_unsettled: command(['worker'], request),
  note_missing: value(['worker'], { ...request, passId: text }, z.int().nullable()),
  due_cycles: page(['worker'], duePage, due.subscription),
  due_expiries: page(['worker'], duePage, due.expiry),
  ended_grants: page(['worker'], duePage, due.endedGrant),
  unfinished_purchases: page(
    ['worker'],
    { dueBy: time, ...after, afterPurchaseId: optional(text), limit: integer },
    due.purchase,
  ),
  unwatched_subscriptions: page(['worker'], duePage, due.subscription),
  watch_subscription: command(['worker'], { ...subscriptionOf, forMs: bigint }),
  watch_purchase: command(['worker'], { ...purchaseOf, forMs: bigint }),
  confirm_reconciliation: command(['worker'], { passId: text, ...inWords, ...byTemporal }),
  stuck: value(['operator'], { intervalMs: bigint, limit: integer }, stuckLines),
  open_work: value(['worker'], { intervalMs: bigint }, openWork),
  overdue_heads: page(['operator'], { waitedMs: bigint, limit: integer }, overdueHead),
} as const;
