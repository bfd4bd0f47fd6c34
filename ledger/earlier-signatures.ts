/**
 * Signatures that only workers and command lines of earlier versions call, as `name(p_parameter type, …)`. They stay
 * for as long as such workers may run.
 */
export const EARLIER_SIGNATURES = [
  'admit_again(p_account_id text, p_kind text)',
  'audit()',
  'balance(p_account_id text, p_as_of timestamp with time zone)',
  'close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text)',
  'open_purchase(p_account_id text, p_purchase_id text, p_body jsonb)',
  'waiting_queue(p_account_id text)',
  'renew(p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamp with time zone)',
  'set_limits(p_account_id text, p_key text, p_body jsonb)',
  'set_low_balance(p_account_id text, p_key text, p_body jsonb)',
  'set_top_up(p_account_id text, p_key text, p_body jsonb)',
  'stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text)',
] as const;

export type EarlierSignature = (typeof EARLIER_SIGNATURES)[number];
