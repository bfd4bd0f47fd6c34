import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Charge } from '../../providers/payment-provider';
import {
  createStubPaymentProvider,
  type StubPaymentOptions,
} from '../../providers/stub-payment/stub-payment-provider';
import { eventually } from '../support/eventually';
import { chargeOf, KEY, makeStub, PENDING_MS, simulating, timesTaken } from './payment-fixtures';
import { makeTempFolder, removeTempFolders } from './temp-folder';

const PAYMENT_ID = expect.stringMatching(/^pay_[0-9a-f]{16}$/);
const PAID = { state: 'paid', paymentId: PAYMENT_ID };
const PENDING = { state: 'pending', paymentId: PAYMENT_ID };

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

  it('of two that differ and meet has one winner, and only that is taken', async () => {
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

describe('simulate-', () => {
  it('declined: nothing is taken, and the answer stays', async () => {
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

  it('refused: is no payment, and never becomes one under that key', async () => {
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

  it('transient: fails twice, counted across processes, then is paid', async () => {
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

  it('rate-limited: says when to come back, then is paid', async () => {
    const { provider, open } = await makeStub();
    await expect(provider.charge(simulating('rate-limited'))).rejects.toMatchObject({
      name: 'RateLimitedProviderError',
      retryAfterMs: 250,
    });
    expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
    expect(await open().charge(simulating('rate-limited'))).toEqual(PAID);
  });

  it('lost-answer: takes the money without saying so, and the key finds it', async () => {
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
  ])('%s: fails %s of 20 charges that come together, and is paid once', async (mode, failures) => {
    const { provider, open } = await makeStub();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => open().charge(simulating(mode))),
    );
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(failures);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual(
      Array.from({ length: 20 - failures }, () => ({ status: 'fulfilled', value: PAID })),
    );
    expect(await timesTaken(provider)).toBe(1);
  });

  it.each([
    ['pending', PAID, 1],
    ['pending-voided', { state: 'voided', paymentId: PAYMENT_ID, reason: 'voided-by-bank' }, 0],
  ])('%s: is undecided until its time, in every process', async (mode, end, taken) => {
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

  it('pending: is paid or voided earlier when the bank says so, and only once', async () => {
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

  it('slow: answers after its time', async () => {
    const provider = createStubPaymentProvider({ outputDir: await makeTempFolder(), slowMs: 100 });
    const startedAtMs = performance.now();
    expect(await provider.charge(simulating('slow'))).toEqual(PAID);
    // A timer may fire a millisecond early.
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(99);
    expect(await timesTaken(provider)).toBe(1);
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
    'of what is not paid is refused: %s',
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

  it('that was refused too early can be had later', async () => {
    const { provider, clock } = await makeStub();
    await provider.charge(simulating('pending'));
    await expect(provider.refund(KEY)).rejects.toMatchObject({ reason: 'not-paid' });
    clock.ms += PENDING_MS;
    expect(await provider.refund(KEY)).toMatchObject({ state: 'refunded' });
  });
});

describe('a payment that is taken again', () => {
  it('has an id of its own, for which the key stands until it has gone back; the first one stays', async () => {
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

  it('stays where the first one is named, and no third one can be given back', async () => {
    const { provider } = await makeStub();
    const { paymentId } = (await provider.charge(chargeOf())) as { paymentId: string };
    const second = await provider.takeAgain(KEY);
    expect(await provider.refund(KEY, paymentId)).toEqual({ state: 'refunded', paymentId });
    expect(await provider.state(KEY)).toEqual(second);
    await expect(provider.refund(KEY, 'third')).rejects.toMatchObject({ reason: 'not-paid' });
  });

  it.each(['simulate-pending', 'simulate-declined'])(
    'was paid before: %s',
    async (paymentMethod) => {
      const { provider } = await makeStub();
      await provider.charge(chargeOf({ paymentMethod }));
      await expect(provider.takeAgain(KEY)).rejects.toMatchObject({ reason: 'not-paid' });
    },
  );
});

describe('a process that is killed', () => {
  /**
   * Charges with the built provider in a process of its own, which prints the key of each answered
   * charge.
   */
  function chargeElsewhere(options: StubPaymentOptions, charges: Charge[]) {
    const script = `
      const { createStubPaymentProvider } = require(${JSON.stringify(join(__dirname, '../../dist/providers/stub-payment/stub-payment-provider'))});
      const provider = createStubPaymentProvider(${JSON.stringify(options)});
      (async () => {
        for (const charge of ${JSON.stringify(charges)}) {
          await provider.charge(charge);
          console.log(charge.idempotencyKey);
        }
      })();`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    return { child, exited: once(child, 'exit'), charged: createInterface(child.stdout) };
  }

  it('loses nothing and doubles nothing, with others at work on the same payments', async () => {
    const outputDir = await makeTempFolder();
    const charges = Array.from({ length: 100 }, (_, n) =>
      chargeOf({ idempotencyKey: `purchase/acme/${n}` }),
    );
    const killed = chargeElsewhere({ outputDir }, charges);
    const others = [
      chargeElsewhere({ outputDir }, charges),
      chargeElsewhere({ outputDir }, [...charges].reverse()),
    ];
    const printed: string[] = [];
    for await (const key of killed.charged) {
      printed.push(key);
      if (printed.length === 10) killed.child.kill('SIGKILL');
    }
    expect(await killed.exited).toEqual([null, 'SIGKILL']);
    for (const other of others) expect(await other.exited).toEqual([0, null]);

    const provider = createStubPaymentProvider({ outputDir });
    const book = await provider.book();
    expect(book).toHaveLength(100);
    expect(book.filter(({ state, timesTaken: times }) => state !== 'paid' || times !== 1)).toEqual(
      [],
    );
    expect(book.map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      expect.arrayContaining(printed),
    );
    for (const charge of charges) expect(await provider.charge(charge)).toEqual(PAID);
  });

  it('while it makes its caller wait leaves a payment that is made in its time', async () => {
    const outputDir = await makeTempFolder();
    const waitMs = 600_000;
    const { child, exited } = chargeElsewhere({ outputDir, slowMs: waitMs }, [simulating('slow')]);
    const later = createStubPaymentProvider({ outputDir, now: () => Date.now() + waitMs });
    const provider = createStubPaymentProvider({ outputDir });
    await eventually(async () => (await provider.state(KEY)).state !== 'unknown');
    child.kill('SIGKILL');
    await exited;
    expect(await provider.charge(simulating('slow'))).toEqual(PENDING);
    expect(await later.state(KEY)).toEqual(PAID);
    expect(await timesTaken(provider)).toBe(1);
  });

  it.each([
    ['after accepting', /^(end|taken-.*)\.json$/],
    ['after deciding', /^taken-.*\.json$/],
  ])('%s leaves the rest to the next process that reads it', async (_moment, unwritten) => {
    const { provider, open, outputDir } = await makeStub();
    await provider.charge(chargeOf());
    const files = await readdir(outputDir, { recursive: true, withFileTypes: true });
    const lost = files.filter(({ name }) => unwritten.test(name));
    expect(lost.length).toBeGreaterThan(0);
    for (const file of lost) await rm(join(file.parentPath, file.name));
    expect(await open().book()).toMatchObject([{ state: 'paid', timesTaken: 1 }]);
    expect(await open().charge(chargeOf())).toEqual(PAID);
    expect(await timesTaken(open())).toBe(1);
  });
});
