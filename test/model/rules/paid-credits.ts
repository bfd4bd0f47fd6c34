import type { Purchase } from './state';

export const refundedCents = ({ refunds }: Purchase): number =>
  refunds.reduce((sum, { amountCents }) => sum + amountCents, 0);

/** The credits that so much of the price has paid for, rounded up. */
export function creditsPaidBy({ credits, priceCents }: Purchase, cents: number): number {
  const price = BigInt(priceCents ?? 0);
  return Number((BigInt(credits ?? 0) * BigInt(cents) + price - 1n) / price);
}

/** Keeps so much of a granted purchase's price as given back. */
export function writeRefund(
  account: { isWatched: boolean },
  one: Purchase,
  id: string,
  amountCents: number,
  at: number,
) {
  const before = refundedCents(one);
  const credits = creditsPaidBy(one, before + amountCents) - creditsPaidBy(one, before);
  const refund = { id, amountCents, credits, taken: 0, owed: 0, at };
  one.refunds.push(refund);
  account.isWatched = true;
  return refund;
}
