import { describeTimeSkipping } from '../../support/time-skipping';
import { DAY_MS, grant, HOUR_MS, later, MAIN, openCalendar } from './calendar-support';

describeTimeSkipping('a refused command', () => {
  test('that is repeated thirty times makes no run long', async () => {
    const { work, subscribe, subscriptions, eventsOfRuns, expectClean } = await openCalendar();
    await work();
    await subscribe('lite-yearly');
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      const change = subscriptions.changePlan({
        ...MAIN,
        key: `attempt-${attempt}`,
        planId: 'no-such-plan',
      });
      await expect(change).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    }
    const events = await eventsOfRuns();
    expect(events.length).toBeGreaterThan(1);
    expect(Math.max(...events)).toBeLessThanOrEqual(60);
    await expectClean();
  });

  test('may be repeated with the same key, and is done as soon as it is allowed', async () => {
    const { work, subscribe, renew, sleepUntil, journal, expectClean } = await openCalendar();
    await work();
    const { cycleStart, cycleEnd } = await subscribe('lite-monthly');
    const paidAt = later(cycleStart, HOUR_MS);
    // The billing system's clock is ahead.
    await expect(renew(2, paidAt)).rejects.toMatchObject({ code: 'PAYMENT_IN_FUTURE' });
    await sleepUntil(later(cycleStart, DAY_MS));
    expect(await renew(2, paidAt)).toMatchObject({ cycle: 1, paidCycle: 2 });
    await sleepUntil(later(cycleEnd, DAY_MS));
    expect(await journal()).toMatchObject([grant(1), grant(2)]);
    await expectClean();
  });
});
