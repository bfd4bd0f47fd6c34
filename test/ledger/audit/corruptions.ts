/** A change behind the functions' back, and the invariant that the audit must name. */
export type Corruption = [invariant: string, damage: string];

const OF = "WHERE account_id = 'acme'";
const ENDED = "WHERE account_id = 'ended'";
const request = (id: string) => `${OF} AND request_id = '${id}'`;
const key = (operation: string, id: string) =>
  `${OF} AND operation = '${operation}' AND key = '${id}'`;
const grantOf = (source: string) => `${OF} AND source = '${source}'`;
const entryOf = (id: string, type: string) => `${request(id)} AND type = '${type}'`;
const LAST = "(SELECT version FROM holdfast.accounts WHERE account_id = 'acme')";

/** Credits, and the entries that move them. */
export const OF_CREDITS: Corruption[] = [
  // A promotion that adds up, with its grant and its entry, but that nobody has asked for.
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

/** Keys, payments, subscriptions, purchases and the catalog. */
export const OF_SALES: Corruption[] = [
  ['grant-has-key', `DELETE FROM holdfast.idempotency_keys ${key('grant', 'gift')}`],
  [
    'grant-has-key',
    `UPDATE holdfast.idempotency_keys SET result = result || '{"grantId": "999"}' ${key('grant', 'gift')}`,
  ],
  [
    'grant-as-asked',
    `UPDATE holdfast.idempotency_keys SET body = body || '{"credits": 9}' ${key('grant', 'gift')}`,
  ],
  ['deduction-has-key', `DELETE FROM holdfast.idempotency_keys ${key('deduct', 'back')}`],
  [
    'deduction-has-key',
    `UPDATE holdfast.idempotency_keys SET result = result || '{"credits": 2}' ${key('deduct', 'back')}`,
  ],
  ['payment-has-key', `DELETE FROM holdfast.idempotency_keys ${key('renew', 'p3')}`],
  ['payment-has-key', `UPDATE holdfast.idempotency_keys SET key = 'p9' ${key('renew', 'p3')}`],
  ['payment-has-key', `DELETE FROM holdfast.payments ${OF} AND reference = 'p2'`],
  [
    'payment-has-key',
    `UPDATE holdfast.payments SET paid_at = paid_at - interval '1 ms' ${OF} AND reference = 'p3'`,
  ],
  [
    'payment-has-key',
    `UPDATE holdfast.payments SET plan_id = 'lite-monthly' ${OF} AND reference = 'p2'`,
  ],
  ['payment-has-key', `UPDATE holdfast.payments SET cycle = 2 ${OF} AND reference = 'p2'`],
  [
    'key-is-known',
    `UPDATE holdfast.idempotency_keys SET operation = 'other' ${key('cancel', 'cancel')}`,
  ],
  [
    'key-has-subscription',
    `UPDATE holdfast.idempotency_keys SET body = '{"subscriptionId": "t"}' ${key('cancel', 'cancel')}`,
  ],
  [
    'subscription-follows-answers',
    `UPDATE holdfast.subscriptions SET cancel_at_period_end = false ${OF}`,
  ],
  [
    'subscription-follows-answers',
    `UPDATE holdfast.subscriptions SET time_zone = 'America/New_York' ${OF}`,
  ],
  [
    'subscription-follows-answers',
    `UPDATE holdfast.subscriptions SET scheduled_plan_id = NULL ${OF}`,
  ],
  ['time-zone-known', `UPDATE holdfast.subscriptions SET time_zone = 'Mars/Olympus' ${OF}`],
  ['waits-as-promised', `UPDATE holdfast.subscriptions SET grace = 'P9D' ${OF}`],
  ['waits-as-promised', `UPDATE holdfast.subscriptions SET settlement_window = 'PT9H' ${OF}`],
  [
    'cycles-follow-calendar',
    `UPDATE holdfast.subscriptions SET anchor = anchor + interval '1 second' ${OF}`,
  ],
  ['cycles-follow-calendar', `UPDATE holdfast.subscriptions SET anchor_cycle = 9 ${OF}`],
  ['closed-as-told', `UPDATE holdfast.subscriptions SET closed_why = 'superseded' ${ENDED}`],
  [
    'closed-as-told',
    `UPDATE holdfast.subscriptions SET closed_at = closed_at - interval '9 days' ${ENDED}`,
  ],
  [
    'cycle-as-paid',
    `UPDATE holdfast.cycles SET ends_at = ends_at + interval '1 hour' ${OF} AND cycle = 2`,
  ],
  ['cycle-as-paid', `UPDATE holdfast.cycles SET plan_id = 'advanced-monthly' ${OF} AND cycle = 2`],
  [
    'terms-follow-answers',
    `UPDATE holdfast.terms SET valid_until = valid_until + interval '1 day' ${OF} AND change = 1`,
  ],
  [
    'terms-follow-answers',
    `UPDATE holdfast.terms SET at = at - interval '1 ms' ${OF} AND change = 2`,
  ],
  ['booked-term-as-told', `UPDATE holdfast.accounts SET booked_term = 0 ${ENDED}`],
  [
    'terms-give-validity',
    `UPDATE holdfast.accounts SET valid_until = valid_until + interval '1 day' ${OF}`,
  ],
  [
    'pack-granted-once',
    `UPDATE holdfast.purchases SET price_cents = 1 ${OF} AND purchase_id = 'bought'`,
  ],
  [
    'purchase-as-sold',
    `UPDATE holdfast.purchases SET catalog_version = 2 ${OF} AND purchase_id = 'open'`,
  ],
  [
    'purchase-as-sold',
    `UPDATE holdfast.purchases SET credits = 9 ${OF} AND purchase_id = 'tombstone'`,
  ],
  [
    'grant-as-asked',
    `UPDATE holdfast.purchases SET payment_id = 'pay-9' ${OF} AND purchase_id = 'bought'`,
  ],
  [
    'purchase-resolved-once',
    `UPDATE holdfast.purchases SET automatic = true ${OF} AND purchase_id = 'open'`,
  ],
  [
    'purchase-resolved-once',
    `UPDATE holdfast.purchases SET reason = NULL ${OF} AND purchase_id = 'declined'`,
  ],
  ['stray-payment-goes-back', `UPDATE holdfast.stray_payments SET returned_at = now() ${OF}`],
  ['stray-payment-goes-back', `UPDATE holdfast.stray_payments SET purchase_id = 'open' ${OF}`],
  [
    'refused-payment-method-as-told',
    `UPDATE holdfast.refused_payment_methods SET payment_method = '' ${OF}`,
  ],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(document, '{kinds,text-to-image,price,credits}', '1') WHERE version = 1`,
  ],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(document, '{packs,pack-125,priceCents}', '1') WHERE version = 2;
     UPDATE holdfast.catalog_versions SET document_hash = holdfast.document_hash(document) WHERE version = 2`,
  ],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET effective_from = effective_from - interval '1 day' WHERE version = 1`,
  ],
  ['catalog-as-applied', 'DELETE FROM holdfast.catalog_versions WHERE version = 2'],
];

/** Settings, notices, acts and texts. */
export const OF_WORDS: Corruption[] = [
  ['limits-are-looked-for', `UPDATE holdfast.accounts SET watched = false ${OF}`],
  ['ran-dry-as-told', `UPDATE holdfast.accounts SET ran_dry = NOT ran_dry ${ENDED}`],
  ['ran-dry-as-told', `UPDATE holdfast.accounts SET ran_short = NOT ran_short ${OF}`],
  ['ends-are-looked-for', `UPDATE holdfast.accounts SET next_notice_at = NULL ${OF}`],
  ['setting-was-said', `UPDATE holdfast.account_settings SET daily_credits_max = 9000 ${OF}`],
  ['setting-was-said', `UPDATE holdfast.account_settings SET generation_credits_max = NULL ${OF}`],
  [
    'setting-was-said',
    `UPDATE holdfast.low_balance_thresholds SET credits = 6 ${OF} AND position = 2`,
  ],
  ['setting-was-said', `DELETE FROM holdfast.account_settings ${OF}`],
  [
    'threshold-told',
    `UPDATE holdfast.low_balance_thresholds SET below = NOT below ${OF} AND position = 1`,
  ],
  [
    'threshold-told',
    `UPDATE holdfast.low_balance_thresholds SET below = NOT below ${OF} AND position = 2`,
  ],
  ['top-up-was-said', `UPDATE holdfast.account_settings SET top_up_cap_cents = 990000 ${OF}`],
  ['top-up-was-said', `UPDATE holdfast.account_settings SET top_up_payment_method = 'else' ${OF}`],
  ['top-up-was-said', `UPDATE holdfast.account_settings SET top_up_price_cents = 1 ${OF}`],
  [
    'top-up-failures-add-up',
    `UPDATE holdfast.account_settings SET top_up_failures = 1, top_up_retry_at = now() ${OF}`,
  ],
  ['top-up-failures-add-up', `UPDATE holdfast.account_settings SET last_top_up = 7 ${OF}`],
  [
    'top-up-failures-add-up',
    `UPDATE holdfast.account_settings SET top_up_stopped_why = 'stopped' ${OF}`,
  ],
  [
    'order-was-said',
    `UPDATE holdfast.setting_orders SET setting = 'concurrentGenerationsMax' ${OF} AND setting = 'dailyCreditsMax'`,
  ],
  ['notices-gap-free', `DELETE FROM holdfast.notices ${OF} AND notice_id = 1`],
  [
    'notice-settled-once',
    `UPDATE holdfast.notices SET status = 'delivered' ${OF} AND notice_id = 1`,
  ],
  [
    'notice-tells-what-is',
    `UPDATE holdfast.notices SET data = data || '{"left": 99999}' ${OF} AND type = 'balance-low'`,
  ],
  ['notice-tells-what-is', `UPDATE holdfast.notices SET type = 'gift' ${OF} AND notice_id = 1`],
  ['stop-has-act', `UPDATE holdfast.stops SET reason = 'else' ${OF}`],
  ['stop-has-act', `UPDATE holdfast.stops SET since = since - interval '1 day' ${OF}`],
  ['act-has-stop', `DELETE FROM holdfast.stops ${OF}`],
  ['limits-have-act', `UPDATE holdfast.operator_limits SET daily_credits_max = 1 ${OF}`],
  ['act-has-limits', `DELETE FROM holdfast.operator_limits ${OF}`],
  [
    'intervention-has-act',
    `UPDATE holdfast.interventions SET at = at - interval '1 ms' ${OF} AND what = 'reservation'`,
  ],
  ['act-has-intervention', `DELETE FROM holdfast.interventions ${OF} AND what = 'notice'`],
  [
    'intervention-ended-it',
    `UPDATE holdfast.interventions SET id = 'gone-by' ${OF} AND what = 'reservation'`,
  ],
  ['entry-has-act', `DELETE FROM holdfast.operator_acts ${OF} AND what = 'deduct'`],
  ['act-linked', `UPDATE holdfast.operator_acts SET login = 'else' ${OF} AND what = 'grant'`],
  ['act-linked', `UPDATE holdfast.operator_acts SET claimed_identity = 'x', service = 'y' ${OF}`],
  ['act-linked', `UPDATE holdfast.operator_acts SET by_name = 'else' WHERE account_id = '*'`],
  ['act-linked', `UPDATE holdfast.operator_acts SET link = sha256('x') ${OF} AND place = 2`],
  ['act-linked', `UPDATE holdfast.operator_acts SET link = NULL, place = NULL ${OF}`],
  ['act-linked', `DELETE FROM holdfast.operator_acts WHERE account_id = '*' AND place = 1`],
  [
    'act-linked',
    `DELETE FROM holdfast.operator_acts WHERE act_id = (SELECT max(act_id) FROM holdfast.operator_acts WHERE account_id = '*')`,
  ],
  ['act-linked', `UPDATE holdfast.act_chains SET acts = acts + 1 ${OF}`],
  ['act-linked', `DELETE FROM holdfast.act_chains ${OF}`],
  ['version-linked', `UPDATE holdfast.catalog_versions SET link = NULL WHERE version = 1`],
  [
    'version-linked',
    `UPDATE holdfast.catalog_versions SET document = document || '{"packs": {}}' WHERE version = 1;
     UPDATE holdfast.catalog_versions SET document_hash = holdfast.document_hash(document)`,
  ],
  [
    'act-has-entry',
    `INSERT INTO holdfast.operator_acts (account_id, what, detail, at, entry_version) VALUES ('acme', 'grant', '{"credits": 5}', now(), 999)`,
  ],
  ['workflow-grants-add-up', 'UPDATE holdfast.workflow_grant_days SET credits = 0'],
  ['workflow-grants-add-up', 'UPDATE holdfast.workflow_grant_days SET credits = 9999'],
  ['text-matches-commitment', `UPDATE holdfast.personal_texts SET text = 'else' ${OF}`],
  [
    'text-referred-to-once',
    `INSERT INTO holdfast.personal_texts (account_id, text, salt) VALUES ('acme', 'y', 'y')`,
  ],
  ['text-erased-whole', `UPDATE holdfast.personal_texts SET text = NULL, salt = NULL ${OF}`],
  ['text-stands-apart', `UPDATE holdfast.operator_acts SET reason = 'y' ${OF} AND what = 'stop'`],
  ['erased-by-act', `UPDATE holdfast.reservations SET erased = true ${request('open')}`],
  [
    'erased-by-act',
    `UPDATE holdfast.reservations SET erased = false ${ENDED} AND request_id = 'r'`,
  ],
  [
    'erased-holds-no-text',
    `UPDATE holdfast.reservations SET output_url = 'file:///o' ${ENDED} AND request_id = 'r'`,
  ],
];

/** Rows that no arithmetic takes: none of them stops the audit. */
export const UNREADABLE: Corruption[] = [
  ['cycles-follow-calendar', `UPDATE holdfast.subscriptions SET cycle = 'a month' ${OF}`],
  ['can-be-checked', `UPDATE holdfast.subscriptions SET grace = 'for ever' ${OF}`],
  [
    'catalog-as-applied',
    `UPDATE holdfast.catalog_versions SET document = jsonb_set(document, '{effectiveFrom}', '"soon"') WHERE version = 2`,
  ],
  [
    'journal-replays',
    `UPDATE holdfast.entries SET available_delta = 9223372036854775807, remainder_deltas = '{9223372036854775807}' ${OF} AND version <= 2`,
  ],
  [
    'can-be-checked',
    `UPDATE holdfast.entries SET remainder_deltas = '{9223372036854775807}' ${OF} AND version IN (1, 2);
     UPDATE holdfast.entries SET grant_ids = '{1}' ${OF} AND version = 2`,
  ],
  [
    'can-be-checked',
    `UPDATE holdfast.notices SET data = '{"left": "much", "available": 1, "thresholdCredits": 2}' ${OF} AND type = 'balance-low'`,
  ],
];
