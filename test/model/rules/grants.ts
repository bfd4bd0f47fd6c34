import { activeOf, isOverLimit } from './cycles';
import { finish, tellRanDry } from './finish';
import {
  allocate,
  availableAt,
  bookEnded,
  figuresOf,
  known,
  legsOf,
  post,
  postGrant,
  remember,
} from './journal';
import { type Account, type Answer, accountOf, done, refused, timeOf, type World } from './state';
import { dayStart, iso, nextDayStart } from './time';

export interface GrantSaid {
  credits: number;
  source: 'promotion' | 'adjustment';
  reason: string;
  by: string;
  expiresAt?: string;
  costCents?: number;
  currency?: string;
}

export const limitExceeded = (account: Account): Answer =>
  refused('BALANCE_LIMIT_EXCEEDED', { granted: figuresOf(account).granted });

function grantRefused(world: World, account: Account, said: GrantSaid, at: number): Answer | null {
  const { source, credits } = said;
  const endsAt = said.expiresAt === undefined ? null : Date.parse(said.expiresAt);
  if (source !== 'promotion' && source !== 'adjustment')
    return refused('INVALID_ARGUMENT', { source });
  if (endsAt === null && source === 'promotion') return refused('EXPIRY_REQUIRED');
  if (endsAt === null && !(account.validUntil !== null && at < account.validUntil))
    return refused('SUBSCRIPTION_REQUIRED');
  if (endsAt !== null && endsAt <= at)
    return refused('EXPIRY_IN_PAST', { expiresAt: iso(endsAt), now: iso(at) });
  if (isOverLimit(world, account, activeOf(account), at, credits)) return limitExceeded(account);
  return null;
}

function bookGrant(world: World, account: Account, key: string, said: GrantSaid, at: number) {
  const { source, credits, reason, by, costCents = 0 } = said;
  const endsAt = said.expiresAt === undefined ? null : Date.parse(said.expiresAt);
  bookEnded(account, at);
  const term = endsAt === null ? account.term : null;
  const grant = postGrant(account, at, { source, credits, costCents, endsAt, term }, reason, by);
  const value = {
    ...{ grantId: String(grant.id), accountId: account.id, source, credits },
    ...{ expiresAt: iso(endsAt ?? account.validUntil), grantedAt: iso(at) },
  };
  return finish(world, account, remember(account, 'grant', key, said, value));
}

export function grant(world: World, accountId: string, key: string, said: GrantSaid): Answer {
  const account = accountOf(world, accountId);
  account.isOpen = true;
  const first = known(account, 'grant', key, said);
  if (first) return finish(world, account, first);
  const at = timeOf(world, account);
  return grantRefused(world, account, said, at) ?? bookGrant(world, account, key, said, at);
}

/** A grant that a workflow asks for, within what its worker allows. */
export function grantByWorkflow(
  world: World,
  accountId: string,
  key: string,
  said: GrantSaid,
  limits: { creditsMax: number; creditsPerDay: number } | null,
): Answer {
  const account = accountOf(world, accountId);
  const { credits } = said;
  const isTooMuch = limits !== null && credits > limits.creditsMax;
  if (limits && !isTooMuch) account.isOpen = true;
  const first = known(account, 'grant', key, said);
  if (first) return finish(world, account, first);
  if (limits === null) return refused('GRANTS_NOT_CONFIGURED');
  const { creditsMax, creditsPerDay } = limits;
  if (isTooMuch) return refused('GRANT_LIMIT_EXCEEDED', { credits, creditsMax });
  const at = timeOf(world, account);
  const refusal = grantRefused(world, account, said, at);
  if (refusal) return refusal;
  const granted = world.workflowGrants.get(dayStart(at)) ?? 0;
  if (granted + credits > creditsPerDay) {
    const resetsAt = iso(nextDayStart(at));
    return refused('DAILY_GRANTS_REACHED', { credits, granted, creditsPerDay, resetsAt });
  }
  world.workflowGrants.set(dayStart(at), granted + credits);
  return bookGrant(world, account, key, said, at);
}

export function deduct(
  world: World,
  accountId: string,
  key: string,
  said: { credits: number; reason: string; by: string },
): Answer {
  const account = accountOf(world, accountId);
  const first = known(account, 'deduct', key, said);
  if (first) return finish(world, account, first);
  const { credits, reason, by } = said;
  const at = timeOf(world, account);
  bookEnded(account, at);
  const available = availableAt(account, at);
  const taken = allocate(account, at, credits);
  if (!taken) {
    const shortfall = credits - available;
    return refused('INSUFFICIENT_CREDITS', { required: credits, available, shortfall });
  }
  const version = post(account, at, 'deduct', legsOf(taken, false), { reason, by });
  if (available === credits && figuresOf(account).reserved === 0) tellRanDry(account, at, 0);
  const value = { accountId, credits, version, at: iso(at) };
  return finish(world, account, remember(account, 'deduct', key, said, value));
}

/** Books every end that has come. */
export function expire(world: World, accountId: string): Answer {
  const account = accountOf(world, accountId);
  const before = figuresOf(account).expired;
  const entries = account.entries.length;
  bookEnded(account, timeOf(world, account));
  const expired = figuresOf(account).expired - before;
  const value = { accountId, expired, entries: account.entries.length - entries };
  return finish(world, account, done(value));
}
