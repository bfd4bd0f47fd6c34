import { describeTimeSkipping } from '../../support/time-skipping';
import {
  DAY_MS,
  expectOnTime,
  grant,
  HOUR_MS,
  lapse,
  later,
  MAIN,
  openCalendar,
} from './calendar-support';

describeTimeSkipping('a subscription with two cycles paid ahead', () => {
  test('that is cancelled runs through them, and lapses at the end of the last', async () => {
    const { work, subscribe, sleepUntil, subscriptions, main, journal, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd, paidUntil } = await subscribe('lite-monthly', { cycles: 3 });
    await sleepUntil(later(cycleStart, 10 * DAY_MS));
    const cancelled = await subscriptions.cancelAtPeriodEnd({ ...MAIN, key: 'cancel' });
    expect(cancelled.subscription).toMatchObject({ paidAhead: 2, validUntil: paidUntil });
    await sleepUntil(later(cycleEnd, DAY_MS));
    const { cycleEnd: secondEnd } = await main();
    await sleepUntil(later(paidUntil, DAY_MS));
    expect(await main()).toMatchObject({ status: 'closed', closedWhy: 'lapsed', cycle: 3 });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), grant(2), grant(3), lapse(150), lapse(150), lapse(150)]);
    expectOnTime(lines, [
      cycleStart,
      cycleEnd,
      secondEnd,
      ...Array(3).fill(later(paidUntil, HOUR_MS)),
    ]);
    await expectClean();
  });

  test('that is cancelled and resumed goes on beyond them', async () => {
    const { work, subscribe, renew, sleepUntil, subscriptions, main, journal, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd, paidUntil } = await subscribe('lite-monthly', { cycles: 3 });
    await subscriptions.cancelAtPeriodEnd({ ...MAIN, key: 'cancel' });
    await sleepUntil(later(cycleEnd, DAY_MS));
    const { subscription } = await subscriptions.resume({ ...MAIN, key: 'resume' });
    expect(subscription).toMatchObject({ cycle: 2, cancelAtPeriodEnd: false });
    await sleepUntil(later(paidUntil, -DAY_MS));
    await renew(4);
    await sleepUntil(later(paidUntil, DAY_MS));
    expect(await main()).toMatchObject({ status: 'active', cycle: 4, cycleStart: paidUntil });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), grant(2), grant(3), grant(4)]);
    expectOnTime(lines, [cycleStart, cycleEnd, subscription.cycleEnd, paidUntil]);
    await expectClean();
  });
});

describeTimeSkipping('a plan change', () => {
  test('from monthly to yearly starts at once, and the change back waits for the year’s end', async () => {
    const { work, subscribe, renew, sleepUntil, subscriptions, main, journal, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd: monthEnd } = await subscribe('lite-monthly');
    const chosen = later(cycleStart, 15 * DAY_MS);
    await sleepUntil(chosen);
    const choice = { ...MAIN, planId: 'lite-yearly', paymentReference: 'the-year' };
    const { effect, subscription: yearly } = await subscriptions.changePlan({
      ...choice,
      key: 'yearly',
    });
    expect(effect).toBe('longer-cycle');
    expect(yearly).toMatchObject({ cycle: 2, cycleLength: 'P1Y' });
    expect(yearly.cycleEnd.slice(0, 4)).toBe(String(Number(yearly.cycleStart.slice(0, 4)) + 1));
    expect(yearly.cycleEnd.slice(4)).toBe(yearly.cycleStart.slice(4));
    await sleepUntil(later(monthEnd, DAY_MS));
    expect(await journal()).toHaveLength(2);

    const back = await subscriptions.changePlan({
      ...MAIN,
      key: 'monthly',
      planId: 'lite-monthly',
    });
    expect(back).toMatchObject({ effect: 'at-boundary', subscription: { planId: 'lite-yearly' } });
    await sleepUntil(later(yearly.cycleEnd, -DAY_MS));
    await renew(3);
    expect(await journal()).toHaveLength(2);
    await sleepUntil(later(yearly.cycleEnd, DAY_MS));
    const monthly = await main();
    expect(monthly).toMatchObject({
      planId: 'lite-monthly',
      cycleLength: 'P1M',
      cycle: 3,
      cycleStart: yearly.cycleEnd,
    });
    await renew(4);
    await sleepUntil(later(monthly.cycleEnd, DAY_MS));
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), grant(2, 300, 'lite-yearly'), grant(3), grant(4)]);
    expectOnTime(lines, [cycleStart, chosen, yearly.cycleEnd, monthly.cycleEnd]);
    await expectClean();
  });

  test('to fewer credits takes effect at the next boundary', async () => {
    const { work, subscribe, renew, sleepUntil, subscriptions, main, journal, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd } = await subscribe('advanced-monthly');
    await sleepUntil(later(cycleStart, 15 * DAY_MS));
    const { effect } = await subscriptions.changePlan({
      ...MAIN,
      key: 'less',
      planId: 'lite-monthly',
    });
    expect(effect).toBe('at-boundary');
    await renew(2);
    await sleepUntil(later(cycleEnd, -DAY_MS));
    expect(await main()).toMatchObject({ planId: 'advanced-monthly', cycle: 1 });
    await sleepUntil(later(cycleEnd, DAY_MS));
    expect(await main()).toMatchObject({ planId: 'lite-monthly', cycle: 2 });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1, 800, 'advanced-monthly'), grant(2)]);
    expectOnTime(lines, [cycleStart, cycleEnd]);
    await expectClean();
  });
});
