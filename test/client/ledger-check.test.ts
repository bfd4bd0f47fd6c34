import { createHoldfastClient } from '../../client/client';
import { createLedger, type Ledger } from '../../ledger/ledger';
import { atOnce } from '../ledger/ledger-support';
import { newNamespace, testTemporal } from '../support/temporal';
import type { Holdfast } from '../workflows/harness';
import { openTcpProxy } from '../workflows/tcp-proxy';
import { openTwoProducts, type TwoProducts } from '../workflows/two-products';
import { ACME, FOREIGN, GENERATION } from './ledger-check-support';

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

  test('is no ledger’s here if another program’s workflow has the record’s id', async () => {
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
