/** A change behind the functions' back, and the invariant that the audit must name. */
export type Corruption = [invariant: string, damage: string];

export const OF = "WHERE account_id = 'acme'";
export const ENDED = "WHERE account_id = 'ended'";
export const ELSEWHERE = "WHERE account_id = 'elsewhere'";
export const BUYER = "WHERE account_id = 'buyer'";
export const DEBTOR = "WHERE account_id = 'debtor'";
export const request = (id: string) => `${OF} AND request_id = '${id}'`;
export const key = (operation: string, id: string) =>
  `${OF} AND operation = '${operation}' AND key = '${id}'`;
export const grantOf = (source: string) => `${OF} AND source = '${source}'`;
export const entryOf = (id: string, type: string) => `${request(id)} AND type = '${type}'`;
export const LAST = "(SELECT version FROM holdfast.accounts WHERE account_id = 'acme')";
