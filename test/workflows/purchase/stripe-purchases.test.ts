import fc from 'fast-check';
import type { PurchaseResult } from '../../../client/client';
import { createStripePaymentProvider } from '../../../providers/stripe/stripe-payment-provider';
import { brokenIn } from '../../ledger/ledger-support';
import { type Fault, type LocalStripe, openLocalStripe } from '../../stripe/local-stripe';
import { Shop } from './shop';

/** Packs that Stripe is paid for, with trouble on the way. SEED chooses which. */
const SEED = Number(process.env.SEED ?? 19);
const PRICE_CENTS = 4_900;

let shop: Shop;
let stripe: LocalStripe;
beforeAll(async () => {
  shop = await Shop.open();
  stripe = await openLocalStripe();
  const paymentProvider = createStripePaymentProvider({
    ...{ apiKey: 'sk_test_0123456789', apiUrl: stripe.url },
  });
  await shop.holdfast.startWorker({}, { paymentProvider });
});
afterAll(async () => {
  await shop.holdfast.close();
  await stripe.close();
});

/** A buyer whose card behaves so. */
async function buyer(behaviour: string): Promise<string> {
  const account = await shop.buyer();
  const customer = stripe.books.addCustomer(account, `pm_${account}`);
  stripe.books.addCard(customer, `pm_${account}`, behaviour);
  return account;
}

const paymentOf = (account: string) =>
  stripe.books.intents.filter(({ metadata }) => metadata.holdfast_account === account);

test('a pack is paid by Stripe and granted; a decline says why', async () => {
  const account = await buyer('pays');
  const bought = await shop.buy(account, { paymentMethod: `pm_${account}` });
  const [payment] = paymentOf(account);
  expect(bought).toMatchObject({ status: 'granted' });
  expect(await shop.record(account)).toMatchObject({ paymentId: payment?.id });
  const poor = await buyer('insufficient_funds');
  expect(await shop.buy(poor)).toMatchObject({ status: 'declined', reason: 'insufficient_funds' });
  const strangers = { purchaseId: 'p2', paymentMethod: `pm_${account}` };
  const refused = await shop.buy(poor, strangers);
  expect(refused).toMatchObject({ status: 'refused', reason: 'PAYMENT_METHOD_NOT_OWNED' });
  expect(paymentOf(poor)).toHaveLength(1);
});

const FAULTS: Fault[] = ['answer-lost', 'request-lost', 'error-after-success', 'error-instead'];
const PATHS = [
  'POST /v1/payment_intents',
  'GET /v1/payment_intents',
  'GET /v1/payment_intents/search',
  'GET /v1/customers/search',
] as const;

test('each pack is paid once, also when requests and answers are lost or fail', async () => {
  const trouble = fc.record({
    behaviour: fc.constantFrom('pays', 'lost_card'),
    faults: fc.array(
      fc.record({
        path: fc.constantFrom(...PATHS),
        fault: fc.constantFrom<Fault>(...FAULTS, 'too-many'),
      }),
      { maxLength: 3 },
    ),
    isSearchBehind: fc.boolean(),
  });
  let granted = 0;
  await fc.assert(
    fc.asyncProperty(trouble, async ({ behaviour, faults, isSearchBehind }) => {
      const account = await buyer(behaviour);
      stripe.books.holdSearch(isSearchBehind);
      for (const { path, fault } of faults) stripe.failNext(path, fault);
      const { status }: PurchaseResult = await shop.buy(account, {}, { timeoutMs: 60_000 });
      expect(status).toBe(behaviour === 'pays' ? 'granted' : 'declined');
      if (status === 'granted') granted += 1;
      expect(paymentOf(account)).toHaveLength(1);
      const { granted: credits } = await shop.holdfast.client.balance(account);
      expect(credits).toBe(status === 'granted' ? 150 + 125 : 150);
    }),
    { seed: SEED, numRuns: 8 },
  );
  // The first test has bought one.
  expect(stripe.books.taken).toBe((granted + 1) * PRICE_CENTS);
  expect(await brokenIn(shop.holdfast.ledger)).toEqual([]);
}, 300_000);
