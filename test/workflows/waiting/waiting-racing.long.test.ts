import { eventually } from '../../support/eventually';
import { lockAccount } from '../account-lock';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { give, giveUnheard, park, patient, queueOf } from './waiting-support';

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CALLERS = 24;

describe('the queue of an account', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  test.each([1, 2, 3])(
    'serves every request once and in its order, with the random numbers of %i',
    async (seed) => {
      const { client, ledger } = holdfast;
      const random = randomFrom(seed);
      const upTo = (most: number) => 1 + Math.floor(random() * most);
      const accountId = uniqueId(`racing-${seed}`);
      await holdfast.openAccount(accountId);
      const callers = Array.from({ length: CALLERS }, (_, index) => {
        const requestId = `r${index}`;
        const input = random() < 0.3 ? { simulate: 'shorter' } : null;
        const onInsufficientCredits = random() < 0.75 ? ('wait' as const) : ('reject' as const);
        // Refused for want of credits, never for want of a quick machine.
        const more = { input, onInsufficientCredits, admitWithinSeconds: 3_600 };
        return patient(accountId, requestId, upTo(8), more);
      });
      const acts = [
        ...callers.map((request) => async () => {
          await client.generations.start(request, { timeoutMs: 60_000 });
          if (Number(request.requestId.slice(1)) % 6 === 0)
            await client.generations.cancel(accountId, request.requestId);
        }),
        ...Array.from(
          { length: 8 },
          (_, index) => () => give(holdfast, accountId, upTo(8), `g${index}`),
        ),
      ];
      await Promise.all(
        acts
          .map((act) => ({ act, at: random() }))
          .sort((one, other) => one.at - other.at)
          .map(({ act }) => act()),
      );
      // Enough for every request that still waits.
      await give(holdfast, accountId, CALLERS * 8, 'enough');

      const results = await Promise.all(
        callers.map(({ requestId }) => client.generations.result(accountId, requestId)),
      );
      for (const [index, { status, reason }] of results.entries()) {
        const isPatient = callers[index]?.onInsufficientCredits === 'wait';
        const ends = ['committed', 'cancelled', ...(isPatient ? [] : ['rejected'])];
        expect({ index, reason, isExpected: ends.includes(status) }).toEqual({
          index,
          reason,
          isExpected: true,
        });
      }
      expect(await queueOf(holdfast, accountId)).toEqual([]);
      const records = await Promise.all(
        callers.map(({ requestId }) => ledger.request(accountId, requestId)),
      );
      const served = records.flatMap((record) =>
        record?.wait && record.reservedAt ? [record] : [],
      );
      expect(served.length).toBeGreaterThan(0);
      await expectStrictOrder(
        accountId,
        served.map(({ requestId }) => requestId),
      );
      const { spent } = await ledger.balance(accountId);
      expect(spent).toBe(results.reduce((sum, { charged }) => sum + charged, 0));
    },
  );

  test('is looked at once more after a wake-up that arrives during a look', async () => {
    const { client, temporal } = holdfast;
    const accountId = uniqueId('too-early');
    await holdfast.openAccount(accountId);
    await park(holdfast, accountId, 'r', 5);
    const handle = temporal.client.workflow.getHandle(`generation/${accountId}/r`);
    const signals = async () => {
      const { events = [] } = await handle.fetchHistory();
      const heard =
        events?.findLastIndex((event) => event.workflowTaskCompletedEventAttributes) ?? -1;
      return events
        ?.slice(0, heard)
        .filter((event) => event.workflowExecutionSignaledEventAttributes).length;
    };
    const lock = await lockAccount(holdfast, accountId);
    await handle.signal('wake');
    // As soon as the call of the ledger is a regular activity, the workflow takes signals again.
    await eventually(
      async () => ((await handle.describe()).raw.pendingActivities ?? []).length > 0,
    );
    await handle.signal('wake');
    await eventually(async () => (await signals()) === 2);
    // The grant waits for the account's lock behind the call.
    const given = giveUnheard(holdfast, accountId, 5, 'unheard');
    const inLine = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%grant_credits(%'
      AND datname = current_database()`;
    await eventually(async () => (await holdfast.sql(inLine)).length > 0);
    await lock.release();
    await given;
    await eventually(async () => (await queueOf(holdfast, accountId)).length === 0);
    expect(await client.generations.result(accountId, 'r')).toMatchObject({
      status: 'committed',
      charged: 5,
    });
  });

  /**
   * Compares the ledger's ticket numbers with the journal: each waiting request was served before
   * the later ones.
   */
  async function expectStrictOrder(accountId: string, waited: string[]): Promise<void> {
    const { entries } = await holdfast.ledger.history(accountId, { limit: 1_000 });
    const versions = new Map(
      entries
        .filter(({ type }) => type === 'reserve')
        .map((entry) => [entry.requestId, entry.version]),
    );
    const rows = await holdfast.sql<{ request_id: string }>(
      'SELECT request_id FROM holdfast.reservations WHERE account_id = $1 AND ticket IS NOT NULL ORDER BY ticket',
      [accountId],
    );
    const order = rows.map(({ request_id }) => request_id).filter((id) => waited.includes(id));
    const inTime = [...order].sort(
      (one, other) => Number(versions.get(one)) - Number(versions.get(other)),
    );
    expect(inTime).toEqual(order);
  }
});
