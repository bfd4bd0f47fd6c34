import { STATE_ATTRIBUTE } from '../../../workflows/search-attributes';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { entriesOf, give, giveUnheard, park, queueOf } from './waiting-support';

const EVENTS_MAX = 2_000;

/** Temporal keeps at most 100 signals while a workflow task runs. With more it drops that task. */
const CALLS_AT_ONCE = 90;

describe('a waiting request with thousands of wake-ups', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  const handleOf = (accountId: string) =>
    holdfast.temporal.client.workflow.getHandle(`generation/${accountId}/r1`);

  /**
   * Sends wake-ups until the workflow continues in a new run. Returns the events of the run before.
   */
  async function untilNextRun(accountId: string): Promise<number> {
    const handle = handleOf(accountId);
    const { runId } = await handle.describe();
    // A run can't end while signals come, so they stop when it is due to.
    for (let length = 0; length <= EVENTS_MAX; ) {
      await Promise.all(Array.from({ length: CALLS_AT_ONCE }, () => handle.signal('wake')));
      const heard = length + CALLS_AT_ONCE;
      await eventually(async () => {
        const { runId: current, historyLength } = await handle.describe();
        length = current === runId ? historyLength : Number.POSITIVE_INFINITY;
        return length >= heard;
      });
    }
    await eventually(async () => (await handle.describe()).runId !== runId);
    const first = holdfast.temporal.client.workflow.getHandle(handle.workflowId, runId);
    return Number((await first.describe()).historyLength);
  }

  test('continues in a new run, in its place, and is served and charged once', async () => {
    const { client } = holdfast;
    const accountId = uniqueId('long');
    await holdfast.openAccount(accountId);
    await park(holdfast, accountId, 'r1', 5);
    await park(holdfast, accountId, 'r2', 5);
    expect(await untilNextRun(accountId)).toBeLessThan(EVENTS_MAX * 1.5);
    expect(await queueOf(holdfast, accountId)).toEqual(['r1', 'r2']);
    expect(await park(holdfast, accountId, 'r1', 5)).toMatchObject({ place: 1 });
    const described = await handleOf(accountId).describe();
    expect(described.searchAttributes).toMatchObject({
      HoldfastState: ['waiting'],
      HoldfastAccount: [accountId],
    });

    await give(holdfast, accountId, 10, 'more');
    for (const id of ['r1', 'r2']) {
      expect(await client.generations.result(accountId, id)).toMatchObject({
        status: 'committed',
        charged: 5,
      });
    }
    expect(await entriesOf(holdfast, accountId, 'r1')).toEqual(['commit', 'reserve']);
    const { typedSearchAttributes } = await handleOf(accountId).describe();
    expect(typedSearchAttributes.get(STATE_ATTRIBUTE)).toBeUndefined();
  });

  test('asks the ledger at once in its new run, because the last event of the old one may be a wake-up', async () => {
    const accountId = uniqueId('handover');
    await holdfast.openAccount(accountId);
    await park(holdfast, accountId, 'r1', 5);
    await giveUnheard(holdfast, accountId, 4, 'too-few');
    await untilNextRun(accountId);
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
    await handleOf(accountId).cancel();
    expect(await holdfast.client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'cancelled',
      reserved: 0,
    });
  });
});
