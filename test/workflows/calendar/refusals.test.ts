import { describeTimeSkipping } from '../../support/time-skipping';
import { MAIN, openCalendar } from './harness';

describeTimeSkipping('what is refused', () => {
  test('however often, makes no run of a cycle long', async () => {
    const { work, subscribe, subscriptions, eventsOfRuns, expectClean } = await openCalendar();
    await work();
    await subscribe('lite-yearly');
    for (let attempt = 1; attempt <= 60; attempt += 1) {
      const change = subscriptions.changePlan({ ...MAIN, key: `attempt-${attempt}`, planId: 'no-such-plan' });
      await expect(change).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    }
    const events = await eventsOfRuns();
    expect(events.length).toBeGreaterThan(1);
    expect(Math.max(...events)).toBeLessThanOrEqual(130);
    await expectClean();
  });
});
