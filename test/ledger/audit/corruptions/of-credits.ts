import { type Corruption, ENDED, entryOf, grantOf, LAST, OF, request } from './corruption';

/** Credits, and the entries that move them. */
export const OF_CREDITS: Corruption[] = [
  // A promotion that adds up, with its grant and its entry, but that no request asked for.
  [
    'grant-has-key',
    `INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at, ends_at)
     SELECT account_id, version + 1, 'promotion', 10, 50, 50, 0, 'USD', last_entry_at, last_entry_at + interval '9 days' FROM holdfast.accounts ${OF};
     INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas, reserved_deltas,
       available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after, grant_id, by_name)
     SELECT account_id, version + 1, last_entry_at, 'grant', 50, 0, ARRAY[version + 1], '{50}', '{0}', available + 50, reserved, spent, expired, deducted,
       granted + 50, version + 1, 'ops' FROM holdfast.accounts ${OF};
     UPDATE holdfast.accounts SET version = version + 1, available = available + 50, granted = granted + 50 ${OF}`,
  ],
  ['entry-linked', `UPDATE holdfast.entries SET link = sha256('x') ${entryOf('open', 'reserve')}`],
  ['entry-linked', `UPDATE holdfast.entries SET link = NULL ${OF} AND version = 1`],
  ['entry-linked', `UPDATE holdfast.entries SET link = NULL ${OF}`],
  ['entry-linked', `UPDATE holdfast.entries SET by_name = 'x' ${OF} AND by_name IS NOT NULL`],
  // The last entry, undone as if it had never been.
  [
    'grant-has-key',
    `DELETE FROM holdfast.grants ${OF} AND grant_id = ${LAST};
     DELETE FROM holdfast.entries ${OF} AND version = ${LAST};
     UPDATE holdfast.accounts SET version = version - 1, available = available - 6, granted = granted - 6 ${OF}`,
  ],
  [
    'expired-when-ended',
    `INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta, grant_ids, remainder_deltas, reserved_deltas,
       available_after, reserved_after, spent_after, expired_after, deducted_after, granted_after, grant_id, reason)
     SELECT a.account_id, a.version + 1, a.last_entry_at, 'expire', -g.remaining, 0, ARRAY[g.grant_id], ARRAY[-g.remaining], '{0}', a.available - g.remaining,
       a.reserved, a.spent, a.expired + g.remaining, a.deducted, a.granted, g.grant_id, 'lapsed'
     FROM holdfast.accounts AS a JOIN holdfast.grants AS g USING (account_id) ${OF} AND g.source = 'pack';
     UPDATE holdfast.accounts AS a SET version = version + 1, available = a.available - 125, expired = a.expired + 125 ${OF};
     UPDATE holdfast.grants SET remaining = 0 ${grantOf('pack')}`,
  ],
  // Taken from the plan's credits although the adjustment's were older, and both rows know it.
  [
    'burn-order',
    `UPDATE holdfast.entries SET grant_ids = ARRAY[(SELECT grant_id FROM holdfast.grants ${grantOf('pack')})] ${request('open')};
     UPDATE holdfast.reservations SET allocated_grants = ARRAY[(SELECT grant_id FROM holdfast.grants ${grantOf('pack')})] ${request('open')}`,
  ],
  [
    'burn-order',
    `UPDATE holdfast.entries SET grant_ids = ARRAY[grant_ids[2], grant_ids[1]] || grant_ids[3:],
       remainder_deltas = ARRAY[remainder_deltas[2], remainder_deltas[1]] || remainder_deltas[3:],
       reserved_deltas = ARRAY[reserved_deltas[2], reserved_deltas[1]] || reserved_deltas[3:] ${request('avatar')};
     UPDATE holdfast.reservations SET allocated_grants = ARRAY[allocated_grants[2], allocated_grants[1]] || allocated_grants[3:],
       allocated_credits = ARRAY[allocated_credits[2], allocated_credits[1]] || allocated_credits[3:] ${request('avatar')}`,
  ],
  [
    'spent-while-valid',
    `UPDATE holdfast.grants SET ends_at = granted_at + interval '1 second' ${grantOf('promotion')}`,
  ],
  [
    'burn-order',
    `UPDATE holdfast.grants SET ends_at = ends_at + interval '1 year' ${grantOf('promotion')} AND credits = 10`,
  ],
  [
    'burn-order',
    `UPDATE holdfast.grants SET priority = 40 ${grantOf('promotion')} AND credits = 10`,
  ],
  [
    'priced-by-catalog',
    `UPDATE holdfast.reservations SET credits = 3, allocated_credits = '{3}' ${request('open')};
     UPDATE holdfast.entries SET reserved_delta = 3, available_delta = -3, remainder_deltas = '{-3}', reserved_deltas = '{3}' ${request('open')}`,
  ],
  [
    'priced-by-catalog',
    `UPDATE holdfast.reservations SET body = body || '{"seconds": 30}' ${request('avatar')}`,
  ],
  [
    'priced-by-catalog',
    `UPDATE holdfast.reservations SET body = body || '{"kind": "hologram"}' ${request('done')}`,
  ],
  [
    'priced-by-catalog',
    `UPDATE holdfast.reservations SET body = body || '{"maxCredits": 1}' ${request('done')}`,
  ],
  ['priced-by-catalog', `UPDATE holdfast.reservations SET catalog_version = 2 ${request('done')}`],
  ['priced-by-catalog', `UPDATE holdfast.reservations SET charged = 1 ${request('done')}`],
  [
    'priced-by-catalog',
    `UPDATE holdfast.reservations SET admitted_credits = 2999 ${request('waits')}`,
  ],
  [
    'reservations-match-journal',
    `UPDATE holdfast.reservations SET reason = 'other' ${request('gone')}`,
  ],
  [
    'reservations-match-journal',
    `UPDATE holdfast.entries SET remainder_deltas = ARRAY[1, 0, 2]::bigint[] ${entryOf('avatar', 'commit')}`,
  ],
  ['journal-names-grants', `UPDATE holdfast.entries SET grant_ids = '{999}' ${request('open')}`],
  [
    'journal-replays',
    `UPDATE holdfast.entries SET spent_after = spent_after + 1, available_after = available_after - 1 ${entryOf('done', 'commit')}`,
  ],
  ['journal-legs-add-up', `UPDATE holdfast.entries SET reserved_deltas = '{1}' ${request('open')}`],
  [
    'journal-time-ordered',
    `UPDATE holdfast.entries SET at = at - interval '1 hour' ${entryOf('done', 'commit')}`,
  ],
  ['journal-gap-free', `DELETE FROM holdfast.entries ${entryOf('done', 'commit')}`],
  [
    'journal-gives-balances',
    `UPDATE holdfast.accounts SET spent = spent - 1, granted = granted - 1 ${OF}`,
  ],
  [
    'journal-gives-remainders',
    `UPDATE holdfast.grants SET remaining = remaining - 1 ${grantOf('pack')}`,
  ],
  [
    'entry-says-why',
    `UPDATE holdfast.entries SET reason = 'gift' ${OF} AND grant_id = 1 AND type = 'grant'`,
  ],
  ['entry-says-why', `UPDATE holdfast.entries SET by_name = 'else' ${entryOf('hand', 'release')}`],
  [
    'entry-says-why',
    `UPDATE holdfast.entries SET reason = 'lapsed' ${ENDED} AND type = 'expire' AND reason = 'ended'`,
  ],
  ['entry-has-act', `UPDATE holdfast.entries SET by_name = 'else' ${OF} AND type = 'deduct'`],
  [
    'grant-as-asked',
    `UPDATE holdfast.grants SET cost_cents = 500 ${grantOf('promotion')} AND credits = 10`,
  ],
  ['grant-as-asked', `UPDATE holdfast.grants SET currency = 'EUR' ${grantOf('plan')}`],
  [
    'grant-as-asked',
    `UPDATE holdfast.grants SET source = 'adjustment' ${grantOf('promotion')} AND credits = 10`,
  ],
  [
    'grant-as-asked',
    `UPDATE holdfast.grants SET term = NULL, ends_at = granted_at + interval '9 days' ${grantOf('adjustment')}`,
  ],
  ['account-is-there', `DELETE FROM holdfast.accounts ${OF}`],
  ['counts-match-reservations', `UPDATE holdfast.accounts SET day = NULL, day_credits = 0 ${OF}`],
  ['counts-match-reservations', `UPDATE holdfast.accounts SET day_credits = 0 ${OF}`],
  ['counts-match-reservations', `UPDATE holdfast.accounts SET last_ticket = last_ticket + 1 ${OF}`],
  [
    'resolved-once',
    `UPDATE holdfast.reservations SET state = 'open', resolved_at = NULL, expires_at = now(), charged = 0 ${request('done')}`,
  ],
  ['resolved-once', `DELETE FROM holdfast.reservations ${request('gone')}`],
  [
    'resolved-once',
    `UPDATE holdfast.reservations SET body = '{"kind": "text-to-image"}' ${request('tombstone')}`,
  ],
  [
    'reservation-says-how',
    `UPDATE holdfast.reservations SET reason = NULL ${request('tombstone')}`,
  ],
  ['reservation-says-how', `UPDATE holdfast.reservations SET output_url = NULL ${request('done')}`],
  [
    'reservation-says-how',
    `UPDATE holdfast.reservations SET missing_passes = 2 ${request('open')}`,
  ],
  [
    'ticket-complete',
    `UPDATE holdfast.reservations SET wait_until = wait_until + interval '2 years' ${request('waits')}`,
  ],
  [
    'blocks-match-tickets',
    `UPDATE holdfast.reservations SET request_bytes = 9 ${request('waits')}`,
  ],
  [
    'free-cancels-counted',
    `UPDATE holdfast.reservations SET free_cancel_at = NULL ${request('gone')}`,
  ],
  [
    'message-has-subject',
    "INSERT INTO holdfast.outbox (account_id, kind, subject, written_at) VALUES ('acme', 'wake', 'unknown', now())",
  ],
];
