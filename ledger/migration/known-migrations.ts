/**
 * The migrations of this version, in their order: a process that is bundled without the SQL files
 * knows them as well.
 */
export const KNOWN_MIGRATIONS: readonly string[] = [
  '0001_ledger.sql',
  '0002_subscriptions.sql',
  '0003_purchases.sql',
  '0004_waiting.sql',
  '0005_origins.sql',
  '0006_top_up_price.sql',
  '0007_stray_payments.sql',
  '0008_ids.sql',
  '0009_interventions.sql',
  '0010_function_names.sql',
  '0011_ledger_id.sql',
  '0013_purchase_limits.sql',
  '0014_refusals.sql',
  '0015_cancelled.sql',
  '0016_acts.sql',
  '0017_personal_texts.sql',
  '0019_setting_orders.sql',
  '0020_schema_standing.sql',
  '0022_due_holds.sql',
  '0023_shortages.sql',
  '0024_audit_marks.sql',
  '0026_journal_links.sql',
  '0027_act_links.sql',
  '0028_watermark.sql',
  '0029_lost_settings.sql',
  '0031_kept_rules.sql',
  '0032_reserve_at_once.sql',
  '0033_batches.sql',
];
