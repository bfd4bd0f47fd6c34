import type {
  BillingEvent,
  BillingEventByHand,
  BillingEventKey,
  BillingEventsPage,
} from '../../contract/billing-event';
import type { ErrorCode } from '../../contract/errors';
import type { BillingEventCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

export type Billing = ReturnType<typeof billing>;

/**
 * What billing systems have told, by source and event id. An event is kept first, and applied
 * afterwards; each operation is safe to repeat.
 */
export function billing(calls: LedgerCalls) {
  return {
    /**
     * Keeps an event. One that is known answers with how it stands. Refusal: IDEMPOTENCY_CONFLICT
     * (the same id with another body).
     */
    record: ({ source, eventId, ...body }: BillingEvent) =>
      calls.operate('record_billing_event', { source, eventId, body }),

    /**
     * Applies an event, and keeps how it has ended; one that can't be applied yet is `waiting`.
     * Refusal: BILLING_EVENT_NOT_FOUND.
     */
    apply: (key: BillingEventKey, environment: 'live' | 'test') =>
      calls.operate('apply_billing_event', { ...key, environment }),

    /**
     * Ends an event that can't be applied for good, for an operator to see. Refusal:
     * BILLING_EVENT_NOT_FOUND.
     */
    fail: (key: BillingEventKey, code: ErrorCode) =>
      calls.operate('fail_billing_event', { ...key, code }),

    /** The account's events that are to be applied, in the order of what they tell. */
    pending: (accountId: string, limit: number) =>
      calls.page('pending_billing_events', { accountId, limit }),

    /** Events whose workflow is to be looked for, after the last one seen. */
    unwatched: (dueBy: string, after: BillingEventCursor | null, limit: number) =>
      calls.page('unwatched_billing_events', {
        ...{ dueBy, limit },
        ...{ afterAt: after?.at, afterSource: after?.source, afterEventId: after?.eventId },
      }),

    /** The event's workflow runs: `unwatched` leaves it out for `forMs`. */
    watch: ({ source, eventId }: BillingEventKey, forMs: number) =>
      calls.run('watch_billing_event', { source, eventId, forMs }),

    /**
     * Has an event applied again, with an operator's reason and name. Refusals:
     * BILLING_EVENT_NOT_FOUND, BILLING_EVENT_APPLIED.
     */
    retry: (word: BillingEventByHand) => calls.operate('retry_billing_event', word),

    /**
     * Closes an event that is not to be applied, with an operator's reason and name. Refusals:
     * BILLING_EVENT_NOT_FOUND, BILLING_EVENT_APPLIED.
     */
    close: (word: BillingEventByHand) => calls.operate('close_billing_event', word),

    /** One event; null if there is none. */
    get: ({ source, eventId }: BillingEventKey) => calls.call('billing_event', { source, eventId }),

    /** A page of events, newest told first. */
    read: (page: BillingEventsPage) => calls.call('billing_events', page),
  };
}
