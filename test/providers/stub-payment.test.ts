import {
  chargeOf,
  KEY,
  makeStub,
  PAID,
  PAYMENT_ID,
  PENDING_MS,
  simulating,
  timesTaken,
} from './payment-fixtures';
import { removeTempFolders } from './temp-folder';

afterAll(removeTempFolders);

describe('a charge', () => {
  it.each([null, 'card-visa', 'simulate-', 'simulate-toString', 'declined'])(
    'with %s is paid at once',
    async (method) => {
      const { provider, open } = await makeStub();
      expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
      expect(await provider.charge(chargeOf({ paymentMethod: method }))).toEqual(PAID);
      expect(await open().state(KEY)).toEqual(PAID);
      expect(await open().book()).toEqual([
        {
          ...chargeOf({ paymentMethod: method }),
          paymentId: PAYMENT_ID,
          state: 'paid',
          timesTaken: 1,
          refunded: false,
        },
      ]);
    },
  );

  it.each([null, 'simulate-pending', 'simulate-declined'])(
    'with %s is one payment, however often and in any process it is asked for',
    async (paymentMethod) => {
      const { provider, open, clock } = await makeStub();
      const other = open();
      const charges = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? provider : other).charge(chargeOf({ paymentMethod })),
      );
      expect(new Set((await Promise.all(charges)).map((state) => JSON.stringify(state))).size).toBe(
        1,
      );
      clock.ms += PENDING_MS;
      const reached = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? provider : other).state(KEY)),
      );
      expect(new Set(reached.map((state) => JSON.stringify(state))).size).toBe(1);
      expect(await other.charge(chargeOf({ paymentMethod }))).toEqual(reached[0]);
      expect(await timesTaken(provider)).toBe(reached[0]?.state === 'paid' ? 1 : 0);
    },
  );

  it('has an id of its own under each key', async () => {
    const { provider } = await makeStub();
    const [first, second] = [
      await provider.charge(chargeOf()),
      await provider.charge(chargeOf({ idempotencyKey: 'k' })),
    ];
    expect(first).not.toEqual(second);
    expect((await provider.book()).map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual([
      'k',
      KEY,
    ]);
  });

  it.each([{ amountCents: 9900 }, { currency: 'EUR' }])(
    'with the same key and %p is refused',
    async (other) => {
      const { provider, open } = await makeStub();
      await provider.charge(chargeOf());
      await expect(open().charge(chargeOf(other))).rejects.toMatchObject({
        name: 'PermanentProviderError',
        reason: 'idempotency-mismatch',
      });
      expect(await provider.state(KEY)).toEqual(PAID);
      expect(await provider.book()).toMatchObject([
        { amountCents: 4900, currency: 'USD', timesTaken: 1 },
      ]);
    },
  );

  it('meets a different one under its key: one of the two wins, and only that is taken', async () => {
    const { provider, open } = await makeStub();
    const other = open();
    for (let n = 0; n < 30; n++) {
      const idempotencyKey = `purchase/acme/race-${n}`;
      const amounts = [4900, 9900];
      const [one, two] = await Promise.allSettled([
        provider.charge(chargeOf({ idempotencyKey, amountCents: 4900 })),
        other.charge(chargeOf({ idempotencyKey, amountCents: 9900 })),
      ]);
      expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected']);
      const entry = (await provider.book()).find(
        (payment) => payment.idempotencyKey === idempotencyKey,
      );
      expect(entry).toMatchObject({
        amountCents: amounts[one.status === 'fulfilled' ? 0 : 1],
        timesTaken: 1,
      });
    }
  });
});

describe('a refund', () => {
  it('gives a payment back once, however often and in any process it is asked for', async () => {
    const { provider, open } = await makeStub();
    await provider.charge(chargeOf());
    const refunded = { state: 'refunded', paymentId: PAYMENT_ID };
    const answers = await Promise.all(Array.from({ length: 20 }, () => open().refund(KEY)));
    expect(answers).toEqual(answers.map(() => refunded));
    await open().void(KEY);
    expect(await open().charge(chargeOf())).toEqual(refunded);
    expect(await open().settle(KEY)).toEqual(refunded);
    expect(await provider.book()).toMatchObject([
      { state: 'refunded', timesTaken: 1, refunded: true },
    ]);
  });

  it.each(['simulate-pending', 'simulate-declined', 'simulate-refused', 'void', 'nothing'])(
    'is refused if nothing was paid: %s',
    async (paymentMethod) => {
      const { provider, open } = await makeStub();
      if (paymentMethod === 'void') await provider.void(KEY);
      else if (paymentMethod !== 'nothing')
        await provider.charge(chargeOf({ paymentMethod })).catch(() => undefined);
      const before = await provider.state(KEY);
      await expect(open().refund(KEY)).rejects.toMatchObject({
        name: 'PermanentProviderError',
        reason: 'not-paid',
      });
      expect(await provider.state(KEY)).toEqual(before);
    },
  );

  it('is refused before the payment, and made after it', async () => {
    const { provider, clock } = await makeStub();
    await provider.charge(simulating('pending'));
    await expect(provider.refund(KEY)).rejects.toMatchObject({ reason: 'not-paid' });
    clock.ms += PENDING_MS;
    expect(await provider.refund(KEY)).toMatchObject({ state: 'refunded' });
  });
});

describe('a payment that is taken again', () => {
  it('has an id of its own, and is the key’s payment until it has gone back; the first one stays', async () => {
    const { provider, open } = await makeStub();
    const first = await provider.charge(chargeOf());
    const second = await provider.takeAgain(KEY);
    expect(second).toEqual({
      state: 'paid',
      paymentId: expect.stringMatching(/^pay_[0-9a-f]{16}-again$/),
    });
    expect(await open().takeAgain(KEY)).toEqual(second);
    expect(await open().state(KEY)).toEqual(second);
    expect(await open().charge(chargeOf())).toEqual(second);
    const { paymentId } = second as { paymentId: string };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => open().refund(KEY, paymentId)),
    );
    expect(answers).toEqual(answers.map(() => ({ state: 'refunded', paymentId })));
    expect(await open().state(KEY)).toEqual(first);
    expect(await provider.book()).toMatchObject([
      { state: 'paid', timesTaken: 1, refunded: false, second: { paymentId, refunded: true } },
    ]);
  });

  it('stays when the first one is given back, and no third one can be given back', async () => {
    const { provider } = await makeStub();
    const { paymentId } = (await provider.charge(chargeOf())) as { paymentId: string };
    const second = await provider.takeAgain(KEY);
    expect(await provider.refund(KEY, paymentId)).toEqual({ state: 'refunded', paymentId });
    expect(await provider.state(KEY)).toEqual(second);
    await expect(provider.refund(KEY, 'third')).rejects.toMatchObject({ reason: 'not-paid' });
  });

  it.each(['simulate-pending', 'simulate-declined'])(
    'must have been paid before: %s',
    async (paymentMethod) => {
      const { provider } = await makeStub();
      await provider.charge(chargeOf({ paymentMethod }));
      await expect(provider.takeAgain(KEY)).rejects.toMatchObject({ reason: 'not-paid' });
    },
  );
});
