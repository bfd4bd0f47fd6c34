import fc from 'fast-check';
import { PAYMENT_SIMULATIONS } from '../../contract/simulations';
import type { Charge, PaymentState } from '../../providers/payment-provider';
import type { StubPaymentProvider } from '../../providers/stub-payment/stub-payment-provider';
import { chargeOf, KEY, makeStub, PENDING_MS, simulating, timesTaken } from './payment-fixtures';
import { removeTempFolders } from './temp-folder';

type Action = 'charge' | 'void' | 'settle' | 'voidByBank' | 'refund' | 'look';
type Stub = Awaited<ReturnType<typeof makeStub>>;

const ROUNDS = 10;
/** All modes except the slow one, and a charge that contradicts the others. */
const CHARGES = [
  ...Object.keys(PAYMENT_SIMULATIONS)
    .filter((mode) => mode !== 'slow')
    .map(simulating),
  chargeOf(),
  chargeOf({ amountCents: 9900 }),
];

afterAll(removeTempFolders);

/** Errors are possible answers here; the payment's state is read afterwards. */
async function act(
  provider: StubPaymentProvider,
  action: Action,
  charge = simulating('pending'),
): Promise<void> {
  const key = charge.idempotencyKey;
  const done = {
    charge: () => provider.charge(charge),
    void: () => provider.void(key),
    settle: () => provider.settle(key),
    voidByBank: () => provider.voidByBank(key),
    refund: () => provider.refund(key),
    look: () => provider.state(key),
  }[action]();
  await (done as Promise<unknown>).catch((error) => {
    if (!/ProviderError$/.test(error.name)) throw error;
  });
}

function ordersOf<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) =>
    ordersOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]),
  );
}

const ORDERS = ordersOf<Action>(['charge', 'void', 'settle', 'voidByBank']);

/** The next state of a pending payment after each step: the rules, without files. */
function nextState(state: PaymentState['state'], action: Action): PaymentState['state'] {
  if (action === 'charge' && state === 'unknown') return 'pending';
  if (action === 'void' && (state === 'unknown' || state === 'pending')) return 'voided';
  if (action === 'settle' && state === 'pending') return 'paid';
  if (action === 'voidByBank' && state === 'pending') return 'voided';
  if (action === 'refund' && state === 'paid') return 'refunded';
  return state;
}

it.each(ORDERS)(
  'the calls %s, %s, %s, %s decide one after the other, each in a process of its own',
  async (...order) => {
    const { provider, open } = await makeStub();
    let expected: PaymentState['state'] = 'unknown';
    for (const action of order) {
      await act(open(), action);
      expected = nextState(expected, action);
      expect((await open().state(KEY)).state).toBe(expected);
    }
    expect(await timesTaken(provider)).toBe(expected === 'paid' ? 1 : 0);
  },
);

async function race(
  order: Action[],
  { provider, open }: Stub,
  charge: Charge,
): Promise<PaymentState> {
  const key = charge.idempotencyKey;
  const providers = order.map(open);
  await Promise.all(order.map((action, at) => act(providers[at] ?? provider, action, charge)));
  const [state = await provider.state(key), ...others] = await Promise.all(
    providers.map((each) => each.state(key)),
  );
  expect(others).toEqual(others.map(() => state));
  expect(await timesTaken(provider, key)).toBe(state.state === 'paid' ? 1 : 0);
  return state;
}

it.each(ORDERS)('one call decides for all of %s, %s, %s, %s at the same time', async (...order) => {
  const stub = await makeStub();
  for (let round = 0; round < ROUNDS; round++) {
    const charge = { ...simulating('pending'), idempotencyKey: `purchase/acme/${round}` };
    const { state } = await race(order, stub, charge);
    // The void ends every payment, so none stays pending or unknown.
    expect(['paid', 'voided']).toContain(state);
  }
});

it('any one of a void, a settlement and the bank decides a pending payment for all', async () => {
  const stub = await makeStub();
  const winners = new Set<string>();
  for (let round = 0; round < 3 * ROUNDS || (winners.size < 3 && round < 30 * ROUNDS); round++) {
    const charge = { ...simulating('pending'), idempotencyKey: `purchase/acme/${round}` };
    await stub.provider.charge(charge);
    const orders = ordersOf<Action>(['void', 'settle', 'voidByBank']);
    const end = await race(orders[round % orders.length] ?? [], stub, charge);
    winners.add(end.state === 'voided' ? end.reason : end.state);
  }
  expect([...winners].sort()).toEqual(['paid', 'void-requested', 'voided-by-bank']);
});

