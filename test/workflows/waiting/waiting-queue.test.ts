import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { currentDetailsOf, workflowIdsOf } from '../workflow-support';
import { costing, give, park, queueOf, servedIn, untilAtRest } from './waiting-support';

describe('the queue of an account', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  /** Puts requests of 17 credits each into the queue of an account that has none. */
  async function fillQueue(accountId: string, ids: string[]): Promise<void> {
    for (const [index, requestId] of ids.entries()) {
      expect(await park(holdfast, accountId, requestId, 17)).toMatchObject({
        requestId,
        kind: 'ai-avatar',
        place: index + 1,
        required: 17,
        requiredAhead: 17 * index,
        available: 0,
        shortfall: 17 * (index + 1),
      });
    }
    expect(await queueOf(holdfast, accountId)).toEqual(ids);
  }

  test('whose first request was terminated goes on with the account’s next operation', async () => {
    const { client, ledger, temporal, sql } = holdfast;
    const accountId = uniqueId('terminated');
    await give(holdfast, accountId, 15, 'first');
    await park(holdfast, accountId, 'film', 24);
    await park(holdfast, accountId, 'portrait', 3);
    await untilAtRest(holdfast, accountId, 'film');
    await temporal.client.workflow.getHandle(`generation/${accountId}/film`).terminate();
    // Its workflow is looked for once it has waited for ten seconds.
    await sql(
      `UPDATE holdfast.reservations SET waiting_since = waiting_since - interval '11 seconds',
        woken_at = NULL WHERE account_id = $1 AND request_id = 'film'`,
      [accountId],
    );
    const refused = await client.generations.start({ accountId, requestId: 'r', ...costing(20) });
    expect(refused).toMatchObject({ status: 'ended', result: { status: 'rejected' } });
    expect(await client.generations.result(accountId, 'portrait')).toMatchObject({
      status: 'committed',
    });
    expect(await ledger.request(accountId, 'film')).toMatchObject({ reason: 'orphaned' });
  });

  test('of twenty lets the first seven run in order when a pack pays for seven, and the others keep their places', async () => {
    const { client, ledger } = holdfast;
    const accountId = uniqueId('twenty');
    await client.subscriptions.subscribe({
      ...{ accountId, subscriptionId: 'main', planId: 'lite-monthly', paymentReference: 'p1' },
    });
    await ledger.deduct(accountId, 'all', { credits: 150, reason: 'test', by: 'test' });
    const ids = Array.from({ length: 20 }, (_, index) => `r${index + 1}`);
    await fillQueue(accountId, ids);

    const bought = await client.purchases.buy({
      accountId,
      purchaseId: 'b',
      packId: 'pack-125',
      shownPriceCents: 4900,
    });
    expect(bought.status).toBe('granted');
    for (const requestId of ids.slice(0, 7)) {
      expect(await client.generations.result(accountId, requestId)).toMatchObject({
        status: 'committed',
        charged: 17,
      });
    }
    expect(await servedIn(holdfast, accountId)).toEqual(ids.slice(0, 7));
    expect(await queueOf(holdfast, accountId)).toEqual(ids.slice(7));
    expect(await client.waiting(accountId)).toMatchObject({ available: 6, waitedFor: 13 * 17 });

    // No request overtakes them, however few credits it needs. Its refusal says how many would
    // help.
    const newcomer = { accountId, requestId: 'newcomer', ...costing(1) };
    expect(await client.generations.start(newcomer)).toMatchObject({
      status: 'ended',
      result: {
        ...{ status: 'rejected', reason: 'INSUFFICIENT_CREDITS', required: 1, available: 6 },
        ...{
          waitedFor: 221,
          shortfall: 216,
          packs: [{ packId: 'pack-300' }, { packId: 'pack-450' }],
        },
      },
    });
    await give(holdfast, accountId, 216, 'rest');
    for (const requestId of ids.slice(7)) {
      expect(await client.generations.result(accountId, requestId)).toMatchObject({
        status: 'committed',
      });
    }
    expect(await servedIn(holdfast, accountId)).toEqual(ids);
    // All have been served, and a new request may take what is left over.
    expect(await client.generations.start({ ...newcomer, requestId: 'late' })).toMatchObject({
      status: 'admitted',
    });
    await client.generations.result(accountId, 'late');
    expect(await ledger.balance(accountId)).toMatchObject({
      available: 0,
      reserved: 0,
      spent: 341,
    });
  });

  test('lets a request pass that finds enough credits beside what the others wait for', async () => {
    const { client } = holdfast;
    const accountId = uniqueId('beside');
    await holdfast.fund(accountId, 10);
    await client.generations.start({
      accountId,
      requestId: 'runs',
      ...costing(8),
      input: { simulate: 'hang' },
    });
    await park(holdfast, accountId, 'waits', 5);
    expect(
      await client.generations.start({ accountId, requestId: 'newcomer', ...costing(1) }),
    ).toMatchObject({
      status: 'ended',
      result: { reason: 'INSUFFICIENT_CREDITS', available: 2, waitedFor: 5, shortfall: 4 },
    });
    await give(holdfast, accountId, 10, 'more');
    await client.generations.result(accountId, 'waits');
    expect(
      await client.generations.start({ accountId, requestId: 'second', ...costing(7) }),
    ).toMatchObject({
      status: 'admitted',
    });
    await client.generations.cancel(accountId, 'runs');
    await Promise.all(['runs', 'second'].map((id) => client.generations.result(accountId, id)));
  });

  test('is served with the credits of a cancelled generation and with the rest of one that used less', async () => {
    const { client } = holdfast;
    const accountId = uniqueId('returned');
    await holdfast.fund(accountId, 20);
    holdfast.provider.hold(`generation/${accountId}/shorter`);
    await client.generations.start({
      accountId,
      requestId: 'cancelled',
      ...costing(10),
      input: { simulate: 'hang' },
    });
    await client.generations.start({
      accountId,
      requestId: 'shorter',
      ...costing(10),
      input: { simulate: 'shorter' },
    });
    await park(holdfast, accountId, 'first', 5);
    await park(holdfast, accountId, 'second', 10);
    holdfast.provider.letGo(`generation/${accountId}/shorter`);
    expect(await client.generations.result(accountId, 'shorter')).toMatchObject({
      reserved: 10,
      charged: 5,
    });
    expect(await client.generations.result(accountId, 'first')).toMatchObject({
      status: 'committed',
      charged: 5,
    });
    expect(await queueOf(holdfast, accountId)).toEqual(['second']);
    await client.generations.cancel(accountId, 'cancelled');
    expect(await client.generations.result(accountId, 'second')).toMatchObject({
      status: 'committed',
      charged: 10,
    });
    expect(await client.generations.result(accountId, 'cancelled')).toMatchObject({
      status: 'cancelled',
    });
  });

  test('is found by a list query and shown in details, until a request waits no longer', async () => {
    const { client, temporal } = holdfast;
    const accountId = uniqueId('found');
    const listed = async () => {
      const query = `HoldfastState = "waiting" AND HoldfastAccount = "${accountId}"`;
      return workflowIdsOf(temporal, query);
    };
    await holdfast.openAccount(accountId);
    const waiting = await park(holdfast, accountId, 'a', 20);
    await park(holdfast, accountId, 'b', 30);
    const workflowIds = ['a', 'b'].map((id) => `generation/${accountId}/${id}`);
    await eventually(async () => (await listed()).length === 2);
    expect(await listed()).toEqual(workflowIds);

    const handle = temporal.client.workflow.getHandle(`generation/${accountId}/b`);
    expect(await currentDetailsOf(handle)).toMatch(
      `**Waiting for credits**, at place 2 in the queue of account ${accountId}. ai-avatar needs 30 credits, and those ` +
        'ahead of it 20; 0 are available: 50 short. What would cover it: pack-125 (125 credits for 49 USD), or ' +
        'pack-300 (300 credits for 99 USD), or pack-450 (450 credits for 149 USD). It waits until ',
    );
    expect(Date.parse(waiting.until) - Date.parse(waiting.since)).toBe(86_400_000);

    await give(holdfast, accountId, 20, 'for-a');
    await client.generations.result(accountId, 'a');
    await client.generations.cancel(accountId, 'b');
    await client.generations.result(accountId, 'b');
    await eventually(async () => (await listed()).length === 0);
  });
});
