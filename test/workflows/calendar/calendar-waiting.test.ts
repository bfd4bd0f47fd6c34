import { createReservationActivities } from '../../../activities/generation/reservation-activities';
import { createNoticeActivities } from '../../../activities/notice-activities';
import { createHoldfastClient } from '../../../client/client';
import type { Notifier } from '../../../providers/notifier';
import { noticesTaskQueue } from '../../../workflows/messages';
import { granted } from '../../ledger/ledger-support';
import { eventually } from '../../support/eventually';
import {
  describeTimeSkipping,
  openTimeSkipping,
  type TimeSkipping,
} from '../../support/time-skipping';
import { costing } from '../waiting/waiting-support';
import { DAY_MS, MINUTE_MS } from './calendar-support';

const ACCOUNT = 'acme';
const ROOM = { placesMax: 10, bytesMax: 10_000 };

describeTimeSkipping('a generation that waits for a month', () => {
  async function openQueue() {
    const skipping = await openTimeSkipping();
    const { client, ledger, taskQueue, startWorker } = skipping;
    const expiresAt = '2999-01-01T00:00:00Z';
    const one = { credits: 1, source: 'promotion' as const, reason: 'test', by: 'test', expiresAt };
    await granted(ledger.grant(ACCOUNT, 'one', one));
    // The account has run dry, so there is a notice. A workflow without a worker would stop the
    // server's time.
    const notifier: Notifier = { deliver: async () => {} };
    const noticeActivities = createNoticeActivities({ ledger, notifier });
    await startWorker({
      activities: {
        ...createReservationActivities({
          ledger,
          temporal: client,
          holdMs: 60_000,
          queueRoom: ROOM,
        }),
        ...noticeActivities,
      },
    });
    await startWorker({ taskQueue: noticesTaskQueue(taskQueue), activities: noticeActivities });
    return { ...skipping, holdfast: createHoldfastClient({ temporal: client, ledger, taskQueue }) };
  }

  const patient = (requestId: string, waitTimeout: string) => ({
    ...{ accountId: ACCOUNT, requestId, ...costing(5) },
    ...{ onInsufficientCredits: 'wait' as const, waitTimeout },
  });

  async function eventsOf({ client }: TimeSkipping, requestId: string): Promise<number> {
    const { events } = await client.workflow
      .getHandle(`generation/${ACCOUNT}/${requestId}`)
      .fetchHistory();
    return events?.length ?? 0;
  }

  test('does nothing until its time is up, and has 14 events in the run that waits', async () => {
    const { holdfast, ledger, ...skipping } = await openQueue();
    const { waiting } = await holdfast.generations.start(patient('r1', 'P1M'));
    expect(
      Date.parse(String(waiting?.until)) - Date.parse(String(waiting?.since)),
    ).toBeGreaterThanOrEqual(28 * DAY_MS);
    // The run that answers has ended; the one that waits has a timer.
    await eventually(async () => (await eventsOf({ ledger, ...skipping }, 'r1')) === 7);
    await skipping.environment.sleep(20 * DAY_MS);
    expect(await eventsOf({ ledger, ...skipping }, 'r1')).toBe(7);
    expect((await holdfast.waiting(ACCOUNT)).tickets).toMatchObject([
      { requestId: 'r1', place: 1 },
    ]);

    expect(await holdfast.generations.result(ACCOUNT, 'r1')).toMatchObject({
      status: 'rejected',
      reason: 'WAIT_TIMED_OUT',
    });
    expect(await eventsOf({ ledger, ...skipping }, 'r1')).toBe(14);
    const { resolvedAt, wait } = (await ledger.request(ACCOUNT, 'r1')) ?? {};
    const lateMs = Date.parse(String(resolvedAt)) - Date.parse(String(wait?.until));
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(MINUTE_MS);
    expect((await holdfast.waiting(ACCOUNT)).tickets).toEqual([]);
  });

  test('has seven more events for each wake-up in vain, over a month of daily ones', async () => {
    const { holdfast, ...skipping } = await openQueue();
    await holdfast.generations.start(patient('r1', 'P30D'));
    const handle = skipping.client.workflow.getHandle(`generation/${ACCOUNT}/r1`);
    for (let day = 1; day < 30; day += 1) {
      await skipping.environment.sleep(DAY_MS);
      await handle.signal('wake');
    }
    expect(await holdfast.generations.result(ACCOUNT, 'r1')).toMatchObject({
      reason: 'WAIT_TIMED_OUT',
    });
    expect(await eventsOf(skipping, 'r1')).toBe(14 + 29 * 7);
  });
});
