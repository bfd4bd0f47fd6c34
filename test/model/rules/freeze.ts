import { post } from './journal';
import { creditsPaidBy, refundedCents } from './paid-credits';
import type { Account, Grant, Purchase } from './state';

/** What refunds of a pack cover and have not taken. */
const dueOf = ({ refunds }: Purchase): number =>
  refunds.reduce((sum, { credits, taken, owed }) => sum + credits - taken - owed, 0);

/** The unused credits that a pack's open disputes are about, of which so many are not frozen. */
function toFreeze(one: Purchase, remaining: number): number {
  const back = refundedCents(one);
  const asked = one.disputes
    .filter(({ state }) => state === 'open')
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
  const cents = Math.min(asked, (one.priceCents as number) - back);
  const disputed = creditsPaidBy(one, back + cents) - creditsPaidBy(one, back);
  return Math.min(Math.max(0, remaining + one.frozen - dueOf(one)), disputed);
}

/** The dispute that was opened or closed last. */
function lastChanged({ disputes }: Purchase): string {
  const changedAt = (index: number) =>
    Math.max(disputes[index]?.openedAt ?? 0, disputes[index]?.closedAt ?? 0);
  const places = [...disputes.keys()].sort((a, b) => changedAt(b) - changedAt(a) || b - a);
  return disputes[places[0] as number]?.id as string;
}

/** Whether what is left of a grant is to be booked as expired. */
export const isOver = (account: Account, { term, endsAt }: Grant, at: number): boolean =>
  term === null
    ? endsAt !== null && endsAt <= at
    : term !== account.term || term <= account.bookedTerm;

/** Past their end, credits count again for as long as they were frozen before it. */
function moveEnd(account: Account, one: Purchase, grant: Grant, at: number): void {
  const isLive = account.validUntil !== null && at < account.validUntil;
  if (!isLive || !isOver(account, grant, at)) return;
  const term = account.terms.filter((known) => known.term === grant.term).at(-1);
  const end = grant.endsAt ?? (term?.validUntil as number);
  const endsAt = at + end - (one.frozenSince as number);
  if (endsAt <= at) return;
  const upto = account.entries.length;
  grant.movedEnds.push({ upto, term: grant.term, endsAt: grant.endsAt });
  Object.assign(grant, { term: null, endsAt });
  one.frozenSince = at;
}

/**
 * Freezes what disputed packs have left, up to the credits that their open disputes are about, and
 * gives the rest back.
 */
export function freezeDisputed(account: Account, at: number): void {
  const disputed = [...account.purchases.values()].filter(({ disputes }) => disputes.length > 0);
  for (const one of disputed.sort((a, b) => (a.grantId as number) - (b.grantId as number))) {
    const grant = account.grants.find(({ id }) => id === one.grantId) as Grant;
    const change = toFreeze(one, grant.remaining) - one.frozen;
    if (change === 0) continue;
    const givenBack = -change - Math.max(0, dueOf(one) - grant.remaining);
    if (givenBack > 0) moveEnd(account, one, grant, at);
    const leg = { grantId: grant.id, remainder: -change, reserved: 0 };
    const more = { grantId: grant.id, reason: `dispute ${lastChanged(one)}` };
    post(account, at, change > 0 ? 'freeze' : 'unfreeze', [leg], more);
    one.frozen += change;
  }
}
