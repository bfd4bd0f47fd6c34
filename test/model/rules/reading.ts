import { counts, figuresOf, inBurnOrder } from './journal';
import {
  type Account,
  accountOf,
  type Entry,
  type Grant,
  type Json,
  timeOf,
  type World,
} from './state';
import { iso } from './time';

/** Where a grant comes from. */
export function originOf(account: Account, grant: Grant): Json {
  const cycle = account.subscriptions
    .get(grant.subscriptionId ?? '')
    ?.cycles.find(({ number }) => number === grant.cycle);
  return {
    source: grant.source,
    ...(grant.packId && { packId: grant.packId, purchaseId: grant.purchaseId }),
    ...(grant.planId && { planId: grant.planId, cycle: grant.cycle }),
    ...(cycle && { cycleStart: iso(cycle.startsAt), cycleEnd: iso(cycle.endsAt) }),
  };
}

/** The balance now, or as of an earlier time, judged by the term that held then. */
export function balanceOf(world: World, accountId: string, asOf?: number): Json {
  const account = accountOf(world, accountId);
  const at = asOf ?? timeOf(world, account);
  const then = asOf === undefined ? account : { ...account, ...earlier(account, asOf) };
  const held = inBurnOrder(
    then,
    then.grants.filter(({ remaining }) => remaining > 0),
  );
  const sum = (isUsable: boolean) =>
    held
      .filter((one) => counts(then, one, at) === isUsable)
      .reduce((total, { remaining }) => total + remaining, 0);
  const { reserved, spent, expired, deducted, refunded, frozen, granted, owed } = figuresOf(then);
  return {
    ...{ accountId, at: account.isOpen ? iso(at) : null },
    ...{ available: sum(true), pendingExpiry: sum(false) },
    ...{ reserved, spent, expired, deducted, refunded, frozen, granted, owed },
    validUntil: iso(then.validUntil),
    grants: held.map((one) => ({
      ...originOf(account, one),
      ...{ grantId: String(one.id), credits: one.credits, remaining: one.remaining },
      expiresAt: iso(one.endsAt ?? then.validUntil),
    })),
  };
}

/** The account's grants, term and entries as they were at that time. */
function earlier(account: Account, at: number): Partial<Account> {
  const entries = account.entries.filter((entry) => entry.at <= at);
  const remainders = new Map<number, number>();
  for (const { grantId, remainder } of entries.flatMap(({ legs }) => legs))
    remainders.set(grantId, (remainders.get(grantId) ?? 0) + remainder);
  const known = account.terms.filter((one) => one.at <= at).at(-1);
  const grants = account.grants.flatMap((grant) => {
    const remaining = remainders.get(grant.id);
    const then = grant.movedEnds.find(({ upto }) => upto >= entries.length);
    const end = then && { term: then.term, endsAt: then.endsAt };
    return remaining === undefined ? [] : [{ ...grant, remaining, ...end }];
  });
  return { entries, grants, term: known?.term ?? 0, validUntil: known?.validUntil ?? null };
}

/** The account's journal as its owner reads it, oldest first: the entries after that version. */
export function historyOf(account: Account, after = 0): Json[] {
  return account.entries
    .filter(({ version }) => version > after)
    .map((entry) => ({
      ...{ version: entry.version, at: iso(entry.at), type: entry.type },
      availableDelta: total(entry, 'remainder'),
      reservedDelta: total(entry, 'reserved'),
      ...{ availableAfter: entry.after.available, reservedAfter: entry.after.reserved },
      ...(entry.owed !== undefined && { owedDelta: entry.owed }),
      ...(entry.after.owed > 0 && { owedAfter: entry.after.owed }),
      ...(entry.after.frozen > 0 && { frozenAfter: entry.after.frozen }),
      ...ofRequest(account, entry),
      ...ofGrant(account, entry),
      ...(entry.reason !== undefined && { reason: entry.reason }),
      ...(entry.by !== undefined && { by: entry.by }),
    }));
}

const total = ({ legs }: Entry, what: 'remainder' | 'reserved') =>
  legs.reduce((sum, leg) => sum + leg[what], 0);

function ofRequest(account: Account, { requestId }: Entry): Json {
  const body = account.requests.get(requestId ?? '')?.body;
  if (!body) return {};
  return { requestId, kind: body.kind, ...(body.metadata ? { metadata: body.metadata } : {}) };
}

function ofGrant(account: Account, { grantId }: Entry): Json {
  const grant = account.grants.find(({ id }) => id === grantId);
  return grant ? { grantId: String(grantId), ...originOf(account, grant) } : {};
}

export const noticesOf = (account: Account): Json[] =>
  account.notices
    .map(({ id, type, at, data }) => ({
      ...{ accountId: account.id, noticeId: id, at: iso(at), type, data },
      ...{ status: 'pending', settledAt: null, reason: null },
    }))
    .reverse()
    .slice(0, 100);
