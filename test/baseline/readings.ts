import type { Ledger } from '../../ledger/ledger';

/** The ids of an account's rows that can be read one by one. */
export interface AccountIds {
  requests: string[];
  purchases: string[];
  subscriptions: string[];
}

/** Everything that a ledger says of an account. */
export type Reading = Awaited<ReturnType<typeof readAccount>>;
export type Readings = Record<string, Reading>;

/** Earlier than any baseline's first entry. */
const SINCE = '2000-01-01T00:00:00.000Z';

export async function readAccount(ledger: Ledger, accountId: string, ids: AccountIds) {
  return {
    balance: await ledger.balance(accountId),
    history: await ledger.history(accountId, { limit: 1_000 }),
    usage: await ledger.usage(accountId, SINCE),
    subscription: await ledger.subscription(accountId),
    subscriptions: await each(ids.subscriptions, (id) => ledger.subscription(accountId, id)),
    purchases: await each(ids.purchases, (id) => ledger.purchase(accountId, id)),
    requests: await each(ids.requests, (id) => ledger.request(accountId, id)),
    openRequests: await ledger.openRequests(accountId),
    queue: await ledger.waitingQueue(accountId),
    settings: await ledger.accountSettings(accountId),
    notices: await ledger.accountNotices(accountId),
  };
}

/** The ids that a reading was made with. */
export function idsIn(reading: Reading): AccountIds {
  return {
    requests: Object.keys(reading.requests),
    purchases: Object.keys(reading.purchases),
    subscriptions: Object.keys(reading.subscriptions),
  };
}

async function each<T>(
  ids: string[],
  read: (id: string) => Promise<T>,
): Promise<Record<string, T>> {
  const readings: Record<string, T> = {};
  for (const id of ids) readings[id] = await read(id);
  return readings;
}
