/**
 * What a service token may do with any account. An account's own token may do all of it with that account, unless its
 * `account_scope` says less.
 */
export const SCOPES = {
  'prices:read': 'Quotes, the price list and the packs on sale',
  'balance:read': 'Balance, history, subscription and notices',
  'generations:read': 'Generations, and who waits for credits',
  'generations:write': 'Start and cancel generations',
  'generations:cancel': 'Cancel generations, and start none',
  'purchases:read': 'Purchases of packs',
  'purchases:write': 'Buy packs',
  'settings:read': 'Limits, low-balance thresholds and the automatic top-up',
  'settings:write': 'Change them',
  'events:read': 'The event stream of balance and generations',
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;

const IMPLIED: Partial<Record<Scope, Scope>> = { 'generations:cancel': 'generations:write' };

/** Whether who has these may do what needs that one. */
export function includes(scopes: ReadonlySet<string>, scope: Scope): boolean {
  const by = IMPLIED[scope];
  return scopes.has(scope) || (by !== undefined && scopes.has(by));
}

/** Without one of these there is nothing that the credits page could show. */
export const PAGE_READS = [
  'balance:read',
  'events:read',
  'generations:read',
  'prices:read',
  'settings:read',
] as const satisfies Scope[];

/** All that the credits page does for its visitor. It starts no generations: what is made is the product's to say. */
export const PAGE_SCOPES: readonly Scope[] = [
  ...PAGE_READS,
  'generations:cancel',
  'purchases:read',
  'purchases:write',
  'settings:write',
];
