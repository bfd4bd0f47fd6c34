import type Stripe from 'stripe';
import type { Charge, PaymentMethodOfAccount, PaymentState } from '../../contract/payment';
import { amountForStripe } from '../../domain/stripe-amounts';
import type { PaymentProvider } from '../payment-provider';
import { PermanentProviderError, TransientProviderError } from '../provider-errors';
import { ACCOUNT, customerOf, defaultMethodOf, idOf } from './customers';
import {
  accountIn,
  cancelled,
  KEY,
  paymentsUnder,
  settled,
  stateOf,
  stripeKey,
  VOID,
} from './payments';
import { refundAmount, refundState } from './refunds';
import { type StripeClientOptions, stripeClient } from './stripe-client';
import { asProviderError, asRefusal, hasCode, isOfType } from './stripe-errors';

/**
 * Takes money by Stripe, off session: of the customer whose metadata names the account
 * (`holdfast_account`), with the payment method that is named, or else that customer's default.
 * Payments have their key as metadata, by which they are found for good: Stripe forgets an
 * idempotency key after a day.
 */
export function createStripePaymentProvider(options: StripeClientOptions): PaymentProvider {
  const open = stripeClient(options);
  async function answer<Result>(call: (stripe: Stripe) => Promise<Result>): Promise<Result> {
    try {
      return await call(await open());
    } catch (error) {
      throw asProviderError(error);
    }
  }
  return {
    charge: (asked) => answer((stripe) => charge(stripe, asked)),
    state: (key) => answer((stripe) => stateUnder(stripe, key)),
    void: (key) => answer((stripe) => voidPayment(stripe, key)),
    refund: (key, paymentId) => answer((stripe) => refund(stripe, key, paymentId)),
    refundAmount: (asked) => answer((stripe) => refundAmount(stripe, asked)),
    refundState: (key) => answer((stripe) => refundState(stripe, key)),
    ownsPaymentMethod: (asked) => answer((stripe) => isOwned(stripe, asked)),
  };
}

async function stateUnder(stripe: Stripe, key: string): Promise<PaymentState> {
  const [payment] = await paymentsUnder(stripe, key);
  return payment ? settled(stripe, payment) : { state: 'unknown' };
}

async function charge(stripe: Stripe, asked: Charge): Promise<PaymentState> {
  const [earlier] = await paymentsUnder(stripe, asked.idempotencyKey);
  if (earlier) return settled(stripe, earlier);
  const customer = await customerOf(stripe, asked.accountId);
  if (customer === null)
    throw new PermanentProviderError('no-customer', 'No customer of Stripe names the account.');
  const method = asked.paymentMethod ?? defaultMethodOf(customer);
  if (method === null)
    throw new PermanentProviderError('no-payment-method', 'The customer has no default.');
  try {
    const payment = await stripe.paymentIntents.create(paymentOf(asked, customer.id, method), {
      idempotencyKey: stripeKey(asked.idempotencyKey),
    });
    return await settled(stripe, payment);
  } catch (error) {
    return afterFailure(stripe, asked.idempotencyKey, error);
  }
}

function paymentOf(asked: Charge, customer: string, method: string) {
  const { accountId, idempotencyKey, amountCents, currency, description } = asked;
  return {
    amount: amountForStripe(amountCents, currency),
    currency: currency.toLowerCase(),
    ...{ customer, description },
    payment_method: method,
    ...{ confirm: true, off_session: true },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const },
    metadata: { [ACCOUNT]: accountId, [KEY]: idempotencyKey },
    expand: ['latest_charge'],
  };
}

/** A decline has its payment; another payment under the key, such as a void one, is what counts. */
async function afterFailure(stripe: Stripe, key: string, error: unknown): Promise<PaymentState> {
  if (isOfType(error, 'StripeCardError') && error.payment_intent) {
    const declined = await stripe.paymentIntents.retrieve(error.payment_intent.id);
    return settled(stripe, declined);
  }
  if (!isOfType(error, 'StripeIdempotencyError')) throw asRefusal(error);
  const [other] = await paymentsUnder(stripe, key);
  if (other) return settled(stripe, other);
  throw new TransientProviderError('Stripe has another payment under the key, and finds it soon.');
}

/**
 * Under an unknown key a payment is made that is never confirmed: Stripe's own key then refuses a
 * charge that comes at the same time, and its metadata one that comes later.
 */
async function voidPayment(stripe: Stripe, key: string): Promise<void> {
  const payments = await paymentsUnder(stripe, key);
  const [first] = payments;
  if (first) {
    if (stateOf(first).state === 'pending') await cancelled(stripe, first);
    return;
  }
  const customer = await customerOf(stripe, accountIn(key));
  const mark = await stripe.paymentIntents.create(
    {
      ...VOID_PAYMENT,
      ...(customer && { customer: customer.id }),
      metadata: { [KEY]: key, [VOID]: 'true' },
    },
    { idempotencyKey: stripeKey(key) },
  );
  await cancelled(stripe, mark);
}

/** Any that Stripe makes; it asks for nothing. */
const VOID_PAYMENT = {
  ...{ amount: 100, currency: 'usd', description: 'Never to be paid' },
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const },
};

async function refund(stripe: Stripe, key: string, paymentId?: string): Promise<PaymentState> {
  const payments = await paymentsUnder(stripe, key);
  const payment = payments.find(({ id }) => paymentId === undefined || id === paymentId);
  if (payment?.status !== 'succeeded')
    throw new PermanentProviderError('not-paid', 'There is no such payment that was paid.');
  const { id } = payment;
  try {
    const made = await stripe.refunds.create(
      { payment_intent: id },
      { idempotencyKey: `refund/${id}` },
    );
    if (made.status === 'failed' || made.status === 'canceled')
      throw new PermanentProviderError(made.failure_reason ?? 'refund-failed', 'It failed.');
  } catch (error) {
    if (!hasCode(error, 'charge_already_refunded')) throw asRefusal(error);
  }
  return { state: 'refunded', paymentId: id };
}

async function isOwned(
  stripe: Stripe,
  { accountId, paymentMethod }: PaymentMethodOfAccount,
): Promise<boolean> {
  const customer = await customerOf(stripe, accountId);
  if (customer === null) return false;
  try {
    const { customer: owner } = await stripe.paymentMethods.retrieve(paymentMethod);
    return idOf(owner) === customer.id;
  } catch (error) {
    if (isOfType(error, 'StripeInvalidRequestError')) return false;
    throw error;
  }
}
