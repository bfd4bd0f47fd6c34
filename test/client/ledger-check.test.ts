import { createHoldfastClient, type HoldfastClient } from '../../client/client';
import { createLedger, type Ledger } from '../../ledger/ledger';
import { atOnce } from '../ledger/ledger-support';
import { newNamespace, testTemporal } from '../support/temporal';
import type { Holdfast } from '../workflows/harness';
import { openTcpProxy } from '../workflows/tcp-proxy';
import { openTwoProducts, type TwoProducts } from '../workflows/two-products';

const ACME = 'acme';
const FOREIGN = { name: 'HoldfastError', code: 'LEDGER_MISMATCH' };

const GENERATION = { accountId: ACME, requestId: 'r', kind: 'text-to-image' };
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
  'operations.standingOf': ({ operations }) => operations.standingOf(`generation/${ACME}/r`),
  'operations.checkLedger': ({ operations }) => operations.checkLedger(),
};

/** They read the ledger alone, or look at the installation, whosever it is. */
const HARMLESS = [
  ...['quote', 'balance', 'history', 'usage', 'waiting', 'notices', 'packs'],
  ...['generations.open', 'subscriptions.get', 'purchases.get', 'settings.get'],
  ...['operations.registerSearchAttributes', 'operations.identity', 'operations.recordedLedger'],
  ...['operations.taskQueues', 'operations.reconciliationSchedule'],
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

describe('whose namespace it is', () => {
  let products: TwoProducts;
  beforeEach(async () => {
    products = await openTwoProducts();
  });
  afterEach(() => products.close());

  test('is decided once where processes of two ledgers start at the same moment', async () => {
    const { first, second, clientOf } = products;
    const turns = [first, second, second, first, first, second];
    const answers = await atOnce(turns.length, (i) =>
      clientOf(turns[i] as Holdfast)
        .operations.checkLedger()
        .then(
          () => true,
          (error) => expect(error).toMatchObject(FOREIGN),
        ),
    );
    const recorded = await first.client.operations.recordedLedger();
    const winner = (await first.ledger.ledgerId()) === recorded ? first : second;
    expect(await winner.ledger.ledgerId()).toBe(recorded);
    expect(answers.map((passed) => passed === true)).toEqual(
      turns.map((product) => product === winner),
    );
  });

  test('is the one’s that recorded it, though the other had found no record before', async () => {
    const { first, second, clientOf } = products;
    const { client: temporal, taskQueue } = first.temporal;
    const workflow = new Proxy(temporal.workflow, {
      get(target, name) {
        if (name !== 'start') return Reflect.get(target, name).bind(target);
        return async (...asked: Parameters<typeof target.start>) => {
          await clientOf(first).operations.checkLedger();
          return target.start(...asked);
        };
      },
    });
    const slow = createHoldfastClient({
      temporal: Object.create(temporal, { workflow: { value: workflow } }),
      ledger: second.ledger,
      taskQueue,
    });
    await expect(slow.generations.start(GENERATION)).rejects.toMatchObject(FOREIGN);
    expect(await second.ledger.recordedTemporalIdentity()).toBeNull();
    await clientOf(first).operations.checkLedger();
  });

  test('does not bind a ledger that was refused, which then takes a namespace of its own', async () => {
    const { first, second, clientOf } = products;
    await clientOf(first).operations.checkLedger();
    await expect(clientOf(second).operations.checkLedger()).rejects.toMatchObject(FOREIGN);
    const { client: temporal, taskQueue } = await testTemporal(await newNamespace('own'));
    const own = createHoldfastClient({ temporal, ledger: second.ledger, taskQueue });
    await own.operations.checkLedger();
    expect(await second.ledger.recordedTemporalIdentity()).toEqual(await own.operations.identity());
    expect(await own.operations.recordedLedger()).toBe(await second.ledger.ledgerId());
  });

  test('is not claimed by a ledger that belongs to another namespace', async () => {
    const { first, second, clientOf } = products;
    await second.ledger.temporalIdentity({ clusterId: 'c', namespaceId: 'n', namespace: 'own' });
    await expect(clientOf(second).generations.start(GENERATION)).rejects.toMatchObject({
      code: 'TEMPORAL_IDENTITY_MISMATCH',
    });
    expect(await first.client.operations.recordedLedger()).toBeNull();
    await clientOf(first).operations.checkLedger();
  });

  test('is another’s once its record was terminated, and a running client notices within half a minute', async () => {
    const { first, second, clientOf, endRecord } = products;
    const before = clientOf(first);
    await before.generations.status(ACME, 'r');
    await endRecord();
    await clientOf(second).operations.checkLedger();
    // A check holds for a while, so that not every call asks.
    await before.generations.status(ACME, 'r');
    const now = performance.now.bind(performance);
    const later = jest.spyOn(performance, 'now').mockImplementation(() => now() + 31_000);
    try {
      await expect(before.generations.start(GENERATION)).rejects.toMatchObject(FOREIGN);
      await expect(before.generations.status(ACME, 'r')).rejects.toMatchObject(FOREIGN);
    } finally {
      later.mockRestore();
    }
  });

  test('is recorded again by a process that still runs when the record was terminated', async () => {
    const { first, second, clientOf, endRecord } = products;
    const running = clientOf(first);
    await running.operations.checkLedger();
    await endRecord();
    expect(await running.operations.recordedLedger()).toBeNull();
    await running.operations.checkLedger();
    await expect(clientOf(second).operations.checkLedger()).rejects.toMatchObject(FOREIGN);
  });

  test('is nobody’s here if another program’s workflow has the record’s id', async () => {
    const { first, clientOf } = products;
    const { client: temporal, taskQueue } = first.temporal;
    await temporal.workflow.start('other', { workflowId: 'holdfast-ledger', taskQueue });
    await expect(clientOf(first).operations.checkLedger()).rejects.toMatchObject({
      ...FOREIGN,
      details: { recorded: 'unknown' },
    });
  });

  test('is asked with the permissions of a namespace alone', async () => {
    const { first } = products;
    const { client: temporal, taskQueue } = first.temporal;
    const denied = () => Promise.reject(new Error('7 PERMISSION_DENIED: Request unauthorized.'));
    const workflowService = new Proxy(temporal.workflowService, {
      get: (target, name) => (name === 'getClusterInfo' ? denied : Reflect.get(target, name)),
    });
    const connection = new Proxy(temporal.connection, {
      get(target, name) {
        if (name === 'operatorService') throw new Error('The operator service was used.');
        return name === 'workflowService' ? workflowService : Reflect.get(target, name);
      },
    });
    const { ledger } = first;
    const client = createHoldfastClient({
      temporal: Object.create(temporal, { connection: { value: connection } }),
      ledger,
      taskQueue,
    });
    await client.operations.checkLedger();
    expect(await ledger.recordedTemporalIdentity()).toMatchObject({
      clusterId: '',
      namespace: first.temporal.namespace,
    });
    await products.clientOf(first).operations.checkLedger();
  });

  test('stays the same on another cluster, to which the namespace fails over', async () => {
    const { first, clientOf } = products;
    await clientOf(first).operations.checkLedger();
    await first.sql("UPDATE holdfast.temporal_identity SET cluster_id = 'before'");
    await clientOf(first).operations.checkLedger();
    await first.startWorker();
    expect(await first.client.reconciliation.run()).toMatchObject({ status: 'done' });
  });

  test('must have been known once, and needs no ledger from then on', async () => {
    const { first } = products;
    const { client: temporal, taskQueue } = first.temporal;
    const wire = await openTcpProxy(first.database.ledgerUrl);
    const ledger: Ledger = createLedger({ databaseUrl: wire.url });
    try {
      const client = createHoldfastClient({ temporal, ledger, taskQueue });
      wire.cut();
      const away = { code: 'LEDGER_UNAVAILABLE' };
      await expect(client.generations.start(GENERATION)).rejects.toMatchObject(away);
      expect(await first.client.operations.recordedLedger()).toBeNull();
      wire.mend();
      await client.operations.checkLedger();
      wire.cut();
      await client.operations.checkLedger();
    } finally {
      await ledger.close();
      await wire.close();
    }
  });
});
