import { rowWith } from './changed-rows';

const eventWith = (changes: Record<string, string>) =>
  rowWith(
    'billing_events',
    'source, event_id, type, body, occurred_at, received_at, state, reason, attempts, wait_until, look_from, ended_at',
    { event_id: "'new'", ...changes },
  );
const EVENT = 'UPDATE holdfast.billing_events SET';

/** Each statement breaks one constraint of what billing systems tell. */
export const BILLING_VIOLATIONS: [constraint: string, statement: string][] = [
  ['billing_events_pkey', eventWith({ event_id: 'event_id' })],
  [
    'billing_events_place_once',
    `INSERT INTO holdfast.billing_events (source, event_id, place, type, body, occurred_at, received_at, state, wait_until, look_from)
     OVERRIDING SYSTEM VALUE
     SELECT source, 'new', place, type, body, occurred_at, received_at, state, wait_until, look_from
     FROM holdfast.billing_events`,
  ],
  ['billing_events_source_valid', eventWith({ source: "'A/b'" })],
  ['billing_events_id_valid', eventWith({ event_id: "'a/b'" })],
  ['billing_events_body_bounded', `${EVENT} body = jsonb_build_object('x', repeat('x', 16384))`],
  [
    'billing_events_state_known',
    eventWith({ state: "'other'", ended_at: 'now()', look_from: 'NULL', reason: "'x'" }),
  ],
  ['billing_events_ended_has_time', `${EVENT} state = 'failed', reason = 'x'`],
  ['billing_events_pending_is_looked_after', `${EVENT} look_from = NULL`],
  [
    'billing_events_reason_says_why',
    `${EVENT} state = 'failed', ended_at = now(), look_from = NULL`,
  ],
  ['billing_events_attempts_not_negative', `${EVENT} attempts = -1`],
];
