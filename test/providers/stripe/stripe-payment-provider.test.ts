import type { PaymentProvider } from '../../../providers/payment-provider';
import {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from '../../../providers/provider-errors';
import { createStripePaymentProvider } from '../../../providers/stripe/stripe-payment-provider';
import { type LocalStripe, openLocalStripe } from '../../stripe/local-stripe';
import { chargeOf, KEY } from '../payment-fixtures';

let stripe: LocalStripe;
let provider: PaymentProvider;
let customer: string;
beforeEach(async () => {
  stripe = await openLocalStripe();
  const options = { apiKey: 'sk_test_1', apiUrl: stripe.url };
  provider = createStripePaymentProvider(options);
  customer = stripe.books.addCustomer('acme', 'pm_default');
  stripe.books.addCard(customer, 'pm_default');
});
afterEach(() => stripe.close());

const PAID = { state: 'paid', paymentId: 'pi_1' };

/** A charge with a card that behaves so. */
function withCard(behaviour: string) {
  stripe.books.addCard(customer, `pm_${behaviour}`, behaviour);
  return chargeOf({ paymentMethod: `pm_${behaviour}` });
}

test('a charge takes the money of the account’s customer, off session, once', async () => {
  expect(await provider.charge(chargeOf())).toEqual(PAID);
  const [payment] = stripe.books.intents;
  expect(payment).toMatchObject({
    ...{ amount: 4_900, currency: 'usd', customer, status: 'succeeded' },
    metadata: { holdfast_account: 'acme', holdfast_key: KEY },
  });
  const made = stripe.asked.find(({ method }) => method === 'POST');
  expect(made?.key).toBe(KEY);
  expect(Object.fromEntries(new URLSearchParams(made?.body))).toMatchObject({
    ...{ payment_method: 'pm_default', confirm: 'true', off_session: 'true' },
  });
  expect(await provider.charge(chargeOf())).toEqual(PAID);
  expect(await provider.state(KEY)).toEqual(PAID);
  expect(stripe.books.taken).toBe(4_900);
});

test('many charges at once under one key are one payment', async () => {
  const charges = await Promise.all(Array.from({ length: 8 }, () => provider.charge(chargeOf())));
  for (const charge of charges) expect(charge).toEqual(PAID);
  expect(stripe.books.taken).toBe(4_900);
});

test('a currency that Stripe counts otherwise is asked for in its units', async () => {
  await provider.charge(chargeOf({ amountCents: 500, currency: 'UGX' }));
  expect(stripe.books.intents).toMatchObject([{ amount: 50_000, currency: 'ugx' }]);
});

test.each([
  ['insufficient_funds', undefined],
  ['authentication_required', undefined],
  ['expired_card', undefined],
  ['do_not_honor', undefined],
  ['stolen_card', 'never'],
  ['incorrect_number', 'never'],
  ['revocation_of_authorization', 'never'],
])('a decline as %s is final under its key, and is tried again: %s', async (code, retry) => {
  const charge = withCard(code);
  const declined = { state: 'declined', paymentId: 'pi_1', reason: code, ...(retry && { retry }) };
  expect(await provider.charge(charge)).toEqual(declined);
  expect(await provider.charge(charge)).toEqual(declined);
  expect(await provider.state(KEY)).toEqual(declined);
  expect(stripe.books.intents).toMatchObject([{ status: 'canceled' }]);
});

test.each([true, false])(
  'a payment that is decided later (paid: %s) is pending',
  async (isPaid) => {
    const pending = { state: 'pending', paymentId: 'pi_1' };
    expect(await provider.charge(withCard('processes'))).toEqual(pending);
    await provider.void(KEY);
    expect(await provider.state(KEY)).toEqual(pending);
    stripe.books.decide('pi_1', isPaid);
    const decided = { state: 'declined', paymentId: 'pi_1', reason: 'insufficient_funds' };
    expect(await provider.state(KEY)).toEqual(isPaid ? PAID : decided);
  },
);

test.each(['answer-lost', 'error-after-success'] as const)(
  'a charge whose answer is %s is found by its key, also while the search is behind',
  async (fault) => {
    stripe.books.holdSearch(true);
    stripe.failNext('POST /v1/payment_intents', fault);
    await expect(provider.charge(chargeOf())).rejects.toThrow(TransientProviderError);
    expect(await provider.state(KEY)).toEqual(PAID);
    expect(await provider.charge(chargeOf())).toEqual(PAID);
    expect(stripe.books.taken).toBe(4_900);
  },
);

test.each(['request-lost', 'error-instead'] as const)(
  'a charge whose request is %s is made by the next one',
  async (fault) => {
    stripe.failNext('POST /v1/payment_intents', fault);
    await expect(provider.charge(chargeOf())).rejects.toThrow(TransientProviderError);
    expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
    expect(await provider.charge(chargeOf())).toEqual(PAID);
  },
);

test('too many requests say when to ask again', async () => {
  stripe.failNext('POST /v1/payment_intents', 'too-many');
  const refused = await provider.charge(chargeOf()).catch((error) => error);
  expect(refused).toBeInstanceOf(RateLimitedProviderError);
  expect(refused).toMatchObject({ retryAfterMs: 2_000 });
});

test('a list or a search that fails never counts as no payment', async () => {
  await provider.charge(chargeOf());
  for (const path of [
    'GET /v1/payment_intents',
    'GET /v1/payment_intents/search',
    'GET /v1/customers/search',
  ] as const) {
    stripe.failNext(path, 'error-instead');
    await expect(provider.state(KEY)).rejects.toThrow(TransientProviderError);
  }
});

test.each([true, false])(
  'an unknown key that was voided takes nothing any more (search behind: %s)',
  async (isBehind) => {
    stripe.books.holdSearch(isBehind);
    await provider.void(KEY);
    await provider.void(KEY);
    const voided = { state: 'voided', paymentId: 'pi_1', reason: 'voided' };
    expect(await provider.charge(chargeOf())).toEqual(voided);
    expect(await provider.state(KEY)).toEqual(voided);
    expect(stripe.books.taken).toBe(0);
    expect(stripe.books.intents).toHaveLength(1);
  },
);

test('a void changes nothing of a payment that is paid or declined', async () => {
  await provider.charge(chargeOf());
  await provider.void(KEY);
  expect(await provider.state(KEY)).toEqual(PAID);
  const other = { ...withCard('lost_card'), idempotencyKey: 'purchase/acme/p2' };
  const declined = await provider.charge(other);
  await provider.void(other.idempotencyKey);
  expect(await provider.state(other.idempotencyKey)).toEqual(declined);
});

test('a refund gives all of it back, once', async () => {
  await provider.charge(chargeOf());
  const refunded = { state: 'refunded', paymentId: 'pi_1' };
  stripe.failNext('POST /v1/refunds', 'answer-lost');
  await expect(provider.refund(KEY)).rejects.toThrow(TransientProviderError);
  expect(await provider.refund(KEY)).toEqual(refunded);
  expect(await provider.refund(KEY, 'pi_1')).toEqual(refunded);
  expect(await provider.state(KEY)).toEqual(refunded);
  expect(stripe.books.taken).toBe(0);
  expect(stripe.books.refunds).toHaveLength(1);
});

/** A part of the payment, as an order asks for it. */
const partOf = (amountCents: number, more = {}) => ({
  ...{ refundKey: 'refund/acme/o1', accountId: 'acme', idempotencyKey: KEY },
  ...{ paymentId: 'pi_1', amountCents, currency: 'USD', ...more },
});

test('a part goes back once under its key, also when the answer is lost', async () => {
  await provider.charge(chargeOf());
  expect(await provider.refundState?.('refund/acme/o1')).toEqual({ state: 'unknown' });
  stripe.failNext('POST /v1/refunds', 'error-after-success');
  await expect(provider.refundAmount?.(partOf(1_960))).rejects.toThrow(TransientProviderError);
  const made = { state: 'made', refundId: 're_1', amountCents: 1_960, currency: 'USD' };
  expect(await provider.refundState?.('refund/acme/o1')).toEqual(made);
  expect(await provider.refundAmount?.(partOf(1_960))).toEqual(made);
  expect(await provider.state(KEY)).toEqual(PAID);
  const more = partOf(2_000, { refundKey: 'refund/acme/o2' });
  expect(await provider.refundAmount?.(more)).toMatchObject({ state: 'made', refundId: 're_2' });
  const tooMuch = partOf(941, { refundKey: 'refund/acme/o3' });
  await expect(provider.refundAmount?.(tooMuch)).rejects.toMatchObject({
    reason: 'amount_too_large',
  });
  expect(stripe.books.taken).toBe(940);
});

test.each([
  ['pending', { state: 'pending' }],
  ['requires_action', { state: 'pending' }],
  ['failed', { state: 'refused', reason: 'refund-failed' }],
  ['canceled', { state: 'refused', reason: 'refund-canceled' }],
])('a refund that is %s at Stripe is so here', async (status, state) => {
  await provider.charge(chargeOf());
  stripe.books.nextRefund = status;
  expect(await provider.refundAmount?.(partOf(100))).toEqual(state);
  expect(await provider.refundAmount?.(partOf(100))).toEqual(state);
  expect(await provider.refundState?.('refund/acme/o1')).toEqual(state);
  expect(stripe.books.refunds).toHaveLength(1);
});

test('what was not paid, or is another payment, is not refunded', async () => {
  await expect(provider.refund(KEY)).rejects.toThrow(PermanentProviderError);
  await provider.charge(chargeOf());
  await expect(provider.refund(KEY, 'pi_2')).rejects.toMatchObject({ reason: 'not-paid' });
  expect(stripe.books.taken).toBe(4_900);
});

test('an account without a customer, or a customer without a card, is declined', async () => {
  const none = chargeOf({ accountId: 'other', idempotencyKey: 'purchase/other/p1' });
  await expect(provider.charge(none)).rejects.toMatchObject({ reason: 'no-customer' });
  stripe.books.addCustomer('other');
  await expect(provider.charge(none)).rejects.toMatchObject({ reason: 'no-payment-method' });
  const unknown = chargeOf({ paymentMethod: 'pm_none' });
  await expect(provider.charge(unknown)).rejects.toMatchObject({ reason: 'resource_missing' });
  expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
});

test('a card is the account’s if it is its customer’s', async () => {
  const strangers = stripe.books.addCustomer('other', 'pm_other');
  stripe.books.addCard(strangers, 'pm_other');
  const isOwned = (accountId: string, paymentMethod: string) =>
    provider.ownsPaymentMethod?.({ accountId, paymentMethod });
  expect(await isOwned('acme', 'pm_default')).toBe(true);
  expect(await isOwned('acme', 'pm_other')).toBe(false);
  expect(await isOwned('acme', 'pm_none')).toBe(false);
  expect(await isOwned('nobody', 'pm_default')).toBe(false);
});

test('the longest key fits Stripe’s', async () => {
  const [account, purchase] = ['a'.repeat(128), 'p'.repeat(128)];
  const id = stripe.books.addCustomer(account, 'pm_long');
  stripe.books.addCard(id, 'pm_long');
  const idempotencyKey = `purchase/${account}/${purchase}`;
  expect(await provider.charge(chargeOf({ accountId: account, idempotencyKey }))).toEqual(PAID);
  for (const { key } of stripe.asked) expect((key ?? '').length).toBeLessThanOrEqual(255);
});
