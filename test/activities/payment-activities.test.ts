import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  createPaymentActivities,
  type PaymentActivities,
} from '../../activities/payment-activities';
import type { PurchaseRecord } from '../../contract/purchase';
import type {
  Charge,
  PaymentProvider,
  PaymentState,
  RefundState,
} from '../../providers/payment-provider';
import {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from '../../providers/providers';
import { createStubPaymentProvider } from '../../providers/stub-payment/stub-payment-provider';
import { makeTempFolder, removeTempFolders } from '../providers/temp-folder';

const KEY = { idempotencyKey: 'purchase/acme/p' };
const PAID: PaymentState = { state: 'paid', paymentId: 'pay-1' };

function chargeOf(paymentMethod: string | null = null): Charge {
  return {
    ...KEY,
    accountId: 'acme',
    description: '125 credits',
    amountCents: 4900,
    currency: 'USD',
    paymentMethod,
  };
}

function run<Name extends keyof PaymentActivities>(
  provider: PaymentProvider,
  name: Name,
  attempt = 1,
  mayCharge = (_accountId: string, _purchaseId: string) => true,
) {
  const environment = new MockActivityEnvironment(
    { attempt },
    { logger: new DefaultLogger('ERROR') },
  );
  const purchase = async (accountId: string, purchaseId: string) =>
    ({ mayCharge: mayCharge(accountId, purchaseId) }) as PurchaseRecord;
  const activity = createPaymentActivities({ provider, ledger: { purchase }, firstPauseMs: 1 })[
    name
  ];
  return (input: Parameters<PaymentActivities[Name]>[0]): Promise<PaymentState> =>
    environment.run(activity as (input: unknown) => Promise<PaymentState>, input);
}

async function makeStub() {
  return createStubPaymentProvider({
    outputDir: await makeTempFolder(),
    pendingMs: 86_400_000,
    retryAfterMs: 40,
  });
}

/** A provider that returns or throws these answers, and records its calls. */
function scripted(answers: Partial<Record<keyof PaymentProvider, PaymentState | Error>>) {
  const calls: string[] = [];
  const answer = (name: keyof PaymentProvider) => async () => {
    calls.push(name);
    const said = answers[name] ?? { state: 'unknown' as const };
    if (said instanceof Error) throw said;
    return said;
  };
  const provider: PaymentProvider = {
    charge: answer('charge'),
    state: answer('state'),
    void: async () => void (await answer('void')()),
    refund: answer('refund'),
  };
  return { provider, calls };
}

afterAll(removeTempFolders);

describe('charge', () => {
  it.each([
    ['paid', null, { state: 'paid' }],
    ['declined', 'simulate-declined', { state: 'declined', reason: 'card-declined' }],
    ['pending', 'simulate-pending', { state: 'pending' }],
    [
      'declined',
      'simulate-refused',
      { state: 'declined', paymentId: null, reason: 'payment-method-invalid' },
    ],
  ])('says whether the payment is %s (%s)', async (_state, method, expected) => {
    const stub = await makeStub();
    expect(await run(stub, 'charge')(chargeOf(method))).toMatchObject(expected);
    expect(await run(stub, 'charge', 2)(chargeOf(method))).toMatchObject(expected);
  });

  it('asks first what an earlier attempt has done, and takes nothing twice', async () => {
    const { provider, calls } = scripted({ state: PAID });
    expect(await run(provider, 'charge', 2)(chargeOf())).toEqual(PAID);
    expect(calls).toEqual(['state']);
  });

  it('takes nothing at a further attempt if the purchase may no longer be charged', async () => {
    const { provider, calls } = scripted({ charge: PAID });
    const asked: string[][] = [];
    const withdrawn = (...ids: string[]) => {
      asked.push(ids);
      return false;
    };
    const attempt = run(provider, 'charge', 2, withdrawn)(chargeOf());
    await expect(attempt).rejects.toMatchObject({ type: 'ChargeWithdrawn', nonRetryable: true });
    expect(asked).toEqual([['acme', 'p']]);
    expect(calls).toEqual(['state']);
  });

  it('finds the money whose answer was lost', async () => {
    const stub = await makeStub();
    await expect(run(stub, 'charge')(chargeOf('simulate-lost-answer'))).rejects.toMatchObject({
      type: 'TransientProviderError',
    });
    expect(await run(stub, 'charge', 2)(chargeOf('simulate-lost-answer'))).toMatchObject({
      state: 'paid',
    });
    expect(await stub.book()).toMatchObject([{ timesTaken: 1 }]);
  });

  it('takes the payment under the key for the truth, not the refusal of this call', async () => {
    const refusal = new PermanentProviderError('idempotency-mismatch', 'no');
    expect(
      await run(scripted({ charge: refusal, state: PAID }).provider, 'charge')(chargeOf()),
    ).toEqual(PAID);
  });

  it('takes a refusal for a decline only once it knows that nothing was taken', async () => {
    const refusal = new PermanentProviderError('card-stolen', 'no');
    const declined = { state: 'declined', paymentId: null, reason: 'card-stolen' };
    expect(await run(scripted({ charge: refusal }).provider, 'charge')(chargeOf())).toEqual(
      declined,
    );
    const silent = scripted({ charge: refusal, state: new TransientProviderError('503') });
    await expect(run(silent.provider, 'charge')(chargeOf())).rejects.toMatchObject({
      nonRetryable: false,
    });
  });

  it('doesn’t take `unknown` for the end of what it has just charged', async () => {
    await expect(run(scripted({}).provider, 'charge')(chargeOf())).rejects.toMatchObject({
      ...{ type: 'PaymentNotFound', nonRetryable: false },
    });
  });
});

describe('voidPayment', () => {
  it.each([
    ['voided', 'simulate-pending'],
    ['paid', null],
    ['declined', 'simulate-declined'],
  ])('says how the payment ended: %s', async (state, method) => {
    const stub = await makeStub();
    await stub.charge(chargeOf(method));
    expect(await run(stub, 'voidPayment')(KEY)).toMatchObject({ state });
    expect(await run(stub, 'voidPayment', 2)(KEY)).toMatchObject({ state });
  });

  it('keeps a charge that never was from being made later', async () => {
    const stub = await makeStub();
    expect(await run(stub, 'voidPayment')(KEY)).toMatchObject({
      state: 'voided',
      reason: 'void-requested',
    });
    expect(await run(stub, 'charge')(chargeOf())).toMatchObject({ state: 'voided' });
    expect(await stub.book()).toEqual([]);
  });
});

describe('refundPayment', () => {
  it('gives the money back once, however often it is asked', async () => {
    const stub = await makeStub();
    await stub.charge(chargeOf());
    for (const attempt of [1, 2]) {
      expect(await run(stub, 'refundPayment', attempt)(KEY)).toMatchObject({ state: 'refunded' });
    }
    expect(await stub.book()).toMatchObject([{ timesTaken: 1, refunded: true }]);
  });

  it('gives back the one payment that is named', async () => {
    const stub = await makeStub();
    await stub.charge(chargeOf());
    const again = (await stub.takeAgain(KEY.idempotencyKey)) as { paymentId: string };
    const refund = run(stub, 'refundPayment') as (input: object) => Promise<PaymentState>;
    expect(await refund({ ...KEY, paymentId: again.paymentId })).toEqual({
      ...again,
      state: 'refunded',
    });
    expect(await stub.book()).toMatchObject([{ refunded: false, second: { refunded: true } }]);
  });

  it.each<PaymentState>([
    { state: 'refunded', paymentId: 'pay-1' },
    { state: 'paid', paymentId: 'pay-2' },
    { state: 'unknown' },
    { state: 'pending', paymentId: 'pay-2' },
  ])('takes no other answer for the return of the named payment: %j', async (refund) => {
    const attempt = run(scripted({ refund }).provider, 'refundPayment') as (
      input: object,
    ) => Promise<PaymentState>;
    await expect(attempt({ ...KEY, paymentId: 'pay-2' })).rejects.toMatchObject({
      ...{ type: 'PaymentNotReturned', nonRetryable: false },
    });
  });

  it('goes on trying, where an operator sees it, though the provider says never', async () => {
    const stub = await makeStub();
    await stub.charge(chargeOf('simulate-pending'));
    await expect(run(stub, 'refundPayment')(KEY)).rejects.toMatchObject({
      type: 'ProviderError',
      nonRetryable: false,
    });
  });
});

describe.each(['charge', 'paymentState', 'voidPayment', 'refundPayment'] as const)('%s', (name) => {
  it.each([
    ['TransientProviderError', undefined, new TransientProviderError('503')],
    ['RateLimited', 2000, new RateLimitedProviderError('429', 2000)],
    ['ProviderError', undefined, new TypeError('fetch failed')],
  ])('fails retryably with %s', async (type, nextRetryDelay, error) => {
    const { provider } = scripted({ charge: error, state: error, void: error, refund: error });
    await expect(run(provider, name)(chargeOf())).rejects.toMatchObject({
      ...{ name: 'ApplicationFailure', type, nonRetryable: false },
      ...(nextRetryDelay !== undefined && { nextRetryDelay }),
    });
  });
});

describe('a provider that can’t be understood', () => {
  const SENSELESS = { state: 'requires_action', paymentId: 'pi_1' } as never;
  const NOT_UNDERSTOOD = {
    state: 'not-understood',
    message: expect.stringContaining('"requires_action"'),
  };

  it('is not charged again unless it has no payment', async () => {
    const { provider, calls } = scripted({ charge: SENSELESS, state: SENSELESS });
    expect(await run(provider, 'charge')(chargeOf())).toEqual(NOT_UNDERSTOOD);
    expect(calls).toEqual(['charge', ...Array(4).fill('state')]);
  });

  it('is asked for the charge again where it has none, while the purchase may be charged', async () => {
    const { provider, calls } = scripted({ charge: SENSELESS });
    expect(await run(provider, 'charge')(chargeOf())).toEqual(NOT_UNDERSTOOD);
    expect(calls.filter((call) => call === 'charge')).toHaveLength(5);
    const withdrawn = run(provider, 'charge', 1, () => false)(chargeOf());
    await expect(withdrawn).rejects.toMatchObject({ type: 'ChargeWithdrawn', nonRetryable: true });
  });

  it.each(['paymentState', 'voidPayment', 'refundPayment'] as const)(
    'ends as not understood in %s too',
    async (name) => {
      const { provider } = scripted({ state: SENSELESS, refund: SENSELESS });
      expect(await run(provider, name)(chargeOf())).toEqual(NOT_UNDERSTOOD);
    },
  );

  it.each<[string, unknown]>([
    ['paid, without a payment', { state: 'paid' }],
    ['paid, with a payment of 256 characters', { state: 'paid', paymentId: 'x'.repeat(256) }],
    ['refunded, with a NUL', { state: 'refunded', paymentId: 'a\0' }],
    ['nothing', undefined],
    ['a list', []],
    [
      'what must not be read',
      {
        get state() {
          throw new Error('not for you');
        },
      },
    ],
  ])('is not believed with %s', async (_what, answer) => {
    const { provider } = scripted({ state: (answer ?? 'nothing') as never });
    expect(await run(provider, 'paymentState')(KEY)).toMatchObject({ state: 'not-understood' });
  });

  it('is believed where the money has gone back, and only then', async () => {
    const paid = scripted({ refund: PAID });
    await expect(run(paid.provider, 'refundPayment')(KEY)).rejects.toMatchObject({
      type: 'RefundNotMade',
    });
    const refunded = scripted({ refund: { state: 'refunded', paymentId: 'pay-1' } });
    expect(await run(refunded.provider, 'refundPayment')(KEY)).toMatchObject({ state: 'refunded' });
    const voided: PaymentState = { state: 'voided', paymentId: null, reason: 'x' };
    const never = scripted({ refund: new PermanentProviderError('not-paid', 'no'), state: voided });
    expect(await run(never.provider, 'refundPayment')(KEY)).toEqual(voided);
  });
});

describe('makeRefund', () => {
  const ASKED = {
    ...{ refundKey: 'refund/acme/o', accountId: 'acme', ...KEY, paymentId: 'pay-1' },
    ...{ amountCents: 1_000, currency: 'USD' },
  };
  const MADE: RefundState = {
    ...{ state: 'made', refundId: 're_1', amountCents: 1_000, currency: 'USD' },
  };

  function refunding(known: RefundState | Error, made?: RefundState | Error) {
    const calls: string[] = [];
    const answer = (name: string, said: RefundState | Error | undefined) => async () => {
      calls.push(name);
      if (said instanceof Error) throw said;
      return said as RefundState;
    };
    const provider: PaymentProvider = {
      ...scripted({}).provider,
      refundState: answer('refundState', known),
      refundAmount: answer('refundAmount', made),
    };
    const environment = new MockActivityEnvironment();
    const activities = createPaymentActivities({
      ...{ provider, ledger: { purchase: async () => null }, firstPauseMs: 1 },
    });
    return { calls, made: () => environment.run(activities.makeRefund, ASKED) };
  }

  it('asks for nothing that the provider has made already', async () => {
    const { calls, made } = refunding(MADE);
    expect(await made()).toEqual(MADE);
    expect(calls).toEqual(['refundState']);
  });

  it('takes a refusal for the end only once it knows that nothing was made', async () => {
    const refusal = new PermanentProviderError('charge-disputed', 'no');
    const { calls, made } = refunding({ state: 'unknown' }, refusal);
    expect(await made()).toEqual({ state: 'refused', reason: 'charge-disputed' });
    expect(calls).toEqual(['refundState', 'refundAmount', 'refundState']);
  });

  it('tries again where the provider does not know what it has just been asked for', async () => {
    const { made } = refunding({ state: 'unknown' }, { state: 'unknown' });
    await expect(made()).rejects.toMatchObject({ type: 'RefundNotMade', nonRetryable: false });
  });

  it.each([
    ['an id that can be no key', { ...MADE, refundId: 're 1' }],
    ['no amount', { ...MADE, amountCents: 0 }],
    ['no state', { state: 'succeeded' }],
  ])('does not understand %s', async (_what, said) => {
    const { made } = refunding(said as RefundState);
    expect(await made()).toMatchObject({ state: 'not-understood' });
  });
});
