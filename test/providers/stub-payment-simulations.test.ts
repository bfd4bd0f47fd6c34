import { createStubPaymentProvider } from '../../providers/stub-payment/stub-payment-provider';
import {
  chargeOf,
  KEY,
  makeStub,
  PAID,
  PAYMENT_ID,
  PENDING,
  PENDING_MS,
  simulating,
  timesTaken,
} from './payment-fixtures';
import { makeTempFolder, removeTempFolders } from './temp-folder';

afterAll(removeTempFolders);

describe('a simulated charge', () => {
  it('takes nothing as declined, and its answer stays', async () => {
    const { provider, open } = await makeStub();
    const declined = { state: 'declined', paymentId: PAYMENT_ID, reason: 'card-declined' };
    expect(await provider.charge(simulating('declined'))).toEqual(declined);
    expect(await open().charge(simulating('declined'))).toEqual(declined);
    await open().void(KEY);
    expect(await open().state(KEY)).toEqual(declined);
    expect(await provider.book()).toMatchObject([
      { state: 'declined', timesTaken: 0, refunded: false },
    ]);
  });

  it('takes nothing as never-again, and says that it never will', async () => {
    const { provider, open } = await makeStub();
    const declined = { state: 'declined', paymentId: PAYMENT_ID, reason: 'card-stolen' };
    const told = { ...declined, retry: 'never' };
    expect(await provider.charge(simulating('never-again'))).toEqual(told);
    expect(await open().state(KEY)).toEqual(told);
  });

  it('is the account’s unless its payment method is someone else’s', async () => {
    const { provider } = await makeStub();
    const owns = (paymentMethod: string) =>
      provider.ownsPaymentMethod?.({ accountId: 'acme', paymentMethod });
    expect(await owns('card-visa')).toBe(true);
    expect(await owns('someone-elses-card')).toBe(false);
  });

  it('is no payment as refused, and never becomes one under its key', async () => {
    const { provider, open } = await makeStub();
    const refusal = { name: 'PermanentProviderError', reason: 'payment-method-invalid' };
    await expect(provider.charge(simulating('refused'))).rejects.toMatchObject(refusal);
    await expect(open().charge(simulating('refused'))).rejects.toMatchObject(refusal);
    await expect(open().charge(chargeOf())).rejects.toMatchObject(refusal);
    expect(await open().state(KEY)).toEqual({
      state: 'declined',
      paymentId: null,
      reason: 'payment-method-invalid',
    });
    expect(await provider.book()).toEqual([]);
  });

  it('fails twice as transient, counted across processes, then is paid', async () => {
    const { provider, open } = await makeStub();
    for (const attempt of [provider, open()]) {
      await expect(attempt.charge(simulating('transient'))).rejects.toMatchObject({
        name: 'TransientProviderError',
      });
      expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
    }
    expect(await open().charge(simulating('transient'))).toEqual(PAID);
    expect(await timesTaken(provider)).toBe(1);
  });

  it('says when to come back as rate-limited, then is paid', async () => {
    const { provider, open } = await makeStub();
    await expect(provider.charge(simulating('rate-limited'))).rejects.toMatchObject({
      name: 'RateLimitedProviderError',
      retryAfterMs: 250,
    });
    expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
    expect(await open().charge(simulating('rate-limited'))).toEqual(PAID);
  });

  it('takes the money without an answer as lost-answer, and the key finds it', async () => {
    const { provider, open } = await makeStub();
    await expect(provider.charge(simulating('lost-answer'))).rejects.toMatchObject({
      name: 'TransientProviderError',
    });
    expect(await timesTaken(provider)).toBe(1);
    expect(await open().state(KEY)).toEqual(PAID);
    expect(await open().charge(simulating('lost-answer'))).toEqual(PAID);
    expect(await timesTaken(provider)).toBe(1);
  });

  it.each([
    ['transient', 2],
    ['rate-limited', 1],
    ['lost-answer', 1],
  ])(
    'fails as %s for %s of 20 callers at the same time, and is paid once',
    async (mode, failures) => {
      const { provider, open } = await makeStub();
      const answers = await Promise.allSettled(
        Array.from({ length: 20 }, () => open().charge(simulating(mode))),
      );
      expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(failures);
      expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual(
        Array.from({ length: 20 - failures }, () => ({ status: 'fulfilled', value: PAID })),
      );
      expect(await timesTaken(provider)).toBe(1);
    },
  );

  it.each([
    ['pending', PAID, 1],
    ['pending-voided', { state: 'voided', paymentId: PAYMENT_ID, reason: 'voided-by-bank' }, 0],
  ])('is undecided as %s until its time, in every process', async (mode, end, taken) => {
    const { provider, open, clock } = await makeStub();
    expect(await provider.charge(simulating(mode))).toEqual(PENDING);
    clock.ms += PENDING_MS - 1;
    expect(await open().charge(simulating(mode))).toEqual(PENDING);
    expect(await timesTaken(provider)).toBe(0);
    clock.ms += 1;
    expect(await open().state(KEY)).toEqual(end);
    expect(await open().charge(simulating(mode))).toEqual(end);
    expect(await timesTaken(provider)).toBe(taken);
  });

  it('is paid or voided earlier as pending when the bank says so, and only once', async () => {
    const { provider, open } = await makeStub();
    const voided = chargeOf({ idempotencyKey: 'k', paymentMethod: 'simulate-pending' });
    await provider.charge(simulating('pending'));
    await provider.charge(voided);
    expect(await open().settle(KEY)).toEqual(PAID);
    expect(await open().voidByBank(KEY)).toEqual(PAID);
    expect(await open().voidByBank('k')).toMatchObject({
      state: 'voided',
      reason: 'voided-by-bank',
    });
    expect(await open().settle('k')).toMatchObject({ state: 'voided', reason: 'voided-by-bank' });
    expect(await open().settle('unknown')).toEqual({ state: 'unknown' });
    expect(await open().voidByBank('unknown')).toEqual({ state: 'unknown' });
    expect([await timesTaken(provider), await timesTaken(provider, 'k')]).toEqual([1, 0]);
  });

  it('answers after its time as slow', async () => {
    const provider = createStubPaymentProvider({ outputDir: await makeTempFolder(), slowMs: 100 });
    const startedAtMs = performance.now();
    expect(await provider.charge(simulating('slow'))).toEqual(PAID);
    // A timer may fire a millisecond early.
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(99);
    expect(await timesTaken(provider)).toBe(1);
  });
});
