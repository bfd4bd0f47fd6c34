import type { PurchaseResult } from '../../../client/client';
import {
  PermanentProviderError,
  RateLimitedProviderError,
} from '../../../providers/provider-errors';
import type { PaymentProvider } from '../../../providers/providers';
import { eventually } from '../../support/eventually';
import { whileUnreachable } from '../../support/while-unreachable';
import { Shop, simulated } from './shop';

/** The provider's methods that answer wrongly for an account, and how. */
type Faults = Partial<
  Record<keyof PaymentProvider, (correct: () => Promise<unknown>) => Promise<unknown>>
>;

const says = (answer: unknown) => async () => answer;
const afterwards = (answer: unknown) => async (correct: () => Promise<unknown>) => {
  await correct();
  return answer;
};
const throws = (error: unknown) => async () => {
  throw error;
};
function once(fault: () => Promise<unknown>) {
  let calls = 0;
  return (correct: () => Promise<unknown>) => (calls++ === 0 ? fault() : correct());
}

const circle: Error = new Error('round');
circle.cause = circle;

let shop: Shop;
const faults = new Map<string, Faults>();
beforeAll(async () => {
  shop = await Shop.open();
  const { payments } = shop.holdfast;
  const honest = payments as unknown as Record<
    keyof PaymentProvider,
    (asked: unknown) => Promise<unknown>
  >;
  const told = (name: keyof PaymentProvider) => (asked: { idempotencyKey: string } | string) => {
    const key = typeof asked === 'string' ? asked : asked.idempotencyKey;
    const correct = () => honest[name](asked);
    return faults.get(String(key.split('/')[1]))?.[name]?.(correct) ?? correct();
  };
  const paymentProvider = Object.fromEntries(
    (['charge', 'state', 'void', 'refund'] as const).map((name) => [name, told(name)]),
  );
  await shop.holdfast.startWorker(
    {},
    { paymentProvider: paymentProvider as unknown as PaymentProvider },
  );
});
afterAll(() => shop.close());

interface Ended {
  accountId: string;
  result: PurchaseResult;
}

/** Buys in all cases at the same time, because they mostly wait. */
async function endsOf(cases: Record<string, Faults>): Promise<Map<string, Ended>> {
  const ends = Object.entries(cases).map(async ([name, provider]): Promise<[string, Ended]> => {
    const accountId = await shop.buyer();
    faults.set(accountId, provider);
    await whileUnreachable(() => shop.buy(accountId));
    return [name, { accountId, result: await shop.result(accountId) }];
  });
  return new Map(await Promise.all(ends));
}

const endOf = (ends: Map<string, Ended>, name: string) => ends.get(name) as Ended;

describe('a charge', () => {
  const ANSWERS: Record<string, unknown> = {
    'an unknown state': { state: 'requires_action', paymentId: 'pi_1' },
    'another service’s word for paid': { state: 'succeeded' },
    'paid, without a payment': { state: 'paid' },
    'paid, with an empty payment': { state: 'paid', paymentId: '' },
    'paid, with a payment that no ledger can hold': { state: 'paid', paymentId: 'a\0' },
    'paid, with half a character': { state: 'paid', paymentId: 'a\ud83d' },
    'paid, with a payment of a megabyte': { state: 'paid', paymentId: 'x'.repeat(1_000_000) },
    'paid, with a number': { state: 'paid', paymentId: 5 },
    nothing: undefined,
    null: null,
    'a word': 'paid',
    'a list': [{ state: 'paid', paymentId: 'p' }],
  };
  const REASONS: Record<string, [reason: unknown, told: string]> = {
    'a NUL': ['a\0', 'a\uFFFD'],
    'half a character': ['cut \ud83d', 'cut \uFFFD'],
    'a megabyte': ['x'.repeat(1_000_000), 'x'.repeat(512)],
    'no text': [{ code: 5 }, 'unknown-reason'],
    'no reason': [undefined, 'unknown-reason'],
  };
  const THROWN: Record<string, unknown> = {
    'a wait of no number': new RateLimitedProviderError('x', Number.NaN),
    'a wait of years': new RateLimitedProviderError('x', 1e15),
    'an error that causes itself': circle,
    'the value null': null,
    'ten megabytes': new Error('x'.repeat(10_000_000)),
    'half of a character': new Error('cut \ud83d'),
  };
  let ends: Map<string, Ended>;
  beforeAll(async () => {
    const each = <Value>(values: Record<string, Value>, fault: (value: Value) => Faults) =>
      Object.entries(values).map(([name, value]) => [name, fault(value)] as const);
    const declined = (reason: unknown) => says({ state: 'declined', paymentId: null, reason });
    const refused = (reason: unknown) => throws(new PermanentProviderError(reason as string, 'no'));
    ends = await endsOf(
      Object.fromEntries([
        ...each(ANSWERS, (answer) => ({ charge: afterwards(answer) })),
        ...each(REASONS, ([reason]) => ({ charge: declined(reason) })),
        ...each(REASONS, ([reason]) => ({ charge: refused(reason) })).map(([name, fault]) => [
          `refused: ${name}`,
          fault,
        ]),
        ...each(THROWN, (error) => ({ charge: once(throws(error)) })),
      ]),
    );
  });

  test.each(Object.keys(ANSWERS))(
    'with an answer that makes no sense is settled by the state under its key: %s',
    async (name) => {
      const { accountId, result } = endOf(ends, name);
      const { paymentId, ...payment } = (await shop.payment(accountId)) ?? {};
      expect(result).toMatchObject({ status: 'granted', credits: 125, paymentId });
      expect(payment).toMatchObject({ timesTaken: 1, refunded: false });
    },
  );

  test.each(Object.entries(REASONS))(
    'is declined with the reason in storable text, cut to its limit: %s',
    (name, [, reason]) => {
      expect(endOf(ends, name).result).toMatchObject({ status: 'declined', reason });
      expect(endOf(ends, `refused: ${name}`).result).toMatchObject({ status: 'declined', reason });
    },
  );

  test.each(Object.keys(THROWN))('is asked for again after the provider has thrown %s', (name) => {
    expect(endOf(ends, name).result).toMatchObject({ status: 'granted' });
  });
});

