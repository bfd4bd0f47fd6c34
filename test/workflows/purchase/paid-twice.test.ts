import type { PaymentProvider, PaymentState } from '../../../providers/payment-provider';
import { purchaseWorkflowId } from '../../../workflows/messages';
import { brokenIn } from '../../ledger/ledger-support';
import { eventually } from '../../support/eventually';
import { currentDetailsOf } from '../workflow-support';
import { Shop, simulated } from './shop';

const keyOf = (accountId: string, purchaseId = 'p') => purchaseWorkflowId(accountId, purchaseId);

async function stateOf(shop: Shop, accountId: string, purchaseId = 'p'): Promise<unknown> {
  const { searchAttributes } = await shop.workflow(accountId, purchaseId).describe();
  return searchAttributes.HoldfastState?.[0];
}

function detailsOf(shop: Shop, accountId: string, purchaseId = 'p'): Promise<string> {
  return currentDetailsOf(shop.workflow(accountId, purchaseId));
}

describe('a purchase that was paid twice', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.holdfast.startWorker();
  });
  afterAll(() => shop.close());

  /** Buys a pack and pays it a second time. Only the ledger knows of the second payment. */
  async function paidTwice(): Promise<{ accountId: string; second: string }> {
    const accountId = await shop.buyer();
    expect(await shop.buy(accountId)).toMatchObject({ status: 'granted' });
    const again = await shop.holdfast.payments.takeAgain(keyOf(accountId));
    const second = 'paymentId' in again ? String(again.paymentId) : '';
    await shop.holdfast.ledger.purchases.settle(accountId, 'p', second);
    return { accountId, second };
  }

  async function expectSecondReturned(accountId: string, second: string): Promise<void> {
    const strayPayments = [{ paymentId: second, status: 'returned' }];
    await eventually(async () => (await shop.payment(accountId))?.second?.refunded === true);
    // The buyer keeps the credits of the first payment, and sees the second.
    expect(await shop.result(accountId)).toMatchObject({ status: 'granted', strayPayments });
    expect(await shop.record(accountId)).toMatchObject({ status: 'granted', strayPayments });
    expect(await shop.payment(accountId)).toMatchObject({
      refunded: false,
      timesTaken: 1,
      second: { refunded: true },
    });
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
    // The operator sees it too.
    expect(await stateOf(shop, accountId)).toBe('paid-twice');
    expect(await detailsOf(shop, accountId)).toContain(`${second} went back`);
  }

  test('keeps its credits, and the second payment is refunded when reconciliation finds it', async () => {
    const { accountId, second } = await paidTwice();
    expect(await shop.reconcile(accountId)).toBe(1);
    await expectSecondReturned(accountId, second);
    expect(await shop.reconcile(accountId)).toBe(0);
  });

  test('keeps its credits, and the second payment is refunded when the payment service reports it', async () => {
    const { accountId, second } = await paidTwice();
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await expectSecondReturned(accountId, second);
  });
});

/**
 * These payments are not in the stub's book, so purchases and payments can't match. The ledger's
 * invariants hold.
 */
