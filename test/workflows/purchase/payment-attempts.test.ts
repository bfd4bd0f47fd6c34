import type { PurchaseResult } from '../../../contract/purchase';
import type { PaymentProvider } from '../../../providers/payment-provider';
import { PermanentProviderError, TransientProviderError } from '../../../providers/provider-errors';
import { atOnce } from '../../ledger/ledger-support';
import { order, Shop, simulated } from './shop';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

const attempts = async (accountId: string, of = shop) =>
  (await of.holdfast.payments.book()).filter((payment) => payment.accountId === accountId).length;

test('of 30 purchases with a card that is declined, at once, ten reach the payment provider', async () => {
  const accountId = await shop.buyer();
  // On a busy machine a purchase may not be opened within its 30 seconds: the buyer asks again.
  const buy = async (purchaseId: string): Promise<PurchaseResult> => {
    const result = await shop.buy(accountId, { purchaseId, ...simulated('declined') });
    return result.reason === 'PURCHASE_TIMED_OUT' ? buy(`${purchaseId}-again`) : result;
  };
  const results = await atOnce(30, (index) => buy(`p${index}`));
  expect(await attempts(accountId)).toBe(10);
  const refused = results.filter(({ status }) => status === 'refused');
  expect(refused).toHaveLength(20);
  for (const { reason, details } of refused) {
    expect({ reason, details }).toMatchObject({
      reason: 'PAYMENT_ATTEMPTS_EXCEEDED',
      details: { attempts: 10, within: 'PT1H', retryAt: expect.any(String) },
    });
  }
});

test('a payment method that the provider has refused for good is charged once', async () => {
  const accountId = await shop.buyer();
  const stolen = simulated('never-again');
  expect(await shop.buy(accountId, stolen)).toMatchObject({ status: 'declined' });
  for (const purchaseId of ['q', 'r']) {
    expect(await shop.buy(accountId, { purchaseId, ...stolen })).toMatchObject({
      status: 'refused',
      reason: 'PAYMENT_METHOD_REFUSED',
    });
  }
  expect(await attempts(accountId)).toBe(1);
  expect(await shop.buy(accountId, { purchaseId: 's' })).toMatchObject({ status: 'granted' });
});

test('a refusal for good that the provider throws counts like one that it answers', async () => {
  const other = await Shop.open();
  try {
    const charge = async () => {
      throw new PermanentProviderError('card-stolen', 'It was reported.', 'never');
    };
    const paymentProvider = { ...other.holdfast.payments, charge };
    await other.holdfast.startWorker({}, { paymentProvider });
    const accountId = await other.buyer();
    expect(await other.buy(accountId)).toMatchObject({ status: 'declined', reason: 'card-stolen' });
    expect(await other.buy(accountId, { purchaseId: 'q' })).toMatchObject({
      status: 'refused',
      reason: 'PAYMENT_METHOD_REFUSED',
    });
  } finally {
    await other.close();
  }
});

test('someone else’s payment method is refused before anything is recorded or charged', async () => {
  const accountId = await shop.buyer();
  expect(await shop.buy(accountId, { paymentMethod: 'someone-elses-card' })).toMatchObject({
    status: 'refused',
    reason: 'PAYMENT_METHOD_NOT_OWNED',
  });
  expect(await shop.record(accountId)).toBeNull();
  expect(await attempts(accountId)).toBe(0);
});

describe('a provider that is asked whose a payment method is', () => {
  type Owns = NonNullable<PaymentProvider['ownsPaymentMethod']>;

  async function withProvider(
    owns: Owns | undefined,
    test: (other: Shop, accountId: string) => Promise<void>,
  ): Promise<void> {
    const other = await Shop.open();
    try {
      const paymentProvider = { ...other.holdfast.payments, ownsPaymentMethod: owns };
      await other.holdfast.startWorker({}, { paymentProvider });
      await test(other, await other.buyer());
    } finally {
      await other.close();
    }
  }

  const card = { paymentMethod: 'card_1' };

  test.each<[string, Owns | undefined, object]>([
    ['can’t be asked, is believed in', undefined, { status: 'granted' }],
    ['is away for a moment, is asked again', awayOnce(), { status: 'granted' }],
    [
      'doesn’t know it, has said no',
      async () => {
        throw new PermanentProviderError('unknown-card', 'There is no such card.');
      },
      { status: 'refused', reason: 'PAYMENT_METHOD_NOT_OWNED' },
    ],
    [
      'makes no sense, charges nothing',
      async () => 'yes' as never,
      { status: 'refused', reason: 'PROVIDER_FAULT' },
    ],
  ])('and %s', async (_, owns, outcome) => {
    await withProvider(owns, async (other, accountId) => {
      expect(await other.buy(accountId, card)).toMatchObject(outcome);
      const isCharged = 'status' in outcome && outcome.status === 'granted';
      expect(await attempts(accountId, other)).toBe(isCharged ? 1 : 0);
    });
  });

  test('is away, is not waited for by a setting, which later would undo another one', async () => {
    const away = async () => {
      throw new TransientProviderError('503');
    };
    await withProvider(away, async (other, accountId) => {
      const { settings } = other.holdfast.client;
      const topUp = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 4900, ...card };
      await expect(settings.setTopUp({ accountId, key: 'k', topUp })).rejects.toMatchObject({
        code: 'PAYMENT_PROVIDER_UNAVAILABLE',
      });
      const unnamed = { ...topUp, paymentMethod: undefined };
      await settings.setTopUp({ accountId, key: 'k', topUp: unnamed });
      expect(await settings.get(accountId)).toMatchObject({ topUp: { belowCredits: 20 } });
    });
  });

  test('is asked again before the charge of a purchase that was opened before', async () => {
    await withProvider(
      async () => false,
      async (other, accountId) => {
        const { accountId: _, purchaseId, ...body } = order(accountId, card);
        await other.holdfast.ledger.purchases.open(accountId, purchaseId, body);
        expect(await other.buy(accountId, card)).toMatchObject({
          status: 'declined',
          reason: 'payment-method-not-owned',
        });
        expect(await attempts(accountId, other)).toBe(0);
      },
    );
  });
});

function awayOnce(): () => Promise<boolean> {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked === 1) throw new TransientProviderError('503');
    return true;
  };
}
