import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createGenerationActivities } from '../../activities/generation/generation-activities';
import { createNoticeActivities } from '../../activities/notice-activities';
import { createPaymentActivities } from '../../activities/payment-activities';
import type { Notice } from '../../contract/notice';
import type { PurchaseRecord } from '../../contract/purchase';
import type { GenerationProvider } from '../../providers/generation-provider';
import type { PaymentProvider } from '../../providers/payment-provider';

const NEVER = () => new Promise<never>(() => {});
const KEY = { idempotencyKey: 'k' };
const JOB = {
  ...{ idempotencyKey: 'k', accountId: 'a', requestId: 'r', kind: 'text-to-image' },
  ...{ durationMs: null, audio: false, input: null },
};
const CHARGE = {
  ...{ idempotencyKey: 'k', accountId: 'a', description: '125 credits' },
  ...{ amountCents: 4900, currency: 'USD', paymentMethod: null },
};

function run<Input, Output>(
  activity: (input: Input) => Promise<Output>,
  input: Input,
  attempt = 1,
) {
  const environment = new MockActivityEnvironment(
    { attempt },
    { logger: new DefaultLogger('ERROR') },
  );
  return environment.run(activity, input);
}

const NO_ANSWER = {
  type: 'TransientProviderError',
  message: 'There was no answer within 0.02 s.',
  nonRetryable: false,
};

const generation: GenerationProvider = {
  submit: async () => {},
  state: async () => ({ state: 'cancelled' }),
  cancel: async () => {},
};

test.each([
  ['submit', 'generate'],
  ['state', 'generate'],
  ['state', 'settleGeneration'],
  ['cancel', 'settleGeneration'],
] as const)(
  'a generation provider whose %s never answers ends the attempt of %s, which is retried',
  async (method, activity) => {
    const provider = { ...generation, [method]: NEVER };
    const activities = createGenerationActivities({ provider, pollIntervalMs: 1, callMsMax: 20 });
    await expect(run(activities[activity], JOB)).rejects.toMatchObject(NO_ANSWER);
  },
);

const payment: PaymentProvider = {
  charge: async () => ({ state: 'pending', paymentId: 'p' }),
  state: async () => ({ state: 'unknown' }),
  void: async () => {},
  refund: async () => ({ state: 'unknown' }),
};

test.each([
  ['charge', 'charge', 1],
  ['state', 'charge', 2],
  ['state', 'paymentState', 1],
  ['void', 'voidPayment', 1],
  ['state', 'voidPayment', 1],
  ['refund', 'refundPayment', 1],
] as const)(
  'a payment provider whose %s never answers ends the attempt of %s, which is retried',
  async (method, activity, attempt) => {
    const provider = { ...payment, [method]: NEVER };
    const purchase = async () => ({ mayCharge: true }) as PurchaseRecord;
    const activities = createPaymentActivities({ provider, ledger: { purchase }, callMsMax: 20 });
    const call = activities[activity] as (input: object) => Promise<unknown>;
    const input = activity === 'charge' ? CHARGE : KEY;
    await expect(run(call, input, attempt)).rejects.toMatchObject(NO_ANSWER);
  },
);

test('a notifier that never answers ends the attempt, which is retried', async () => {
  const activities = createNoticeActivities({
    ledger: {} as never,
    notifier: { deliver: NEVER },
    callMsMax: 20,
  });
  await expect(run(activities.deliverNotice, {} as Notice)).rejects.toMatchObject({
    message: NO_ANSWER.message,
    nonRetryable: false,
  });
});

test('a call that fails after its deadline does no harm', async () => {
  let fail = () => {};
  const late = new Promise<never>((_, reject) => {
    fail = () => reject(new Error('too late'));
  });
  const activities = createGenerationActivities({
    provider: { ...generation, submit: () => late },
    callMsMax: 20,
  });
  await expect(run(activities.generate, JOB)).rejects.toMatchObject(NO_ANSWER);
  fail();
  await new Promise(setImmediate);
});
