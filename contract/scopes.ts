/**
 * What a token may do: a service's with any account, an account's own with its account. What spends
 * is never included in anything else: it is asked for by name.
 */
export const SCOPES = {
  'prices:read': 'Quotes, the price list and the packs on sale',
  'balance:read': 'Balance, history, subscriptions and notices',
  'generations:read': 'Generations, and who waits for credits',
  'generations:write': 'Start and cancel generations',
  'generations:cancel': 'Cancel generations, and start none',
  'purchases:read': 'Purchases of packs',
  'purchases:write': 'Buy packs, and void purchases that are not decided',
  'settings:read': 'Limits, low-balance thresholds and the automatic top-up',
  'settings:write': 'Change limits and low-balance thresholds',
  'top-up:write': 'Change the automatic top-up and its payment method, which buys packs later',
  'events:read': 'The event stream of balance and generations',
  'subscriptions:write': 'Subscribe, renew, change plans, cancel, resume and end',
  'payments:write': 'Tell that a payment of a pack may have been decided',
  'grants:write': 'Grant credits',
  'stops:write': 'Stop generations of an account, a kind or all, and admit them again',
  'reconciliation:write': 'Run a pass of reconciliation',
  'catalog:read': 'The catalog with its plans',
  'deductions:write': 'Take credits away',
  'refunds:write': 'Tell that money of a pack has gone back, or that it is disputed',
  'operator-limits:read': 'The limits that operators have set',
  'operator-limits:write': 'Set limits that only operators lift',
  'interventions:write': 'End by hand what waits for an operator',
  'erasures:write': 'Erase what persons wrote about an account',
  'stuck:read': 'What waits for an operator',
  'billing-events:read': 'What billing systems have told',
  'billing-events:write': 'Tell what happened in a billing system',
  'acts:read': 'What operators have done',
  'reports:read': 'What a month comes to, and what each account uses',
} as const satisfies Record<string, string>;

/**
 * The claim by which a token says that it is a service's: exactly `true`. It is Holdfast's own,
 * because a claim such as `scope` is filled by authorization servers from what a user asks for.
 */
export const SERVICE_CLAIM = 'holdfast_service';

/** The claims that name an account's scopes, and a service's; the first that is there counts. */
export const SCOPE_CLAIMS = {
  account: ['account_scope', 'scope', 'scp'],
  service: ['scope', 'scp'],
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

/** What a service's token alone may do: in an account's token these count for nothing. */
export const SERVICE_SCOPES: readonly Scope[] = [
  'subscriptions:write',
  'payments:write',
  'grants:write',
  'stops:write',
  'reconciliation:write',
  'catalog:read',
  'deductions:write',
  'refunds:write',
  'operator-limits:read',
  'operator-limits:write',
  'interventions:write',
  'erasures:write',
  'stuck:read',
  'billing-events:read',
  'billing-events:write',
  'acts:read',
  'reports:read',
];

export const ACCOUNT_SCOPES = ALL_SCOPES.filter((scope) => !SERVICE_SCOPES.includes(scope));

/** What an account's token without any scope allows: it shows the account, and changes nothing. */
export const READ_SCOPES = ACCOUNT_SCOPES.filter((scope) => scope.endsWith(':read'));

/** A scope that another one includes. */
const INCLUDED_IN: Partial<Record<Scope, Scope>> = { 'generations:cancel': 'generations:write' };

/** Whether these scopes allow what needs that one. */
export function includes(scopes: ReadonlySet<string>, scope: Scope): boolean {
  const by = INCLUDED_IN[scope];
  return scopes.has(scope) || (by !== undefined && scopes.has(by));
}

/** The scopes that the credits page needs to show anything. */
export const PAGE_READS = [
  'balance:read',
  'events:read',
  'generations:read',
  'prices:read',
  'settings:read',
] as const satisfies Scope[];

/** The scopes that the credits page uses. It starts no generations; that is the product's part. */
export const PAGE_SCOPES: readonly Scope[] = [
  ...PAGE_READS,
  'generations:cancel',
  'purchases:read',
  'purchases:write',
  'settings:write',
  'top-up:write',
];
