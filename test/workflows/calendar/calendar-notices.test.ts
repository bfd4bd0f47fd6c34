import type { Notice } from '../../../contract/notice';
import { noticesWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { describeTimeSkipping } from '../../support/time-skipping';
import { ACCOUNT, DAY_MS, HOUR_MS, openCalendar } from './calendar-support';

describeTimeSkipping('a notice that can’t be delivered', () => {
  test('is tried for three days, at most every hour, then given up with its last reason, before the next one', async () => {
    const { work, subscribe, client, ledger, environment, expectClean } = await openCalendar();
    const attempts: { notice: Notice; at: number }[] = [];
    const notifier = {
      async deliver(notice: Notice): Promise<void> {
        attempts.push({ notice, at: await environment.currentTimeMs() });
        if (notice.type === 'ran-dry') throw new Error(`Not now, attempt ${attempts.length}.`);
      },
    };
    await work({ notifier });
    await subscribe('lite-monthly');
    const lowBalance = [{ credits: 100 }];
    const deduct = (key: string, credits: number) =>
      ledger.deduct(ACCOUNT, key, { credits, reason: 'test', by: 'test' });
    await deduct('all', 150);
    await eventually(async () => attempts.length > 0);
    await ledger.settings.setLowBalance({ accountId: ACCOUNT, key: 'set', lowBalance });
    expect((await ledger.accountNotices(ACCOUNT)).map(({ type }) => type)).toEqual([
      'balance-low',
      'ran-dry',
    ]);

    const done = await client.workflow.getHandle(noticesWorkflowId(ACCOUNT)).result();
    const failed = attempts.filter(({ notice }) => notice.noticeId === 1);
    const reason = `Not now, attempt ${failed.length}.`;
    expect(done).toEqual({ delivered: 1, failed: 1, lastFailure: reason });
    const [second, first] = await ledger.accountNotices(ACCOUNT);
    expect(first).toMatchObject({ type: 'ran-dry', status: 'failed', reason });
    expect(second).toMatchObject({ type: 'balance-low', status: 'delivered' });

    const [begun = 0, ended = 0] = [failed[0]?.at, failed.at(-1)?.at];
    expect([ended - begun > 2.9 * DAY_MS, ended - begun <= 3 * DAY_MS]).toEqual([true, true]);
    const pauses = failed.slice(1).map(({ at }, index) => at - (failed[index]?.at ?? 0));
    // The first twelve pauses are 1 s, 2 s, … 2048 s, and then an hour is the most.
    expect(Math.max(...pauses)).toBeLessThan(HOUR_MS + 60_000);
    expect(pauses.filter((pause) => pause >= HOUR_MS)).toHaveLength(pauses.length - 12);
    expect(attempts.at(-1)?.notice.noticeId).toBe(2);
    await expectClean();
  });
});
