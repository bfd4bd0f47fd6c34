import type { FunctionName } from './connection/calls';
import type { SqlFunction } from './connection/sql-function';
import { EARLIER_SIGNATURES, type EarlierSignature } from './earlier-signatures';
import { FUNCTIONS } from './functions';

/**
 * Who uses the ledger: the web process and other readers of single accounts; the worker that serves
 * workflows; an operator's commands; a reader of the views, such as a report. Each is a role of the
 * database, whose members are logins.
 */
export const LEDGER_ROLES = ['web', 'worker', 'operator', 'reader'] as const;
export type LedgerRole = (typeof LEDGER_ROLES)[number];

type Access = readonly LedgerRole[];

/** The roles that may call each function: the one place where that is said. */
export const ACCESS: Record<FunctionName, Access> = {
  // Workers of v0.1.0 call it for `grantWorkflow`.
  grant_credits: ['worker', 'operator'],
  grant_by_workflow: ['worker'],
  deduct_credits: ['operator'],
  expire_grants: ['worker'],

  admission_outlook: ['web', 'operator'],
  reserve_credits: ['worker'],
  refuse_credits: ['worker'],
  known_reservation: ['worker'],
  // An operator's grant may find the first ticket of a queue without its workflow.
  drop_ended_ticket: ['worker', 'operator'],
  resume_request: ['worker'],
  commit_reservation: ['worker'],
  charge_cancelled: ['worker'],
  release_reservation: ['worker'],
  // The one thing that web writes: it counts free cancellations.
  request_cancel: ['web', 'operator'],

  balance: ['web', 'operator'],
  request: ['web', 'worker', 'operator'],
  open_requests: ['web', 'operator'],
  account_stamps: ['web'],
  waiting_queue: ['web', 'operator'],
  waiting_place: ['web', 'worker', 'operator'],

  effective_catalog: ['web', 'worker', 'operator'],
  catalog_version: ['worker'],
  catalog_outlook: ['operator'],

  subscribe: ['worker'],
  renew: ['worker'],
  grant_cycles: ['worker'],
  change_plan: ['worker'],
  set_cancellation: ['worker'],
  end_subscription_now: ['worker'],
  expire_term: ['worker'],
  subscription: ['web', 'operator'],
  // Queries of the history cut a caller's time with it.
  instant: ['web', 'operator'],
  // A view's functions run as its reader.
  is_live: ['operator', 'reader'],
  plan_cycle_from: ['operator'],
  grant_origin: ['web', 'operator', 'reader'],

  open_purchase: ['worker'],
  settle_purchase: ['worker'],
  return_stray_payment: ['worker'],
  close_purchase: ['worker'],
  purchase: ['web', 'worker', 'operator'],
  begin_top_up: ['worker'],

  set_limits: ['worker'],
  set_low_balance: ['worker'],
  set_top_up: ['worker'],
  // What an operator sets is an act.
  set_for_owner: ['worker', 'operator'],
  account_settings: ['web', 'operator'],
  stop_admissions: ['worker', 'operator'],
  admit_again: ['worker', 'operator'],
  set_operator_limits: ['operator'],
  operator_limits: ['operator'],
  forget_declines: ['operator'],
  erase_account: ['operator'],

  next_notice: ['worker'],
  settle_notice: ['worker'],
  account_notices: ['web', 'operator'],
  attend_account: ['worker'],
  // An operator's grant may wake a request.
  outbox_delivered: ['worker', 'operator'],
  unattended_accounts: ['worker'],

  ledger_id: ['web', 'worker', 'operator'],
  server_clock: ['worker'],
  reconciliation_scope: ['worker', 'operator'],
  due_reservations: ['worker', 'operator'],
  extend_hold: ['worker'],
  extend_holds: ['worker'],
  take_due_holds: ['worker'],
  note_unsettled: ['worker'],
  note_missing: ['worker'],
  // Records on first use which Temporal the ledger belongs to, and changes nothing afterwards.
  temporal_identity: ['web', 'worker', 'operator'],
  recorded_temporal_identity: ['web', 'worker', 'operator'],
  due_cycles: ['worker'],
  due_expiries: ['worker'],
  ended_grants: ['worker'],
  unfinished_purchases: ['worker'],
  unwatched_subscriptions: ['worker'],
  watch_subscription: ['worker'],
  watch_purchase: ['worker'],
  audit_page: ['operator'],
  audit_mark: ['operator'],
  checkpoint_page: ['operator'],
  begin_journal: ['operator'],
  digest_beginning: ['operator'],
  checkpoint_differences: ['operator'],
  accounts_begun_before: ['operator'],
  entry_proof: ['operator'],
  checkpoint_acts: ['operator'],
  act_differences: ['operator'],
  checkpoint_version: ['operator'],
  stuck: ['operator'],
  open_work: ['worker'],
  overdue_heads: ['operator'],
  applied_migrations: ['operator'],
  schema_levels: ['web', 'worker', 'operator'],
  release_by_hand: ['operator'],
  close_purchase_by_hand: ['operator'],
  end_subscription_by_hand: ['operator'],
  dismiss_notice: ['operator'],

  acts: ['web', 'operator'],
  confirm_reconciliation: ['worker'],
};

