import {
  type Account,
  type Answer,
  done,
  type Entry,
  type EntryType,
  type Figures,
  type Grant,
  type Json,
  type Leg,
  refused,
} from './state';

const NOTHING: Figures = {
  ...{ available: 0, reserved: 0, spent: 0, expired: 0, deducted: 0 },
  ...{ refunded: 0, frozen: 0, granted: 0, owed: 0 },
};

/** Lower burns first. */
const PRIORITY = { promotion: 10, plan: 20, adjustment: 20, pack: 30 } as const;

export const figuresOf = (account: Account): Figures => account.entries.at(-1)?.after ?? NOTHING;

/** Whether the grant's credits can be used at that time. */
export function counts(account: Account, grant: Grant, at: number): boolean {
  if (grant.endsAt !== null) return at < grant.endsAt;
  return grant.term === account.term && account.validUntil !== null && at < account.validUntil;
}

export const endOf = (account: Account, grant: Grant): number | null =>
  grant.endsAt ?? account.validUntil;

/** Priority, soonest end, zero cost before paid, oldest, id. */
export function inBurnOrder(account: Account, grants: Grant[]): Grant[] {
  const end = (grant: Grant) => endOf(account, grant) ?? Number.MAX_VALUE;
  return [...grants].sort(
    (a, b) =>
      PRIORITY[a.source] - PRIORITY[b.source] ||
      end(a) - end(b) ||
      Number(a.costCents > 0) - Number(b.costCents > 0) ||
      a.grantedAt - b.grantedAt ||
      a.id - b.id,
  );
}

const usable = (account: Account, at: number): Grant[] =>
  account.grants.filter((grant) => grant.remaining > 0 && counts(account, grant, at));

export const availableAt = (account: Account, at: number): number =>
  usable(account, at).reduce((sum, { remaining }) => sum + remaining, 0);

/** From which grants so many credits are taken; null if there are too few. */
export function allocate(account: Account, at: number, credits: number) {
  if (availableAt(account, at) < credits) return null;
  const taken: { grantId: number; credits: number }[] = [];
  let missing = credits;
  for (const { id, remaining } of inBurnOrder(account, usable(account, at))) {
    if (missing === 0) break;
    taken.push({ grantId: id, credits: Math.min(missing, remaining) });
    missing -= Math.min(missing, remaining);
  }
  return taken;
}

export const legsOf = (taken: { grantId: number; credits: number }[], isHeld: boolean): Leg[] =>
  taken.map(({ grantId, credits }) => ({
    grantId,
    remainder: -credits,
    reserved: isHeld ? credits : 0,
  }));

const sumOf = (legs: Leg[], what: 'remainder' | 'reserved') =>
  legs.reduce((sum, leg) => sum + leg[what], 0);

/** Writes an entry, and moves the remainders of its grants. */
export function post(
  account: Account,
  at: number,
  type: EntryType,
  legs: Leg[],
  more: Pick<Entry, 'requestId' | 'grantId' | 'reason' | 'by' | 'owed'> = {},
): number {
  const [available, reserved] = [sumOf(legs, 'remainder'), sumOf(legs, 'reserved')];
  const before = figuresOf(account);
  for (const { grantId, remainder } of legs) {
    const grant = account.grants.find(({ id }) => id === grantId) as Grant;
    if (type !== 'grant') grant.remaining += remainder;
  }
  const version = account.entries.length + 1;
  const after = {
    available: before.available + available,
    reserved: before.reserved + reserved,
    spent: before.spent - (type === 'commit' ? available + reserved : 0),
    expired: before.expired - (type === 'expire' ? available : 0),
    deducted: before.deducted - (type === 'deduct' ? available : 0),
    refunded: before.refunded - (type === 'refund' || type === 'repay' ? available : 0),
    frozen: before.frozen - (type === 'freeze' || type === 'unfreeze' ? available : 0),
    granted: before.granted + (type === 'grant' ? available : 0),
    owed: before.owed + (more.owed ?? 0),
  };
  account.entries.push({ version, at, type, legs, ...more, after });
  if (type === 'grant') Object.assign(account, { isDry: false, isShort: false });
  return version;
}

/** Makes a grant, which pays the account's debt first. Its id is its entry's version. */
export function postGrant(
  account: Account,
  at: number,
  grant: Omit<Grant, 'id' | 'remaining' | 'grantedAt' | 'movedEnds'>,
  reason: string,
  by?: string,
): Grant {
  const id = account.entries.length + 1;
  const made = { ...grant, id, remaining: grant.credits, grantedAt: at, movedEnds: [] };
  account.grants.push(made);
  const leg = { grantId: id, remainder: grant.credits, reserved: 0 };
  post(account, at, 'grant', [leg], { grantId: id, reason, by });
  const paid = Math.min(figuresOf(account).owed, grant.credits);
  const back = { grantId: id, remainder: -paid, reserved: 0 };
  if (paid > 0) post(account, at, 'repay', [back], { grantId: id, owed: -paid });
  return made;
}

/** Books what is left of grants whose own end has come, or whose term is over or closed. */
export function bookEnded(account: Account, at: number): void {
  const ended = account.grants.filter(({ remaining, term, endsAt }) => {
    if (remaining === 0) return false;
    if (term === null) return endsAt !== null && endsAt <= at;
    return term !== account.term || term <= account.bookedTerm;
  });
  ended.sort(
    (a, b) => (a.endsAt ?? Number.MAX_VALUE) - (b.endsAt ?? Number.MAX_VALUE) || a.id - b.id,
  );
  for (const { id, remaining, term } of ended) {
    const leg = { grantId: id, remainder: -remaining, reserved: 0 };
    const reason = term === null ? 'ended' : 'lapsed';
    post(account, at, 'expire', [leg], { grantId: id, reason });
  }
}

/** JSON with its members in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The answer that the key has had, or a conflict; null if the key is new. */
export function known(account: Account, operation: string, key: string, body: unknown) {
  const found = account.keys.get(`${operation} ${key}`);
  if (!found) return null;
  if (found.body === canonical(body)) return done(found.result, true);
  return refused('IDEMPOTENCY_CONFLICT', { key, earlier: found.result as Json });
}

/** Keeps a result under its key for ever. */
export function remember(
  account: Account,
  operation: string,
  key: string,
  body: unknown,
  result: unknown,
): Answer {
  const copy = structuredClone(result);
  account.keys.set(`${operation} ${key}`, { body: canonical(body), result: copy });
  return done(result);
}