describe('a payment service', () => {
  let shop: Shop;
  const asked: [key: string, paymentId?: string][] = [];

  beforeAll(async () => {
    shop = await Shop.open();
    const { payments } = shop.holdfast;
    const renamed = (reached: PaymentState): PaymentState =>
      'paymentId' in reached && reached.paymentId !== null
        ? { ...reached, paymentId: 'same' }
        : reached;
    const isRenamed = (key: string) => key.includes('/same-');
    const provider: PaymentProvider = {
      charge: async (charge) => {
        const reached = await payments.charge(charge);
        return isRenamed(charge.idempotencyKey) ? renamed(reached) : reached;
      },
      state: async (key) =>
        isRenamed(key) ? renamed(await payments.state(key)) : payments.state(key),
      void: (key) => payments.void(key),
      refund: async (key, paymentId) => {
        asked.push([key, paymentId]);
        // Like a provider that allows for one payment under a key.
        return key.endsWith('/ignorant') ? payments.refund(key) : payments.refund(key, paymentId);
      },
    };
    await shop.holdfast.startWorker({}, { paymentProvider: provider });
  });
  afterAll(async () => {
    try {
      expect(await brokenIn(shop.holdfast.ledger)).toEqual([]);
    } finally {
      await shop.holdfast.close();
    }
  });

  test('that names one payment for two purchases has the first granted and the second refunded', async () => {
    const accountId = await shop.buyer();
    expect(await shop.buy(accountId, { purchaseId: 'same-1' })).toMatchObject({
      status: 'granted',
      paymentId: 'same',
    });
    const second = await shop.buy(accountId, { purchaseId: 'same-2' });
    expect(second).toMatchObject({ reason: 'payment-already-used', paymentId: 'same' });
    expect(['returning', 'returned']).toContain(second.status);
    expect(await shop.result(accountId, 'same-2')).toMatchObject({
      status: 'returned',
      reason: 'payment-already-used',
    });
    expect(await shop.payment(accountId, 'same-1')).toMatchObject({ refunded: false });
    expect(await shop.payment(accountId, 'same-2')).toMatchObject({ refunded: true });
    expect(asked).toContainEqual([keyOf(accountId, 'same-2'), undefined]);
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
    expect(await stateOf(shop, accountId, 'same-2')).toBe('failed');
    expect(await detailsOf(shop, accountId, 'same-2')).toContain('Returned: payment-already-used');
  });

  /**
   * A purchase that its workflow has pending, and that was settled meanwhile with another payment.
   */
  async function settledElsewhere(
    purchaseId: string,
  ): Promise<{ accountId: string; paymentId: string }> {
    const accountId = await shop.buyer();
    await shop.buy(accountId, { purchaseId, ...simulated('pending') });
    const settled = await shop.holdfast.ledger.purchases.settle(accountId, purchaseId, 'elsewhere');
    expect(settled).toMatchObject({ ok: true, value: { status: 'granted' } });
    const paid = await shop.holdfast.payments.settle(keyOf(accountId, purchaseId));
    await shop.holdfast.client.purchases.paymentUpdated(accountId, purchaseId);
    return { accountId, paymentId: 'paymentId' in paid ? String(paid.paymentId) : '' };
  }

  test('that is paid for a purchase that was settled elsewhere has its own payment refunded', async () => {
    const { accountId, paymentId } = await settledElsewhere('late');
    const strayPayments = [{ paymentId, status: 'returned' }];
    expect(await shop.result(accountId, 'late')).toMatchObject({
      status: 'granted',
      paymentId: 'elsewhere',
      strayPayments,
    });
    expect(await shop.payment(accountId, 'late')).toMatchObject({ refunded: true });
    expect(asked).toContainEqual([keyOf(accountId, 'late'), paymentId]);
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
  });

  test('that refunds another payment than the one asked for is asked again, which operators see', async () => {
    const accountId = await shop.buyer();
    await shop.buy(accountId, { purchaseId: 'ignorant' });
    const again = await shop.holdfast.payments.takeAgain(keyOf(accountId, 'ignorant'));
    await shop.holdfast.ledger.purchases.settle(
      accountId,
      'ignorant',
      String('paymentId' in again && again.paymentId),
    );
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'ignorant');
    await shop.untilRetrying('refundPayment', accountId, 'ignorant');
    expect(await stateOf(shop, accountId, 'ignorant')).toBe('paid-twice');
    expect(await detailsOf(shop, accountId, 'ignorant')).toContain('**Paid twice.**');
    expect(await shop.record(accountId, 'ignorant')).toMatchObject({
      strayPayments: [{ status: 'returning' }],
    });
    // Its buyer gets an answer all the same.
    expect(await shop.buy(accountId, { purchaseId: 'ignorant' })).toMatchObject({
      status: 'granted',
    });
    await shop.workflow(accountId, 'ignorant').terminate();
  });
});
