import { oweUsed } from './debt';
import { finish, takeRefunded } from './finish';
import { freezeDisputed } from './freeze';
import { bookEnded } from './journal';
import { refundedCents, writeRefund } from './paid-credits';
import { notFound, timeWith } from './purchases';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  type Purchase,
  type Refund,
  refused,
  type World,
} from './state';
import { iso } from './time';

export interface RefundSaid {
  amountCents: number;
  currency?: string;
  paymentId?: string;
  reason?: string;
  by?: string;
}

export const recordOf = (account: Account, one: Purchase, refund: Refund): Json => ({
  ...{ accountId: account.id, refundId: refund.id, purchaseId: one.id },
  ...{ amountCents: refund.amountCents, currency: one.currency, credits: refund.credits },
  ...{ takenCredits: refund.taken, owedCredits: refund.owed, at: iso(refund.at) },
});

export const refundRecords = (account: Account, one: Purchase): Json[] =>
  one.refunds.map((refund) => recordOf(account, one, refund));

export function refusedNow(one: Purchase, said: RefundSaid): Answer | null {
  const { amountCents, currency, paymentId } = said;
  const purchase = { purchaseId: one.id, currency: one.currency };
  if (one.status !== 'granted')
    return refused('PURCHASE_NOT_GRANTED', { purchaseId: one.id, status: one.status });
  const isOther = (asked: string | undefined, known: string | null) =>
    asked !== undefined && asked !== known;
  if (isOther(paymentId, one.paymentId) || isOther(currency, one.currency))
    return refused('REFUND_MISMATCH', { ...purchase, paymentId: one.paymentId });
  const before = refundedCents(one);
  if (amountCents <= (one.priceCents as number) - before) return null;
  return refused('REFUND_EXCEEDS_PAYMENT', {
    ...purchase,
    ...{ amountCents, refundedCents: before, priceCents: one.priceCents },
  });
}

/** The payment provider has given so much of a pack's price back. */
export function bookRefund(
  world: World,
  accountId: string,
  purchaseId: string,
  refundId: string,
  said: RefundSaid,
): Answer {
  const account = accountOf(world, accountId);
  for (const one of account.purchases.values()) {
    const known = one.refunds.find(({ id }) => id === refundId);
    if (!known) continue;
    if (one.id !== purchaseId || known.amountCents !== said.amountCents)
      return refused('IDEMPOTENCY_CONFLICT', { refundId });
    // What has come back since is taken first.
    const record = recordOf(account, one, known);
    return finish(world, account, done(record, true));
  }
  const one = account.purchases.get(purchaseId);
  if (!one) return notFound(purchaseId);
  const refusal = refusedNow(one, said);
  if (refusal) return refusal;
  const at = timeWith(world, account, one);
  const { amountCents, reason, by } = said;
  bookEnded(account, at);
  const refund = writeRefund(account, one, refundId, amountCents, at);
  freezeDisputed(account, at);
  takeRefunded(account, at, reason, by);
  oweUsed(world, account, at, [one.grantId as number]);
  return finish(world, account, done(recordOf(account, one, refund)));
}
