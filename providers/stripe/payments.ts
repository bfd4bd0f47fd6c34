import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { PaymentState } from '../../contract/payment';
import { customerOf, withMetadata } from './customers';
import { declineOf } from './declines';
import { hasCode } from './stripe-errors';

/** The metadata of a payment: its key, and that it was never to be made. */
export const KEY = 'holdfast_key';
export const VOID = 'holdfast_void';

/** Stripe's search finds a payment within about a minute; a list has it at once. */
const LISTED_SECONDS = 2 * 86_400;
const STRIPE_KEY_LENGTH_MAX = 255;
const FOUND_MAX = 10_000;

/** The payments under a key, the one whose money was taken first. */
export async function paymentsUnder(stripe: Stripe, key: string): Promise<Stripe.PaymentIntent[]> {
  const found = await paymentsWith(stripe, KEY, key, accountIn(key));
  return found.sort((a, b) => rankOf(a) - rankOf(b) || a.created - b.created);
}

/** The account's payments with this value of metadata. */
export async function paymentsWith(
  stripe: Stripe,
  name: string,
  value: string,
  accountId: string,
): Promise<Stripe.PaymentIntent[]> {
  const common = { limit: 100, expand: ['data.latest_charge'] };
  const searched = stripe.paymentIntents.search({ ...common, query: withMetadata(name, value) });
  const [found, listed] = await Promise.all([
    searched.autoPagingToArray({ limit: FOUND_MAX }),
    lately(stripe, accountId, common),
  ]);
  // A list is never behind, so what it says of a payment counts.
  const byId = new Map([...found, ...listed].map((payment) => [payment.id, payment]));
  return [...byId.values()].filter(({ metadata }) => metadata[name] === value);
}

async function lately(
  stripe: Stripe,
  accountId: string,
  common: { limit: number; expand: string[] },
) {
  const customer = await customerOf(stripe, accountId);
  if (customer === null) return [];
  const since = Math.floor(Date.now() / 1000) - LISTED_SECONDS;
  const list = stripe.paymentIntents.list({
    ...common,
    ...{ customer: customer.id, created: { gte: since } },
  });
  return list.autoPagingToArray({ limit: FOUND_MAX });
}

/** The account in the key of a payment or of a refund. */
export const accountIn = (key: string) => key.split('/')[1] ?? '';

const FIRST = ['succeeded', 'processing', 'requires_action'];

function rankOf({ status }: Stripe.PaymentIntent): number {
  const rank = FIRST.indexOf(status);
  return rank < 0 ? FIRST.length : rank;
}

/** Stripe's own key has 255 characters at most. */
export function stripeKey(key: string): string {
  if (key.length <= STRIPE_KEY_LENGTH_MAX) return key;
  return createHash('sha256').update(key).digest('hex');
}

/**
 * The payment's state. One that was declined could be tried again at Stripe with another card, so it
 * is cancelled: then nothing is ever taken under its key.
 */
export async function settled(
  stripe: Stripe,
  payment: Stripe.PaymentIntent,
): Promise<PaymentState> {
  if (payment.status !== 'requires_payment_method' || payment.last_payment_error === null)
    return stateOf(payment);
  return stateOf(await cancelled(stripe, payment));
}

/** The payment after it was asked not to happen; one that has been decided stays as it is. */
export async function cancelled(
  stripe: Stripe,
  { id }: Stripe.PaymentIntent,
): Promise<Stripe.PaymentIntent> {
  const expand = ['latest_charge'];
  try {
    return await stripe.paymentIntents.cancel(id, { expand });
  } catch (error) {
    if (!hasCode(error, 'payment_intent_unexpected_state')) throw error;
    return stripe.paymentIntents.retrieve(id, { expand });
  }
}

export function stateOf(payment: Stripe.PaymentIntent): PaymentState {
  const { id: paymentId, last_payment_error: error } = payment;
  switch (payment.status) {
    case 'succeeded':
      return { state: isRefunded(payment) ? 'refunded' : 'paid', paymentId };
    case 'canceled':
      return error === null || VOID in payment.metadata
        ? { state: 'voided', paymentId, reason: 'voided' }
        : { state: 'declined', paymentId, ...declineOf(error) };
    default:
      return { state: 'pending', paymentId };
  }
}

function isRefunded({ latest_charge: charge }: Stripe.PaymentIntent): boolean {
  return typeof charge === 'object' && charge !== null && charge.refunded;
}