it('a void and a charge that is paid at once have one winner, in either order', async () => {
  const { provider, open } = await makeStub();
  for (let round = 0; round < 5 * ROUNDS; round++) {
    const charge = chargeOf({ idempotencyKey: `purchase/acme/${round}` });
    const key = charge.idempotencyKey;
    const other = open();
    const voided = round % 2 ? other.void(key) : undefined;
    const [answer] = await Promise.all([provider.charge(charge), voided ?? other.void(key)]);
    expect(['paid', 'voided']).toContain(answer.state);
    expect(await other.state(key)).toEqual(answer);
    expect(await timesTaken(provider, key)).toBe(answer.state === 'paid' ? 1 : 0);
  }
});

it('one of a settlement and the bank’s void by a clock that is ahead decides', async () => {
  const { provider, open, clock } = await makeStub();
  const charge = (round: number) => ({
    ...simulating('pending-voided'),
    idempotencyKey: `purchase/acme/${round}`,
  });
  for (let round = 0; round < 3 * ROUNDS; round++) {
    const key = charge(round).idempotencyKey;
    await provider.charge(charge(round));
    const settling = provider.settle(key);
    clock.ms += PENDING_MS;
    const [settled, seen] = await Promise.all([settling, open().state(key)]);
    expect(settled).toEqual(seen);
    expect(await timesTaken(provider, key)).toBe(seen.state === 'paid' ? 1 : 0);
  }
});

const action = fc.constantFrom<Action>(
  'charge',
  'charge',
  'void',
  'settle',
  'voidByBank',
  'refund',
  'look',
);

it('a pending payment follows the rules through any steps and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(action, fc.boolean()), { maxLength: 15 }), async (steps) => {
      const { provider, open } = await makeStub();
      let [current, expected, taken] = [provider, 'unknown' as PaymentState['state'], 0];
      for (const [step, restart] of steps) {
        if (restart) current = open();
        await act(current, step);
        const next = nextState(expected, step);
        if (next === 'paid' && expected !== 'paid') taken++;
        expected = next;
        expect((await open().state(KEY)).state).toBe(expected);
        expect(await timesTaken(open())).toBe(taken);
      }
    }),
    { numRuns: 100 },
  );
});

const FINAL_NEXT: Partial<Record<PaymentState['state'], PaymentState['state'][]>> = {
  paid: ['paid', 'refunded'],
  refunded: ['refunded'],
  declined: ['declined'],
  voided: ['voided'],
};

/** The invariants after every step, even if several steps ran at the same time. */
async function checkInvariants({ open }: Stub, before: PaymentState): Promise<PaymentState> {
  const after = await open().state(KEY);
  const allowed = FINAL_NEXT[before.state];
  if (allowed) expect(allowed).toContain(after.state);
  if (before.state === 'voided' || before.state === 'declined') expect(after).toEqual(before);
  const [entry] = await open().book();
  const moved = { timesTaken: entry?.timesTaken ?? 0, refunded: entry?.refunded ?? false };
  const isPaid = after.state === 'paid' || after.state === 'refunded';
  expect(moved).toEqual({ timesTaken: isPaid ? 1 : 0, refunded: after.state === 'refunded' });
  return after;
}

it('a payment is never taken twice, never changes a final state and gives back only what was paid, for any calls at the same time', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.array(fc.tuple(action, fc.nat(CHARGES.length - 1)), {
        minLength: 1,
        maxLength: 5,
      }),
    },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: PENDING_MS }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const stub = await makeStub();
      let state: PaymentState = { state: 'unknown' };
      for (const together of steps) {
        if (typeof together === 'number') stub.clock.ms += together;
        else await Promise.all(together.map(([each, at]) => act(stub.open(), each, CHARGES[at])));
        state = await checkInvariants(stub, state);
      }
    }),
    { numRuns: 150 },
  );
});
