import { type Corruption, ENDED, OF, request } from './corruption';

/** Settings, notices, acts and texts. */
export const OF_WORDS: Corruption[] = [
  ['limits-are-looked-for', `UPDATE holdfast.accounts SET watched = false ${OF}`],
  ['ran-dry-as-told', `UPDATE holdfast.accounts SET ran_dry = NOT ran_dry ${ENDED}`],
  ['ran-dry-as-told', `UPDATE holdfast.accounts SET ran_short = NOT ran_short ${OF}`],
  ['ran-dry-as-told', `UPDATE holdfast.accounts SET ran_dry = true ${OF}`],
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
  ['limits-have-act', `UPDATE holdfast.operator_limits SET since = since - interval '1 day' ${OF}`],
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
  [
    'order-not-ahead',
    `INSERT INTO holdfast.setting_orders VALUES ('acme', 'stop:image-to-image', now(), now() + interval '1 year')`,
  ],
  [
    'order-not-ahead',
    `UPDATE holdfast.setting_orders SET temporal_at = now() + interval '2 days' ${OF} AND setting = 'dailyCreditsMax'`,
  ],
  ['order-was-kept', `DELETE FROM holdfast.setting_orders ${OF} AND setting LIKE 'stop:%'`],
  ['order-was-kept', `DELETE FROM holdfast.setting_orders ${OF} AND setting = 'dailyCreditsMax'`],
  [
    'lost-ended-by-act',
    `INSERT INTO holdfast.lost_operations (account_id, what, id, seen_at, ended) VALUES ('acme', 'purchase', 'forged', now(), 'waived')`,
  ],
  [
    'lost-ended-by-act',
    `UPDATE holdfast.lost_operations SET ended = 'waived' ${OF} AND ended = 'redone'`,
  ],
  ['act-has-lost', `DELETE FROM holdfast.lost_operations ${OF} AND ended = 'waived'`],
  ['act-has-lost', `UPDATE holdfast.lost_operations SET ended = NULL ${OF}`],
  ['watermark-as-opened', 'UPDATE holdfast.ledger_watermark SET mark = 0'],
  ['watermark-as-opened', 'DELETE FROM holdfast.ledger_watermark'],
  ['watermark-as-opened', `UPDATE holdfast.ledger_watermark SET marked_at = 'infinity'`],
  ['notice-told-once', `UPDATE holdfast.notices SET subject = 'one subject' ${OF}`],
  [
    'top-up-wish-passes',
    `UPDATE holdfast.account_settings SET top_up_wanted = 9000, top_up_wanted_at = now() + interval '10 years' ${OF}`,
  ],
  [
    'message-has-subject',
    `INSERT INTO holdfast.outbox (account_id, kind, subject, written_at) VALUES ('acme', 'notices', 'x', now())`,
  ],
  [
    'account-is-there',
    `INSERT INTO holdfast.outbox (account_id, kind, subject, written_at) VALUES ('ghost', 'top-up', '', now())`,
  ],
  [
    'limits-have-act',
    `INSERT INTO holdfast.operator_limits SELECT (jsonb_populate_record(NULL::holdfast.operator_limits, to_jsonb(l) || '{"account_id": "*"}')).* FROM holdfast.operator_limits AS l ${OF}`,
  ],
  [
    'stop-has-act',
    `INSERT INTO holdfast.stops SELECT (jsonb_populate_record(NULL::holdfast.stops, to_jsonb(s) || '{"account_id": "*"}')).* FROM holdfast.stops AS s ${OF}`,
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
