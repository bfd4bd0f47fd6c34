import type { Corruption } from './corruption';

const EVENT = 'UPDATE holdfast.billing_events SET';
const APPLIED = "WHERE event_id = 'applied'";
const CLOSED = "WHERE event_id = 'closed'";

/** What billing systems have told. */
export const OF_BILLING: Corruption[] = [
  ['event-as-told', `${EVENT} type = 'subscription-ended' ${APPLIED}`],
  ['event-as-told', `${EVENT} body = body || '{"accountId": "other"}' ${APPLIED}`],
  ['event-as-told', `${EVENT} subscription_id = 't' ${APPLIED}`],
  ['event-as-told', `${EVENT} occurred_at = occurred_at - interval '1 day' ${APPLIED}`],
  ['event-ended-once', `${EVENT} ended_at = NULL ${APPLIED}`],
  ['event-ended-once', `${EVENT} look_from = now() ${APPLIED}`],
  ['event-ended-once', `${EVENT} ended_at = received_at - interval '1 day' ${APPLIED}`],
  ['event-ended-once', `${EVENT} reason = NULL ${CLOSED}`],
  ['event-ended-once', `${EVENT} attempts = 0 ${CLOSED}`],
  ['event-has-payment', `${EVENT} body = body || '{"paymentReference": "forged"}' ${APPLIED}`],
  [
    'event-has-dispute',
    `${EVENT} body = body || '{"disputeId": "forged"}' WHERE event_id = 'disputed'`,
  ],
  [
    'event-has-refund',
    `${EVENT} body = body || '{"refundId": "forged"}' WHERE event_id = 'refunded'`,
  ],
  ['event-has-act', `${EVENT} state = 'closed', reason = 'by-hand' ${APPLIED}`],
  ['act-has-event', `DELETE FROM holdfast.billing_events ${CLOSED}`],
];
