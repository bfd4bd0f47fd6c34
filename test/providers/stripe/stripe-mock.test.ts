import { spawn, spawnSync } from 'node:child_process';
import { createStripePaymentProvider } from '../../../providers/stripe/stripe-payment-provider';
import { type Asked, openLocalStripe } from '../../stripe/local-stripe';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { chargeOf, KEY } from '../payment-fixtures';

/**
 * Stripe's own mock checks requests by the OpenAPI document that Stripe publishes:
 * `go install github.com/stripe/stripe-mock@v0.203.0`, on the path or named by STRIPE_MOCK.
 */
const MOCK = process.env.STRIPE_MOCK ?? 'stripe-mock';
const isThere = spawnSync(MOCK, ['-version']).error === undefined;
const describeWithMock = isThere ? describe : describe.skip;

/** Every request that the provider makes: a charge, a void, a refund, a decline. */
async function everyRequest(): Promise<Asked[]> {
  const stripe = await openLocalStripe();
  const provider = createStripePaymentProvider({ apiKey: 'sk_test_1', apiUrl: stripe.url });
  const customer = stripe.books.addCustomer('acme', 'pm_1');
  stripe.books.addCard(customer, 'pm_1');
  stripe.books.addCard(customer, 'pm_lost', 'lost_card');
  await provider.charge(chargeOf());
  const part = { refundKey: 'refund/acme/o1', accountId: 'acme', idempotencyKey: KEY };
  await provider.refundAmount?.({ ...part, paymentId: 'pi_1', amountCents: 100, currency: 'USD' });
  await provider.refundState?.(part.refundKey);
  await provider.refund(KEY);
  await provider.void('purchase/acme/p2');
  const declined = { idempotencyKey: 'purchase/acme/p3', paymentMethod: 'pm_lost' };
  await provider.charge(chargeOf(declined));
  await provider.ownsPaymentMethod?.({ accountId: 'acme', paymentMethod: 'pm_1' });
  await stripe.close();
  return stripe.asked;
}

describeWithMock('Stripe’s mock', () => {
  let url: string;
  let mock: ReturnType<typeof spawn>;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    mock = spawn(MOCK, ['-http-port', String(port)], { stdio: 'ignore' });
    await eventually(() =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(() => mock.kill());

  test('takes every request of the provider', async () => {
    const asked = await everyRequest();
    const made = new Set(asked.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`));
    expect(made.size).toBeGreaterThanOrEqual(8);
    for (const { method, path, body, key } of asked) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: 'Bearer sk_test_1',
          ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(key && { 'idempotency-key': key }),
        },
        ...(method === 'POST' && { body }),
      });
      expect([
        path,
        body,
        await response.text().then((text) => text.slice(0, 300)),
        response.status,
      ]).toEqual([path, body, expect.anything(), 200]);
    }
  });
});
