import { START } from '../ledger-support';
import { entryWith } from './changed-rows';

const KEY = "INSERT INTO holdfast.idempotency_keys VALUES ('base', 'grant',";

/** Each statement breaks one constraint of accounts, grants, settings, messages or the journal. */
export const ACCOUNT_VIOLATIONS: [constraint: string, statement: string][] = [
  ['accounts_pkey', "INSERT INTO holdfast.accounts (account_id) VALUES ('base')"],
  ['accounts_account_id_valid', "INSERT INTO holdfast.accounts (account_id) VALUES ('a/b')"],
  ['accounts_account_id_valid', "INSERT INTO holdfast.accounts (account_id) VALUES ('')"],
  [
    'accounts_account_id_valid',
    String.raw`INSERT INTO holdfast.accounts (account_id) VALUES (E'a\n')`,
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET available = -1, spent = spent + available + 1',
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET reserved = -1, spent = spent + reserved + 1',
  ],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET expired = -1, spent = spent + 1'],
  ['accounts_figures_not_negative', 'UPDATE holdfast.accounts SET owed = -1'],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET frozen = -1, spent = spent + frozen + 1',
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET deducted = -1, spent = spent + 1',
  ],
  [
    'accounts_figures_not_negative',
    'UPDATE holdfast.accounts SET spent = -1, available = available + spent + 1',
  ],
  ['accounts_figures_add_up', 'UPDATE holdfast.accounts SET available = available + 1'],
  [
    'accounts_granted_is_safe_integer',
    'UPDATE holdfast.accounts SET available = available + 9007199254740992 - granted, granted = 9007199254740992',
  ],
  ['grants_pkey', "UPDATE holdfast.grants SET grant_id = 7 WHERE account_id = 'base'"],
  [
    'grants_account_fkey',
    "UPDATE holdfast.grants SET account_id = 'nobody' WHERE account_id = 'base'",
  ],
  ['grants_source_known', "UPDATE holdfast.grants SET source = 'gift'"],
  ['grants_credits_positive', 'UPDATE holdfast.grants SET credits = 0, remaining = 0'],
  ['grants_remaining_in_range', 'UPDATE holdfast.grants SET remaining = credits + 1'],
  ['grants_remaining_in_range', 'UPDATE holdfast.grants SET remaining = -1'],
  ['grants_cost_not_negative', 'UPDATE holdfast.grants SET cost_cents = -1'],
  ['grants_currency_is_iso_4217', "UPDATE holdfast.grants SET currency = 'usd'"],
  ['grants_end_is_own_or_of_term', 'UPDATE holdfast.grants SET term = 1'],
  ['grants_end_is_own_or_of_term', "UPDATE holdfast.grants SET source = 'pack', ends_at = NULL"],
  ['grants_promotion_has_own_end', 'UPDATE holdfast.grants SET ends_at = NULL, term = 1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET waited_for = -1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET open_reservations = -1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET day_credits = -1'],
  ['accounts_counts_not_negative', 'UPDATE holdfast.accounts SET last_ticket = -1'],
  [
    'outbox_pkey',
    'INSERT INTO holdfast.outbox SELECT account_id, kind, subject, 0, written_at FROM holdfast.outbox',
  ],
  ['outbox_account_fkey', "UPDATE holdfast.outbox SET account_id = 'nobody'"],
  ['outbox_kind_known', "UPDATE holdfast.outbox SET kind = 'letter'"],
  ['notices_pkey', 'INSERT INTO holdfast.notices SELECT * FROM holdfast.notices'],
  [
    'notices_account_fkey',
    "UPDATE holdfast.notices SET account_id = 'nobody' WHERE account_id = 'base'",
  ],
  [
    'notices_subject_once',
    "INSERT INTO holdfast.notices (account_id, notice_id, type, data, at, subject, look_from) VALUES ('base', 8, 't', '{}', now(), 's', now()), ('base', 9, 't', '{}', now(), 's', now())",
  ],
  ['notices_status_known', "UPDATE holdfast.notices SET status = 'lost', settled_at = now()"],
  ['notices_settled_has_time', "UPDATE holdfast.notices SET status = 'delivered'"],
  [
    'notices_failed_has_reason',
    "UPDATE holdfast.notices SET status = 'failed', settled_at = now()",
  ],
  [
    'account_settings_pkey',
    'INSERT INTO holdfast.account_settings SELECT * FROM holdfast.account_settings',
  ],
  [
    'account_settings_account_fkey',
    "INSERT INTO holdfast.account_settings (account_id) VALUES ('nobody')",
  ],
  [
    'account_settings_limits_not_negative',
    'UPDATE holdfast.account_settings SET daily_credits_max = -1',
  ],
  [
    'account_settings_limits_not_negative',
    'UPDATE holdfast.account_settings SET concurrent_generations_max = -1',
  ],
  ['account_settings_top_up_complete', 'UPDATE holdfast.account_settings SET top_up_below = NULL'],
  ['account_settings_top_up_positive', 'UPDATE holdfast.account_settings SET top_up_cap_cents = 0'],
  [
    'low_balance_thresholds_pkey',
    'INSERT INTO holdfast.low_balance_thresholds SELECT * FROM holdfast.low_balance_thresholds',
  ],
  [
    'low_balance_thresholds_account_fkey',
    "UPDATE holdfast.low_balance_thresholds SET account_id = 'nobody'",
  ],
  ['low_balance_thresholds_one_measure', 'UPDATE holdfast.low_balance_thresholds SET credits = 1'],
  [
    'low_balance_thresholds_in_range',
    'UPDATE holdfast.low_balance_thresholds SET percent = 0 WHERE percent > 0',
  ],
  [
    'short_refusals_pkey',
    'INSERT INTO holdfast.short_refusals SELECT * FROM holdfast.short_refusals',
  ],
  ['short_refusals_account_fkey', "UPDATE holdfast.short_refusals SET account_id = 'nobody'"],
  ['short_refusals_positive', 'UPDATE holdfast.short_refusals SET refusals = 0'],
  [
    'workflow_grant_days_pkey',
    'INSERT INTO holdfast.workflow_grant_days SELECT * FROM holdfast.workflow_grant_days',
  ],
  [
    'workflow_grant_days_credits_not_negative',
    'UPDATE holdfast.workflow_grant_days SET credits = -1',
  ],
  [
    'setting_orders_pkey',
    'INSERT INTO holdfast.setting_orders SELECT * FROM holdfast.setting_orders',
  ],
  ['stops_pkey', 'INSERT INTO holdfast.stops SELECT * FROM holdfast.stops'],
  [
    'operator_limits_pkey',
    'INSERT INTO holdfast.operator_limits SELECT * FROM holdfast.operator_limits',
  ],
  ['operator_limits_not_negative', 'UPDATE holdfast.operator_limits SET declines_max = -1'],
  [
    'operator_limits_not_negative',
    'UPDATE holdfast.operator_limits SET top_up_monthly_cap_cents = -1',
  ],
  [
    'operator_acts_pkey',
    'INSERT INTO holdfast.operator_acts OVERRIDING SYSTEM VALUE SELECT * FROM holdfast.operator_acts',
  ],
  [
    'operator_acts_what_known',
    "INSERT INTO holdfast.operator_acts (account_id, what, detail, at) VALUES ('base', 'guess', '{}', now())",
  ],
  [
    'personal_texts_pkey',
    'INSERT INTO holdfast.personal_texts OVERRIDING SYSTEM VALUE SELECT * FROM holdfast.personal_texts',
  ],
  ['personal_texts_erased_whole', 'UPDATE holdfast.personal_texts SET salt = NULL'],
  [
    'schema_sources_pkey',
    'INSERT INTO holdfast.schema_sources SELECT * FROM holdfast.schema_sources',
  ],
  ['schema_standing_pkey', 'INSERT INTO holdfast.schema_standing DEFAULT VALUES'],
  ['schema_standing_only_one', 'INSERT INTO holdfast.schema_standing (only_one) VALUES (false)'],
  ['earlier_acts_pkey', 'INSERT INTO holdfast.earlier_acts (next_act_id) VALUES (1), (1)'],
  [
    'earlier_acts_only_one',
    'INSERT INTO holdfast.earlier_acts (only_one, next_act_id) VALUES (false, 1)',
  ],
  ['text_move_pkey', 'INSERT INTO holdfast.text_move VALUES (true), (true)'],
  ['text_move_only_one', 'INSERT INTO holdfast.text_move VALUES (false)'],
  [
    'operator_acts_passes',
    `INSERT INTO holdfast.operator_acts (account_id, what, detail, at)
     SELECT '*', 'reconcile', '{"passId": "twice"}', now() FROM generate_series(1, 2)`,
  ],
  [
    'operator_acts_entry_once',
    "INSERT INTO holdfast.operator_acts (account_id, what, detail, at, entry_version) VALUES ('base', 'grant', '{}', now(), 1)",
  ],
  [
    'operator_acts_entry_of_act',
    "INSERT INTO holdfast.operator_acts (account_id, what, detail, at) VALUES ('base', 'grant', '{}', now())",
  ],
  ['entries_pkey', entryWith({ version: 'version' })],
  ['entries_account_fkey', entryWith({ account_id: "'nobody'" })],
  ['entries_balances_add_up', entryWith({ spent_after: 'spent_after + 1' })],
  ['entries_deltas_fit_type', entryWith({ type: "'gift'" })],
  ['entries_deltas_fit_type', entryWith({ type: "'grant'", grant_id: '1' })],
  ['entries_deltas_fit_type', entryWith({ type: "'reserve'" })],
  ['entries_deltas_fit_type', entryWith({ reserved_delta: '-available_delta + 1' })],
  ['entries_deltas_fit_type', entryWith({ request_id: 'NULL' })],
  ['entries_deltas_fit_type', entryWith({ type: "'release'" })],
  ['entries_deltas_fit_type', entryWith({ type: "'repay'", grant_id: '1' })],
  ['entries_deltas_fit_type', entryWith({ type: "'owe'", grant_id: '1', owed_delta: '1' })],
  ['entries_deltas_fit_type', entryWith({ owed_delta: '1' })],
  ['entries_owed_not_negative', entryWith({ owed_after: '-1' })],
  ['entries_deltas_fit_type', entryWith({ type: "'freeze'", reserved_delta: '0' })],
  [
    'entries_deltas_fit_type',
    entryWith({ type: "'unfreeze'", available_delta: '-1', reserved_delta: '0', grant_id: '1' }),
  ],
  [
    'entries_frozen_not_negative',
    entryWith({ frozen_after: '-1', spent_after: 'spent_after + 1' }),
  ],
  ['entries_deltas_fit_type', entryWith({ type: "'expire'", reserved_delta: '0', grant_id: '1' })],
  [
    'entries_deltas_fit_type',
    entryWith({ type: "'deduct'", available_delta: '-1', reserved_delta: '0' }),
  ],
  ['idempotency_keys_pkey', `${KEY} 'k', '{}', '{}'), ('base', 'grant', 'k', '{}', '{}')`],
  ['idempotency_keys_account_fkey', `${KEY.replace('base', 'nobody')} 'k', '{}', '{}')`],
  ['idempotency_keys_key_valid', `${KEY} ' k', '{}', '{}')`],
  [
    'catalog_versions_pkey',
    'INSERT INTO holdfast.catalog_versions (version, effective_from, document) SELECT version, now(), document FROM holdfast.catalog_versions',
  ],
  [
    'catalog_versions_effective_once',
    `SET CONSTRAINTS ALL IMMEDIATE;
     INSERT INTO holdfast.catalog_versions (version, effective_from, document) SELECT version + 1, effective_from, document FROM holdfast.catalog_versions`,
  ],
  [
    'temporal_identity_pkey',
    'INSERT INTO holdfast.temporal_identity SELECT * FROM holdfast.temporal_identity',
  ],
  [
    'ledger_identity_pkey',
    'INSERT INTO holdfast.ledger_identity SELECT * FROM holdfast.ledger_identity',
  ],
  ['ledger_identity_only_one', 'UPDATE holdfast.ledger_identity SET only_one = false'],
  ['temporal_identity_only_one', 'UPDATE holdfast.temporal_identity SET only_one = false'],
  ['test_clock_pkey', `INSERT INTO holdfast.test_clock (set_to) VALUES ('${START}')`],
  ['test_clock_only_one', `INSERT INTO holdfast.test_clock VALUES (false, '${START}')`],
  [
    'audit_marks_pkey',
    `INSERT INTO holdfast.audit_marks (account_id, version, audited_at, state)
     SELECT 'base', 1, now(), '{}' FROM generate_series(1, 2)`,
  ],
  [
    'audit_marks_version_positive',
    `INSERT INTO holdfast.audit_marks (account_id, version, audited_at, state)
     VALUES ('base', 0, now(), '{}')`,
  ],
  [
    'journal_beginnings_pkey',
    `INSERT INTO holdfast.journal_beginnings (account_id, version, digest, is_whole)
     SELECT 'base', 1, '', true FROM generate_series(1, 2)`,
  ],
  [
    'journal_beginnings_version_not_negative',
    `INSERT INTO holdfast.journal_beginnings (account_id, version, digest, is_whole)
     VALUES ('base', -1, '', true)`,
  ],
  [
    'act_chains_pkey',
    `INSERT INTO holdfast.act_chains (account_id, acts, link)
     SELECT 'base', 1, '' FROM generate_series(1, 2)`,
  ],
  [
    'act_chains_acts_positive',
    "INSERT INTO holdfast.act_chains (account_id, acts, link) VALUES ('base', 0, '')",
  ],
  [
    'ledger_watermark_pkey',
    'INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid) SELECT 1, now(), 1 FROM generate_series(1, 2)',
  ],
  [
    'ledger_watermark_only_one',
    'INSERT INTO holdfast.ledger_watermark VALUES (false, 1, now(), 1)',
  ],
  [
    'ledger_watermark_mark_not_negative',
    'INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid) VALUES (-1, now(), 1)',
  ],
  [
    'lost_operations_pkey',
    `INSERT INTO holdfast.lost_operations (account_id, what, id, seen_at)
     SELECT 'base', 'grant', 'k', now() FROM generate_series(1, 2)`,
  ],
  [
    'lost_operations_what_known',
    "INSERT INTO holdfast.lost_operations (account_id, what, id, seen_at) VALUES ('base', 'guess', 'k', now())",
  ],
  [
    'lost_operations_ended_known',
    "INSERT INTO holdfast.lost_operations (account_id, what, id, seen_at, ended) VALUES ('base', 'grant', 'k', now(), 'guess')",
  ],
  ['journal_chain_pkey', 'INSERT INTO holdfast.journal_chain (began_at) VALUES (now())'],
  ['journal_chain_only_one', 'INSERT INTO holdfast.journal_chain VALUES (false, now())'],
  [
    'schema_migrations_pkey',
    'INSERT INTO holdfast.schema_migrations SELECT name FROM holdfast.schema_migrations',
  ],
];
