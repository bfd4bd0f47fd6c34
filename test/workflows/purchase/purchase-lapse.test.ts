import { TransientProviderError } from '../../../providers/provider-errors';
import { eventually } from '../../support/eventually';
import { Shop, simulated } from './shop';

const PLANS = {
  // Long enough on a busy machine for a purchase before its end.
  'eight-seconds': { name: 'Eight seconds', credits: 10, cycle: 'PT8S' },
  'an-hour': { name: 'An hour', credits: 20, cycle: 'PT1H' },
};

describe('a payment that settles after the subscription has lapsed', () => {
  let shop: Shop;
  let refundsToFail = 0;
  beforeAll(async () => {
    shop = await Shop.open({ plans: PLANS });
    const { payments } = shop.holdfast;
    const paymentProvider = {
      ...payments,
      async refund(key: string) {
        if (refundsToFail > 0) {
          refundsToFail -= 1;
          throw new TransientProviderError('503');
        }
        return payments.refund(key);
      },
    };
    await shop.holdfast.startWorker({}, { paymentProvider });
  });
  afterEach(() => {
    expect(refundsToFail).toBe(0);
  });
  afterAll(() => shop.close());

  async function lapsedBuyer(): Promise<string> {
    const accountId = await shop.buyer('eight-seconds');
    expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
    await eventually(
      async () => (await shop.holdfast.ledger.subscription(accountId))?.status === 'lapsed',
    );
    return accountId;
  }

  async function settle(accountId: string): Promise<void> {
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
  }

  test.each([
    ['at once', 0],
    ['as soon as the provider can, after three failures', 3],
  ])('is refunded %s', async (_when, failures) => {
    const accountId = await lapsedBuyer();
    refundsToFail = failures;
    await settle(accountId);
    const result = await shop.result(accountId);
    expect(result).toMatchObject({
      status: 'returned',
      reason: 'subscription-ended',
      priceCents: 4900,
    });
    expect(result).not.toHaveProperty('grantId');
    expect(await shop.payment(accountId)).toMatchObject({ state: 'refunded', timesTaken: 1 });
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({
      available: 0,
      granted: 10,
    });
    expect(await shop.buy(accountId, simulated('pending'))).toEqual(result);
  });

  test('is in the state returning until the provider can be reached, and a new subscription changes nothing', async () => {
    const accountId = await lapsedBuyer();
    refundsToFail = 3;
    await settle(accountId);
    await eventually(async () => (await shop.record(accountId))?.status === 'returning');
    expect(await shop.record(accountId)).toMatchObject({
      reason: 'subscription-ended',
      resolvedAt: null,
    });
    // A subscription that begins meanwhile does not get the pack.
    await shop.subscribe(accountId, 's2', 'an-hour');
    expect(await shop.result(accountId)).toMatchObject({ status: 'returned' });
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 20 });
  });

  test('buys credits of the newer term if there is one', async () => {
    const accountId = await lapsedBuyer();
    await shop.subscribe(accountId, 's2', 'an-hour');
    await settle(accountId);
    const { validUntil } = (await shop.holdfast.ledger.subscription(accountId)) ?? {};
    expect(await shop.result(accountId)).toMatchObject({ status: 'granted', validUntil });
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 145 });
  });
});
