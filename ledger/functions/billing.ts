import {
  type BillingEventBody,
  billingEventKey,
  billingEventRecord,
  billingEvents,
} from '../../contract/billing-event';
import { due } from '../../contract/upkeep';
import {
  bigint,
  command,
  integer,
  json,
  operation,
  optional,
  page,
  text,
  time,
  value,
} from '../connection/sql-function';
import { byHand } from './parameters';

const event = { source: text, eventId: text };

/** What billing systems have told. */
export const BILLING_FUNCTIONS = {
  record_billing_event: operation(
    ['web'],
    { ...event, body: json<BillingEventBody>() },
    billingEventRecord,
  ),
  apply_billing_event: operation(['worker'], { ...event, environment: text }, billingEventRecord),
  fail_billing_event: operation(['worker'], { ...event, code: text }, billingEventRecord),
  pending_billing_events: page(['worker'], { accountId: text, limit: integer }, billingEventKey),
  unwatched_billing_events: page(
    ['worker'],
    {
      dueBy: time,
      afterAt: optional(time),
      afterSource: optional(text),
      afterEventId: optional(text),
      limit: integer,
    },
    due.billingEvent,
  ),
  watch_billing_event: command(['worker'], { ...event, forMs: bigint }),
  retry_billing_event: operation(['operator'], { ...event, ...byHand }, billingEventRecord),
  close_billing_event: operation(['operator'], { ...event, ...byHand }, billingEventRecord),
  billing_event: value(['web', 'worker', 'operator'], event, billingEventRecord.nullable()),
  billing_events: value(
    ['web', 'operator'],
    {
      state: optional(text),
      accountId: optional(text),
      before: optional(bigint),
      limit: integer,
    },
    billingEvents,
  ),
} as const;