/** The roles that may call what only processes of earlier versions call. */
const EARLIER_ACCESS: Record<EarlierSignature, Access> = {
  'admit_again(p_account_id text, p_kind text)': ['worker'],
  'close_purchase(p_account_id text, p_purchase_id text, p_status text, p_reason text)': ['worker'],
  'open_purchase(p_account_id text, p_purchase_id text, p_body jsonb)': ['worker'],
  'set_limits(p_account_id text, p_key text, p_body jsonb)': ['worker'],
  'set_low_balance(p_account_id text, p_key text, p_body jsonb)': ['worker'],
  'set_top_up(p_account_id text, p_key text, p_body jsonb)': ['worker'],
  'stop_admissions(p_account_id text, p_kind text, p_reason text, p_by text)': ['worker'],
  'waiting_queue(p_account_id text)': ['web', 'operator'],
  'audit()': ['operator'],
  'balance(p_account_id text, p_as_of timestamp with time zone)': ['web', 'operator'],
  'renew(p_account_id text, p_subscription_id text, p_payment_reference text, p_paid_at timestamp with time zone)':
    ['worker'],
};

/** The roles that may read each view. */
export const VIEW_ACCESS = {
  history: ['web', 'operator', 'reader'],
  live_subscriptions: ['operator', 'reader'],
} as const satisfies Record<string, Access>;

export type LedgerView = keyof typeof VIEW_ACCESS;

/** The functions that this version's processes of the role call, as `name(type, …)`. */
export function calledBy(role: LedgerRole): string[] {
  const called = Object.entries<SqlFunction>(FUNCTIONS)
    .filter(([name]) => ACCESS[name as FunctionName].includes(role))
    .map(([name, called]) => signatureOf(name, called));
  return [...new Set(called)];
}

/** The functions that the role may call, those included that only earlier versions call. */
export function signaturesFor(role: LedgerRole): string[] {
  const earlier = EARLIER_SIGNATURES.filter((signature) =>
    EARLIER_ACCESS[signature].includes(role),
  );
  return [...calledBy(role), ...earlier];
}

/** The views that the role may read. */
export function viewsFor(role: LedgerRole): LedgerView[] {
  const views = Object.entries<Access>(VIEW_ACCESS);
  return views.filter(([, roles]) => roles.includes(role)).map(([view]) => view as LedgerView);
}

function signatureOf(name: string, { sqlName = name, parameters }: SqlFunction): string {
  const types = Object.values<{ type: string }>(parameters).map(({ type }) => type);
  return `${sqlName}(${types.join(', ')})`;
}