describe('a provider whose answers make no sense', () => {
  const ANSWERS: Record<string, unknown> = {
    'an unknown state': { state: 'requires_action', paymentId: 'pi_1' },
    'another service’s word for paid': { state: 'succeeded' },
    'paid, without a payment': { state: 'paid' },
    nothing: undefined,
  };
  let ends: Map<string, Ended>;
  beforeAll(async () => {
    let isVoided = false;
    const everywhere = Object.entries(ANSWERS).map(([name, answer]) => {
      const fault = afterwards(answer);
      return [name, { charge: fault, state: fault, refund: fault }];
    });
    ends = await endsOf({
      ...Object.fromEntries(everywhere),
      'except about the refund': {
        charge: afterwards({ state: 'succeeded' }),
        state: says({ state: 'succeeded' }),
      },
      'and that refuses the refund': {
        charge: says({}),
        state: says({}),
        refund: throws(new PermanentProviderError('no\0', 'x')),
      },
      'except about the void': {
        charge: says({ state: 'requires_action' }),
        state: async (correct) => (isVoided ? correct() : { state: 'requires_action' }),
        void: async (correct) => {
          await correct();
          isVoided = true;
        },
      },
    });
  });

  test.each(Object.keys(ANSWERS))(
    'has the purchase voided, and the money refunded if it was taken: %s',
    async (name) => {
      const { accountId, result } = endOf(ends, name);
      expect(result).toMatchObject({ status: 'voided', reason: 'PROVIDER_FAULT' });
      expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1, refunded: true });
      const { client, taskQueue } = shop.holdfast.temporal;
      const query = `TaskQueue = '${taskQueue}' AND HoldfastState = 'failed' AND WorkflowId = 'purchase/${accountId}/p'`;
      await eventually(async () => (await client.workflow.count(query)).count === 1);

      // The provider answers correctly again, and reports the payment.
      faults.delete(accountId);
      await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
      await eventually(async () => (await shop.record(accountId))?.status === 'returned');
      expect(await shop.result(accountId)).toMatchObject({
        status: 'returned',
        reason: 'paid-after-voided',
      });
    },
  );

  test.each([
    ['except about the refund', 'returned', 'paid-after-voided', { timesTaken: 1, refunded: true }],
    ['and that refuses the refund', 'voided', 'PROVIDER_FAULT', undefined],
    ['except about the void', 'voided', 'PROVIDER_FAULT', undefined],
  ])('%s has the purchase %s', async (name, status, reason, payment) => {
    const { accountId, result } = endOf(ends, name);
    expect(result).toMatchObject({ status, reason });
    expect(await shop.payment(accountId)).toEqual(payment && expect.objectContaining(payment));
  });
});

describe('a pending payment', () => {
  const pendingBuyer = async () => {
    const accountId = await shop.buyer();
    expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
    return accountId;
  };

  test('is not given up after five answers that make no sense', async () => {
    const accountId = await pendingBuyer();
    let looks = 0;
    faults.set(accountId, {
      state: async () => {
        looks += 1;
        return { state: 'processing' };
      },
    });
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await eventually(async () => looks >= 5);
    faults.delete(accountId);
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
  });
});

describe('a refund', () => {
  test('that the provider does not confirm stays in the state returning, and reconciliation asks again', async () => {
    const accountId = await shop.buyer();
    await shop.buy(accountId, simulated('pending'));
    await shop.holdfast.ledger.subscriptions.endNow(accountId, 's', 'end');
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    faults.set(accountId, { refund: async () => ({ state: 'canceled' }) });
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    expect(await shop.workflow(accountId).result()).toMatchObject({ status: 'returning' });
    expect(await shop.record(accountId)).toMatchObject({ status: 'returning' });
    faults.delete(accountId);
    expect(await shop.reconcile(accountId)).toBe(1);
    await eventually(async () => (await shop.record(accountId))?.status === 'returned');
    expect(await shop.payment(accountId)).toMatchObject({ refunded: true });
  });
});
