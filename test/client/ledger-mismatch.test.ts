import { createHoldfastClient, type HoldfastClient } from '../../client/client';
import type { Holdfast } from '../workflows/harness';
import { openTwoProducts, type TwoProducts } from '../workflows/two-products';
import { ACME, FOREIGN, GENERATION } from './ledger-check-support';

const PURCHASE = { accountId: ACME, purchaseId: 'p', packId: 'pack-125', shownPriceCents: 4900 };
const CHANGE = { accountId: ACME, subscriptionId: 's', key: 'k' };
const PAID = { accountId: ACME, subscriptionId: 's', paymentReference: 'x' };
const GRANT = {
  accountId: ACME,
  key: 'k',
  credits: 5,
  source: 'promotion' as const,
  reason: 'r',
  by: 'b',
  expiresAt: '2099-01-01T00:00:00Z',
};

/** Every method that may meet work in the namespace. */
const CALLS: Record<string, (client: HoldfastClient) => Promise<unknown>> = {
  'generations.start': ({ generations }) => generations.start(GENERATION),
  'generations.result': ({ generations }) => generations.result(ACME, 'r'),
  'generations.status': ({ generations }) => generations.status(ACME, 'r'),
  'generations.cancel': ({ generations }) => generations.cancel(ACME, 'r'),
  'grants.create': ({ grants }) => grants.create(GRANT),
  'subscriptions.subscribe': ({ subscriptions }) =>
    subscriptions.subscribe({ ...PAID, planId: 'lite-monthly' }),
  'subscriptions.renew': ({ subscriptions }) => subscriptions.renew(PAID),
  'subscriptions.changePlan': ({ subscriptions }) =>
    subscriptions.changePlan({ ...CHANGE, planId: 'lite-monthly' }),
  'subscriptions.cancelAtPeriodEnd': ({ subscriptions }) => subscriptions.cancelAtPeriodEnd(CHANGE),
  'subscriptions.resume': ({ subscriptions }) => subscriptions.resume(CHANGE),
  'subscriptions.endNow': ({ subscriptions }) => subscriptions.endNow(CHANGE),
  'subscriptions.workflowState': ({ subscriptions }) => subscriptions.workflowState(ACME, 's'),
  'purchases.buy': ({ purchases }) => purchases.buy(PURCHASE),
  'purchases.result': ({ purchases }) => purchases.result(ACME, 'p'),
  'purchases.paymentUpdated': ({ purchases }) => purchases.paymentUpdated(ACME, 'p'),
  'purchases.cancel': ({ purchases }) => purchases.cancel(ACME, 'p'),
  'settings.setLimits': ({ settings }) =>
    settings.setLimits({ accountId: ACME, key: 'k', dailyCreditsMax: 1 }),
  'settings.setLowBalance': ({ settings }) =>
    settings.setLowBalance({ accountId: ACME, key: 'k', lowBalance: [] }),
  'settings.setTopUp': ({ settings }) =>
    settings.setTopUp({ accountId: ACME, key: 'k', topUp: null }),
  'settings.stop': ({ settings }) =>
    settings.stop({ accountId: ACME, kind: null, reason: 'r', by: 'b' }),
  'settings.admit': ({ settings }) => settings.admit({ accountId: ACME, kind: null }),
  'reconciliation.run': ({ reconciliation }) => reconciliation.run({ confirm: true }),
  'reconciliation.schedule': ({ reconciliation }) => reconciliation.schedule({ everySeconds: 60 }),
  'refunds.order': ({ refunds }) =>
    refunds.order({
      ...{ accountId: ACME, orderId: 'o', purchaseId: 'p', amountCents: 1 },
      ...{ reason: 'r', by: 'b' },
    }),
  'billingEvents.takeUp': ({ billingEvents }) =>
    billingEvents.takeUp({ source: 'stripe', eventId: 'evt_1' }),
  'operations.standingOf': ({ operations }) => operations.standingOf(`generation/${ACME}/r`),
  'operations.checkLedger': ({ operations }) => operations.checkLedger(),
};

