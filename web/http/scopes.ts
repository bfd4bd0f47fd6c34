/** What a service token may do with any account. An account's own token may do all of it, with that account. */
export const SCOPES = {
  'prices:read': 'Quotes, the price list and the packs on sale',
  'balance:read': 'Balance, history, subscription and notices',
  'generations:read': 'Generations, and who waits for credits',
  'generations:write': 'Start and cancel generations',
  'purchases:read': 'Purchases of packs',
  'purchases:write': 'Buy packs',
  'settings:read': 'Limits, low-balance thresholds and the automatic top-up',
  'settings:write': 'Change them',
  'events:read': 'The event stream of balance and generations',
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPES;
