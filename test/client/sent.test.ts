import { Client } from '@temporalio/client';
import { createHoldfastClient, type HoldfastClient } from '../../client/client';
import { registerSearchAttributes } from '../../client/register-search-attributes';
import { newNamespace } from '../support/temporal';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';

const ACCOUNT = uniqueId('sent');
const PAID = { accountId: ACCOUNT, subscriptionId: 's', paymentReference: 'inv-1' };
const CHANGE = { accountId: ACCOUNT, subscriptionId: 's' };
const PURCHASE = {
  ...{ accountId: ACCOUNT, purchaseId: 'p', packId: 'pack-125', shownPriceCents: 4900 },
  paymentMethod: 'simulate-pending',
};
const FIRST = { accountId: ACCOUNT, requestId: 'r', kind: 'text-to-image' };
const GRANT = {
  ...{ accountId: ACCOUNT, key: 'k', credits: 5, source: 'promotion' as const },
  ...{ reason: 'r', by: 'b', expiresAt: '2099-01-01T00:00:00Z' },
};
const by = { reason: 'r', by: 'b' };

/** Every method that asks Temporal to do something; each finds what those before it have done. */
const COMMANDS: [name: string, send: (client: HoldfastClient) => Promise<unknown>][] = [
  [
    'subscriptions.subscribe',
    ({ subscriptions }) => subscriptions.subscribe({ ...PAID, planId: 'lite-monthly' }),
  ],
  [
    'subscriptions.renew',
    ({ subscriptions }) => subscriptions.renew({ ...PAID, paymentReference: 'inv-2' }),
  ],
  [
    'subscriptions.changePlan',
    ({ subscriptions }) =>
      subscriptions.changePlan({
        ...{ ...PAID, paymentReference: 'inv-3' },
        ...{ key: 'plan', planId: 'standard-monthly' },
      }),
  ],
  [
    'subscriptions.cancelAtPeriodEnd',
    ({ subscriptions }) => subscriptions.cancelAtPeriodEnd({ ...CHANGE, key: 'cancel' }),
  ],
  [
    'subscriptions.resume',
    ({ subscriptions }) => subscriptions.resume({ ...CHANGE, key: 'resume' }),
  ],
  ['grants.create', ({ grants }) => grants.create(GRANT)],
  ['generations.start', ({ generations }) => generations.start(FIRST)],
  ['generations.cancel', ({ generations }) => generations.cancel(ACCOUNT, 'r')],
  ['purchases.buy', ({ purchases }) => purchases.buy(PURCHASE)],
  ['purchases.paymentUpdated', ({ purchases }) => purchases.paymentUpdated(ACCOUNT, 'p')],
  ['purchases.cancel', ({ purchases }) => purchases.cancel(ACCOUNT, 'p')],
  [
    'settings.setLimits',
    ({ settings }) => settings.setLimits({ accountId: ACCOUNT, key: 'l', dailyCreditsMax: 9 }),
  ],
  ['settings.stop', ({ settings }) => settings.stop({ accountId: ACCOUNT, kind: null, ...by })],
  ['reconciliation.run', ({ reconciliation }) => reconciliation.run()],
  [
    'reconciliation.schedule',
    ({ reconciliation }) => reconciliation.schedule({ everySeconds: 60 }),
  ],
  ['subscriptions.endNow', ({ subscriptions }) => subscriptions.endNow({ ...CHANGE, key: 'end' })],
];

describe('an error that nothing explains, after Temporal has taken the request,', () => {
  let holdfast: Holdfast;
  let client: HoldfastClient;
  const sent: string[] = [];
  beforeAll(async () => {
    // A namespace has one Schedule of reconciliation, and others' tests make it in the shared one.
    holdfast = await openHoldfast({ namespace: await newNamespace('sent') });
    await registerSearchAttributes(holdfast.temporal.connection, holdfast.temporal.namespace);
    await holdfast.startWorker();
    const { temporal, ledger } = holdfast;
    await holdfast.client.operations.checkLedger();
    const { connection, options } = temporal.client;
    const interceptors = breaking(sent);
    client = createHoldfastClient({
      temporal: new Client({ connection, namespace: options.namespace, interceptors }),
      ...{ ledger, taskQueue: temporal.taskQueue },
    });
  });
  afterAll(() => holdfast.close());

  test.each(COMMANDS)('is ADMISSION_UNKNOWN, which is no end: %s', async (_, send) => {
    sent.length = 0;
    await expect(send(client)).rejects.toMatchObject({
      code: 'ADMISSION_UNKNOWN',
      retryable: true,
      message: expect.stringContaining('startWorkflowOperation[…] is not a function'),
    });
    expect(sent.length).toBeGreaterThan(0);
  });

  test('has taken nothing back: what was sent is done, and a repetition finds it', async () => {
    const found = holdfast.client;
    expect(await found.grants.create(GRANT)).toMatchObject({ credits: 5 });
    expect(await found.purchases.get(ACCOUNT, 'p')).toMatchObject({ purchaseId: 'p' });
    expect(await found.subscriptions.get(ACCOUNT, 's')).toMatchObject({ subscriptionId: 's' });
  });
});

test('a proof that can’t be made is told as that, and nothing is sent', async () => {
  const holdfast = await openHoldfast();
  const sent: string[] = [];
  const { temporal, ledger } = holdfast;
  const { connection, options } = temporal.client;
  const client = createHoldfastClient({
    temporal: new Client({
      ...{ connection, namespace: options.namespace, interceptors: breaking(sent) },
    }),
    ...{ ledger, taskQueue: temporal.taskQueue },
    proof: () => {
      throw new TypeError('no key');
    },
  });
  await client.operations.checkLedger().catch(() => {});
  sent.length = 0;
  for (const command of [
    client.grants.create(GRANT),
    client.subscriptions.subscribe({ ...PAID, planId: 'lite-monthly' }),
  ])
    await expect(command).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The command could not be proven: no key. Nothing was sent.',
    });
  expect(sent).toEqual([]);
  await holdfast.close();
});

/** Interceptors that let a request through, note it, and then fail as another copy of the client does. */
function breaking(sent: string[]) {
  const after =
    <Input, Answer>(name: string) =>
    async (input: Input, next: (input: Input) => Promise<Answer>): Promise<Answer> => {
      await next(input);
      sent.push(name);
      throw new TypeError('startWorkflowOperation[…] is not a function');
    };
  return {
    workflow: [
      {
        start: after('start'),
        signal: after('signal'),
        cancel: after('cancel'),
        startUpdateWithStart: after('startUpdateWithStart'),
      },
    ],
    schedule: [{ create: after('schedule') }],
  } as never;
}
