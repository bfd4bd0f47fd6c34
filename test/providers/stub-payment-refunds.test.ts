import type { RefundAsked } from '../../providers/payment-provider';
import type { StubPaymentProvider } from '../../providers/stub-payment/stub-payment-provider';
import { chargeOf, KEY, makeStub, PENDING_MS, simulating } from './payment-fixtures';
import { removeTempFolders } from './temp-folder';

afterAll(removeTempFolders);

const REFUND_ID = expect.stringMatching(/^re_[0-9a-f]{16}$/);

async function paid(mode?: string) {
  const stub = await makeStub();
  const payment = await stub.provider.charge(mode ? simulating(mode) : chargeOf());
  const paymentId = 'paymentId' in payment ? String(payment.paymentId) : '';
  const asked = (amountCents: number, key = 'o1', more: Partial<RefundAsked> = {}) => ({
    ...{ refundKey: `refund/acme/${key}`, accountId: 'acme', idempotencyKey: KEY, paymentId },
    ...{ amountCents, currency: 'USD', ...more },
  });
  return { ...stub, asked };
}

const refund = (provider: StubPaymentProvider, asked: RefundAsked) =>
  provider.refundAmount?.(asked);

const centsBack = async (provider: StubPaymentProvider) => (await provider.book())[0]?.partCents;

describe('a part that is given back', () => {
  it('goes back once per key, for every process, and is found by its key', async () => {
    const { provider, open, asked } = await paid();
    const made = { state: 'made', refundId: REFUND_ID, amountCents: 1_000, currency: 'USD' };
    expect(await open().refundState?.('refund/acme/o1')).toEqual({ state: 'unknown' });
    expect(await refund(provider, asked(1_000))).toEqual(made);
    expect(await refund(open(), asked(1_000))).toEqual(made);
    expect(await open().refundState?.('refund/acme/o1')).toEqual(made);
    expect(await centsBack(open())).toBe(1_000);
    await expect(refund(provider, asked(1_001))).rejects.toMatchObject({
      reason: 'idempotency-mismatch',
    });
  });

  it('is never more than what is left, however many come at once', async () => {
    const { open, provider, asked } = await paid();
    const parts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => refund(open(), asked(1_000, `o${n}`))),
    );
    expect(parts.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(await centsBack(provider)).toBe(4_000);
  });

  it('is refused of another payment, and of one that was not paid', async () => {
    const { provider, asked } = await paid();
    const notPaid = { name: 'PermanentProviderError', reason: 'not-paid' };
    await expect(
      refund(provider, asked(1, 'o1', { paymentId: 'pay_other' })),
    ).rejects.toMatchObject(notPaid);
    await expect(
      refund(provider, asked(1, 'o1', { idempotencyKey: 'purchase/acme/none' })),
    ).rejects.toMatchObject(notPaid);
  });
});

describe('a simulated refund', () => {
  it('is pending, and made after a while', async () => {
    const { provider, clock, asked } = await paid('refund-pending');
    expect(await refund(provider, asked(1_000))).toEqual({ state: 'pending' });
    clock.ms += PENDING_MS;
    expect(await provider.refundState?.('refund/acme/o1')).toMatchObject({ state: 'made' });
  });

  it('is pending, and refused after a while', async () => {
    const { provider, clock, asked } = await paid('refund-pending-refused');
    expect(await refund(provider, asked(1_000))).toEqual({ state: 'pending' });
    clock.ms += PENDING_MS;
    expect(await provider.refundState?.('refund/acme/o1')).toMatchObject({ state: 'refused' });
    expect(await centsBack(provider)).toBeUndefined();
  });

  it('fails twice as refund-transient, counted across processes, and is then made', async () => {
    const { open, asked } = await paid('refund-transient');
    for (let n = 0; n < 2; n += 1)
      await expect(refund(open(), asked(1_000))).rejects.toMatchObject({
        name: 'TransientProviderError',
      });
    expect(await refund(open(), asked(1_000))).toMatchObject({ state: 'made' });
  });

  it('is made, and its answer lost', async () => {
    const { provider, asked } = await paid('refund-lost-answer');
    await expect(refund(provider, asked(1_000))).rejects.toMatchObject({
      name: 'TransientProviderError',
    });
    expect(await provider.refundState?.('refund/acme/o1')).toMatchObject({ state: 'made' });
    expect(await centsBack(provider)).toBe(1_000);
  });

  it.each([
    ['refund-other-amount', { amountCents: 999, currency: 'USD' }],
    ['refund-other-currency', { amountCents: 1_000, currency: 'XTS' }],
  ])('says something else as %s', async (mode, said) => {
    const { provider, asked } = await paid(mode);
    expect(await refund(provider, asked(1_000))).toMatchObject({ state: 'made', ...said });
  });

  it('is never made as refund-refused', async () => {
    const { provider, asked } = await paid('refund-refused');
    await expect(refund(provider, asked(1_000))).rejects.toMatchObject({
      reason: 'charge-disputed',
    });
    expect(await provider.refundState?.('refund/acme/o1')).toEqual({ state: 'unknown' });
  });
});
