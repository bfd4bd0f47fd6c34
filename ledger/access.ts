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

/** The roles that may call each function. */
export const ACCESS = Object.fromEntries(
  Object.entries<SqlFunction>(FUNCTIONS).map(([name, { roles }]) => [name, roles]),
) as Record<FunctionName, Access>;

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
