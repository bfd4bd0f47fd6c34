import { rowWith } from './changed-rows';

const OPEN = "WHERE request_id = 'open'";
const DONE = "WHERE request_id = 'done'";
const PARKED = "WHERE request_id = 'parked'";

/** Each statement breaks one constraint of reservations or of the queue. */
export const RESERVATION_VIOLATIONS: [constraint: string, statement: string][] = [
  ['reservations_pkey', "UPDATE holdfast.reservations SET request_id = 'same'"],
  ['reservations_account_fkey', `UPDATE holdfast.reservations SET account_id = 'nobody' ${OPEN}`],
  ['reservations_request_id_valid', `UPDATE holdfast.reservations SET request_id = 'a:b' ${OPEN}`],
  [
    'reservations_state_known',
    `UPDATE holdfast.reservations SET state = 'lost', charged = 0 ${DONE}`,
  ],
  [
    'reservations_charged_in_range',
    `UPDATE holdfast.reservations SET charged = credits + 1 ${DONE}`,
  ],
  ['reservations_charged_in_range', `UPDATE holdfast.reservations SET charged = -1 ${DONE}`],
  ['reservations_only_a_commit_charges', `UPDATE holdfast.reservations SET charged = 1 ${OPEN}`],
  [
    'reservations_only_a_commit_charges',
    `UPDATE holdfast.reservations SET state = 'released' ${DONE}`,
  ],
  ['reservations_charge_reason', `UPDATE holdfast.reservations SET reason = 'late' ${DONE}`],
  ['reservations_charge_reason', `UPDATE holdfast.reservations SET reason = 'cancelled' ${DONE}`],
  [
    'reservations_resolved_has_time',
    `UPDATE holdfast.reservations SET resolved_at = now() ${OPEN}`,
  ],
  ['reservations_resolved_has_time', `UPDATE holdfast.reservations SET resolved_at = NULL ${DONE}`],
  ['reservations_open_has_expiry', `UPDATE holdfast.reservations SET expires_at = NULL ${OPEN}`],
  ['reservations_tombstone_is_released', `UPDATE holdfast.reservations SET body = NULL ${OPEN}`],
  ['reservations_waiting_holds_nothing', `UPDATE holdfast.reservations SET credits = 1 ${PARKED}`],
  [
    'reservations_waiting_holds_nothing',
    `UPDATE holdfast.reservations SET state = 'waiting' ${OPEN}`,
  ],
  ['reservations_ticket_complete', `UPDATE holdfast.reservations SET wait_until = NULL ${PARKED}`],
  ['reservations_waits_for_something', `UPDATE holdfast.reservations SET waits_for = 0 ${PARKED}`],
  [
    'reservations_queue',
    rowWith(
      'reservations',
      'account_id, request_id, body, state, credits, allocated_grants, allocated_credits, expires_at, ticket, waits_for, admitted_credits, waiting_since, wait_until',
      { request_id: "'second'" },
      PARKED,
    ),
  ],
  ['queue_blocks_pkey', 'INSERT INTO holdfast.queue_blocks SELECT * FROM holdfast.queue_blocks'],
  ['queue_blocks_account_fkey', "UPDATE holdfast.queue_blocks SET account_id = 'nobody'"],
  ['queue_blocks_in_range', 'UPDATE holdfast.queue_blocks SET tickets = 101'],
  ['queue_blocks_in_range', 'UPDATE holdfast.queue_blocks SET credits = -1'],
];