/** They read the ledger alone, or look at the installation, whosever it is. */
const HARMLESS = [
  ...['quote', 'balance', 'history', 'usage', 'waiting', 'notices', 'packs'],
  ...['generations.open', 'subscriptions.get', 'purchases.get', 'settings.get'],
  'refunds.get',
  ...['operations.registerSearchAttributes', 'operations.identity', 'operations.recordedLedger'],
  'operations.createNamespace',
  ...['operations.taskQueues', 'operations.reconciliationSchedule', 'operations.serverClock'],
  ...['operations.searchAttributes', 'operations.retentionSeconds', 'operations.failingWorkflows'],
];

function methodsOf(client: HoldfastClient): string[] {
  const namesIn = (thing: object) =>
    [
      ...Object.getOwnPropertyNames(thing),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(thing)),
    ].filter(
      (name) => !(name in Object.prototype) && typeof Reflect.get(thing, name) === 'function',
    );
  const groups = Object.entries(client).flatMap(([group, methods]) =>
    namesIn(methods).map((name) => `${group}.${name}`),
  );
  return [...namesIn(client), ...groups].sort();
}

describe('in a namespace that belongs to another ledger', () => {
  let products: TwoProducts;
  beforeAll(async () => {
    products = await openTwoProducts();
    const { first, second } = products;
    await first.startWorker();
    await first.client.subscriptions.subscribe({ ...PAID, planId: 'lite-monthly' });
    await second.fund(ACME, 50);
  });
  afterAll(() => products.close());

  const ended = ({ temporal }: Holdfast, workflowId: string) =>
    temporal.client.workflow.getHandle(workflowId).describe();

  test('every method of the client is known to be refused or to be harmless', () => {
    expect(methodsOf(products.first.client)).toEqual([...Object.keys(CALLS), ...HARMLESS].sort());
  });

  test.each(Object.entries(CALLS))('%s is refused', async (_, call) => {
    const { second, clientOf } = products;
    await expect(call(clientOf(second))).rejects.toMatchObject(FOREIGN);
    await expect(call(clientOf(second, 'another-queue'))).rejects.toMatchObject(FOREIGN);
  });

  test('a refusal names both ledgers and the namespace', async () => {
    const { first, second, clientOf } = products;
    const [recorded, own] = [await first.ledger.ledgerId(), await second.ledger.ledgerId()];
    const { namespace } = first.temporal;
    expect(recorded).not.toBe(own);
    await expect(clientOf(second).generations.start(GENERATION)).rejects.toMatchObject({
      details: { recorded, own, namespace },
      message: expect.stringContaining(
        `Namespace ${namespace} belongs to ledger ${recorded}, and this is ledger ${own}.`,
      ),
    });
  });

  test('nothing is begun, reserved or charged, on either side', async () => {
    const { first, second, clientOf } = products;
    await Promise.allSettled(Object.values(CALLS).map((call) => call(clientOf(second))));
    for (const id of ['generation/acme/r', 'purchase/acme/p', 'grant/acme/k', 'settings/acme/k'])
      await expect(ended(first, id)).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
    expect(await first.client.operations.reconciliationSchedule()).toBeNull();
    expect(await first.client.balance(ACME)).toMatchObject({ available: 150, reserved: 0 });
    expect(await first.client.settings.get(ACME)).toMatchObject({ stops: [] });
    expect(await first.payments.book()).toEqual([]);
    expect(await second.client.balance(ACME)).toMatchObject({ available: 50, reserved: 0 });
    expect(await second.ledger.recordedTemporalIdentity()).toBeNull();
  });

  test('the ledger that it belongs to goes on', async () => {
    const { first, clientOf } = products;
    const { generations } = clientOf(first);
    await generations.start({ ...GENERATION, requestId: 'own' });
    expect(await generations.result(ACME, 'own')).toMatchObject({ status: 'committed' });
  });

  test('a client without a ledger has nothing to compare', async () => {
    const { client: temporal, taskQueue } = products.first.temporal;
    const client = createHoldfastClient({ temporal, taskQueue });
    await client.operations.checkLedger();
    expect(await client.generations.start({ ...GENERATION, requestId: 'bare' })).toMatchObject({
      status: 'admitted',
    });
    await client.generations.result(ACME, 'bare');
  });
});
