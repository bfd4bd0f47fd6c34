import { type HoldfastClient, HoldfastError } from '../../client/client';

/** Called by the product's billing system for every paid invoice; its number may come twice, and late. */
export async function invoicePaid(
  holdfast: HoldfastClient,
  accountId: string,
  invoice: string,
  paidAt: string,
) {
  try {
    const renewal = { accountId, subscriptionId: 'main', paymentReference: invoice, paidAt };
    const { newTerm, subscription } = await holdfast.subscriptions.renew(renewal);
    return newTerm
      ? 'paid after the lapse: a new term'
      : `credits are carried forward to ${subscription.validUntil}`;
  } catch (error) {
    // Nothing was granted for it: the money goes back.
    const isRefused =
      error instanceof HoldfastError &&
      ['SUBSCRIPTION_ENDED', 'RENEWAL_SUPERSEDED'].includes(error.code);
    if (isRefused) return 'to be refunded';
    throw error;
  }
}

/** Called with the price that the buyer saw and an id that the browser made up once. */
export async function buyPack(
  holdfast: HoldfastClient,
  accountId: string,
  purchaseId: string,
  shownPriceCents: number,
) {
  const request = { accountId, purchaseId, packId: 'pack-125', shownPriceCents };
  const { status, credits, reason, details } = await holdfast.purchases.buy(request);
  if (status === 'granted') return `${credits} credits`;
  if (status === 'pending') return 'The bank has not decided yet.'; // its webhook calls purchases.paymentUpdated
  return reason === 'PRICE_CHANGED'
    ? `It costs ${details?.priceCents} cents now.`
    : `Nothing was charged: ${reason}`;
}
