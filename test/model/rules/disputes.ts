import { oweUsed } from './debt';
import { finish, takeRefunded, writeNotice } from './finish';
import { freezeDisputed } from './freeze';
import { bookEnded, endOf, figuresOf } from './journal';
import { refundedCents, writeRefund } from './paid-credits';
import { notFound, timeWith } from './purchases';
import {
  type Account,
  type Answer,
  accountOf,
  type Dispute,
  done,
  type Figures,
  type Grant,
  type Json,
  type Purchase,
  refused,
  type World,
} from './state';
import { iso } from './time';

export interface DisputeSaid {
  state: Dispute['state'];
  amountCents?: number;
  currency?: string;
  paymentId?: string;
  reason?: string;
  by?: string;
}

function recordOf(account: Account, one: Purchase, dispute: Dispute): Json {
  const refund = one.refunds.find(({ id }) => id === `dispute:${dispute.id}`);
  return {
    ...{ accountId: account.id, disputeId: dispute.id, purchaseId: one.id, state: dispute.state },
    ...{ amountCents: dispute.amountCents, currency: one.currency },
    frozenCredits: dispute.state === 'open' ? one.frozen : 0,
    ...{ takenCredits: refund?.taken ?? 0, owedCredits: refund?.owed ?? 0 },
    ...{ openedAt: iso(dispute.openedAt), closedAt: iso(dispute.closedAt) },
  };
}

export const disputeRecords = (account: Account, one: Purchase): Json[] =>
  one.disputes.map((dispute) => recordOf(account, one, dispute));

/** The answer where the dispute is known and doesn't end now. */
function knownAnswer(
  account: Account,
  owner: Purchase,
  dispute: Dispute,
  purchaseId: string,
  said: DisputeSaid,
): Answer | null {
  const { id, state, amountCents, closedAt } = dispute;
  const isOther = said.amountCents !== undefined && said.amountCents !== amountCents;
  if (owner.id !== purchaseId || isOther) return refused('IDEMPOTENCY_CONFLICT', { disputeId: id });
  if (said.state === 'open' || said.state === state)
    return done(recordOf(account, owner, dispute), true);
  if (state === 'open') return null;
  return refused('DISPUTE_CLOSED', { disputeId: id, state, closedAt: iso(closedAt) });
}

function refusedNow(one: Purchase, { currency, paymentId }: DisputeSaid): Answer | null {
  if (one.status !== 'granted')
    return refused('PURCHASE_NOT_GRANTED', { purchaseId: one.id, status: one.status });
  const isOther = (asked: string | undefined, known: string | null) =>
    asked !== undefined && asked !== known;
  if (!isOther(paymentId, one.paymentId) && !isOther(currency, one.currency) && one.priceCents)
    return null;
  return refused('DISPUTE_MISMATCH', {
    ...{ purchaseId: one.id, paymentId: one.paymentId },
    ...{ priceCents: one.priceCents, currency: one.currency },
  });
}

/** How a dispute about a pack's price stands. */
export function bookDispute(
  world: World,
  accountId: string,
  purchaseId: string,
  disputeId: string,
  said: DisputeSaid,
): Answer {
  const account = accountOf(world, accountId);
  const owner = [...account.purchases.values()].find(({ disputes }) =>
    disputes.some(({ id }) => id === disputeId),
  );
  const known = owner?.disputes.find(({ id }) => id === disputeId);
  const answer = owner && known && knownAnswer(account, owner, known, purchaseId, said);
  if (answer) return finish(world, account, answer);
  const one = account.purchases.get(purchaseId);
  if (!one) return notFound(purchaseId);
  const refusal = refusedNow(one, said);
  if (refusal) return refusal;
  const at = Math.max(timeWith(world, account, one), known?.openedAt ?? 0);
  bookEnded(account, at);
  const closedAt = said.state === 'open' ? null : at;
  const amountCents = said.amountCents ?? (one.priceCents as number);
  const dispute = known ?? { id: disputeId, amountCents, state: 'open', openedAt: at, closedAt };
  if (!known) one.disputes.push(dispute);
  Object.assign(dispute, { state: said.state, closedAt });
  account.isWatched = true;
  if (said.state === 'open') one.frozenSince ??= at;
  settleDispute(world, account, one, dispute, at);
  return finish(world, account, done(recordOf(account, one, dispute)));
}

function settleDispute(
  world: World,
  account: Account,
  one: Purchase,
  dispute: Dispute,
  at: number,
): void {
  const before = figuresOf(account);
  const cents = Math.min(dispute.amountCents, (one.priceCents as number) - refundedCents(one));
  if (dispute.state === 'lost' && cents > 0)
    writeRefund(account, one, `dispute:${dispute.id}`, cents, at);
  freezeDisputed(account, at);
  takeRefunded(account, at);
  oweUsed(world, account, at, [one.grantId as number]);
  bookEnded(account, at);
  if (one.disputes.every(({ state }) => state !== 'open')) one.frozenSince = null;
  tell(account, one, dispute, before, at);
}

function tell(
  account: Account,
  one: Purchase,
  { id, state }: Dispute,
  before: Figures,
  at: number,
): void {
  const after = figuresOf(account);
  const grant = account.grants.find((held) => held.id === one.grantId) as Grant;
  const givenBack = Math.max(0, after.available - before.available);
  const data = {
    ...{ disputeId: id, purchaseId: one.id, packId: one.packId, state },
    frozen: Math.max(0, after.frozen - before.frozen),
    ...{ givenBack, taken: after.refunded - before.refunded },
    ...{ expired: after.expired - before.expired, owed: after.owed - before.owed },
    expiresAt: givenBack > 0 ? iso(endOf(account, grant)) : null,
  };
  writeNotice(account, at, 'dispute', data, `dispute:${id}:${state}`);
}
