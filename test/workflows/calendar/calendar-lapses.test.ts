import { expiryWorkflowId } from '../../../workflows/messages';
import { describeTimeSkipping } from '../../support/time-skipping';
import {
  ACCOUNT,
  DAY_MS,
  expectOnTime,
  grant,
  HOUR_MS,
  lapse,
  later,
  MAIN,
  MINUTE_MS,
  openCalendar,
} from './calendar-support';

const FIRST_EXPIRY = expiryWorkflowId(ACCOUNT, MAIN.subscriptionId, 1);

describeTimeSkipping('a subscription that is not renewed', () => {
  test('lapses at its cycle’s end, and what is left expires at the window’s end and not before', async () => {
    const { work, subscribe, sleepUntil, main, journal, ledger, client, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd, windowEnd } = await subscribe('lite-monthly');
    expect(windowEnd).toBe(later(cycleEnd, HOUR_MS));
    await sleepUntil(later(cycleEnd, -MINUTE_MS));
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 150, pendingExpiry: 0 });
    await sleepUntil(later(windowEnd, -MINUTE_MS));
    expect(await main()).toMatchObject({ status: 'lapsed' });
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 0, pendingExpiry: 150 });
    expect(await journal()).toHaveLength(1);
    await sleepUntil(later(windowEnd, MINUTE_MS));
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), lapse(150)]);
    expectOnTime(lines, [cycleStart, windowEnd]);
    expect(await client.workflow.getHandle(FIRST_EXPIRY).result()).toMatchObject({
      status: 'booked',
      expired: 150,
    });
    await expectClean();
  });

  test('goes on if a payment from before the lapse arrives in the window', async () => {
    const { work, subscribe, renew, sleepUntil, sleepPastChild, main, journal, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd, windowEnd } = await subscribe('lite-monthly');
    const told = later(cycleEnd, HOUR_MS / 2);
    await sleepUntil(told);
    const renewed = await renew(2, later(cycleEnd, -HOUR_MS));
    expect(renewed).toMatchObject({ status: 'active', term: 1, cycle: 2, cycleStart: cycleEnd });
    await sleepPastChild(FIRST_EXPIRY, later(windowEnd, DAY_MS));
    expect(await journal()).toMatchObject([grant(1), grant(2)]);

    await renew(3);
    await sleepUntil(later(renewed.cycleEnd, DAY_MS));
    expect(await main()).toMatchObject({
      status: 'active',
      term: 1,
      cycle: 3,
      cycleStart: renewed.cycleEnd,
    });
    expectOnTime(await journal(), [cycleStart, told, renewed.cycleEnd]);
    await expectClean();
  });

  test('starts a new term at once if it is paid in the window, and nothing comes back', async () => {
    const { work, subscribe, renew, sleepUntil, sleepPastChild, main, journal, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd } = await subscribe('lite-monthly');
    const told = later(cycleEnd, HOUR_MS / 2);
    await sleepUntil(told);
    const renewed = await renew(2);
    expect(renewed).toMatchObject({ status: 'active', term: 2, cycle: 2 });
    expect(renewed.cycleStart >= told).toBe(true);
    await sleepPastChild(FIRST_EXPIRY, later(renewed.windowEnd, DAY_MS));
    expect(await main()).toMatchObject({ status: 'closed', closedWhy: 'lapsed', term: 2 });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), lapse(150), grant(2), lapse(150)]);
    expectOnTime(lines, [cycleStart, told, told, renewed.windowEnd]);
    await expectClean();
  });

  test('starts a new term from the day of the payment if it is renewed after the window', async () => {
    const { work, subscribe, renew, sleepUntil, main, journal, expectClean } = await openCalendar();
    await work();
    const { cycleStart, cycleEnd, windowEnd } = await subscribe('lite-monthly');
    const told = later(cycleEnd, 10 * DAY_MS);
    await sleepUntil(told);
    const renewed = await renew(2);
    expect(renewed).toMatchObject({ status: 'active', term: 2, cycle: 2 });
    await renew(3);
    await sleepUntil(later(renewed.cycleEnd, DAY_MS));
    expect(await main()).toMatchObject({
      status: 'active',
      term: 2,
      cycle: 3,
      cycleStart: renewed.cycleEnd,
    });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), lapse(150), grant(2), grant(3)]);
    expectOnTime(lines, [cycleStart, windowEnd, told, renewed.cycleEnd]);
    await expectClean();
  });
});

describeTimeSkipping('with a week of grace,', () => {
  test('a payment on the sixth day grants the next cycle on the old anchor', async () => {
    const { work, setCatalog, subscribe, renew, sleepUntil, main, journal, ledger, expectClean } =
      await openCalendar();
    await setCatalog({ renewalGrace: 'P7D' });
    await work();
    const { cycleStart, cycleEnd, validUntil } = await subscribe('lite-monthly');
    expect(validUntil).toBe(later(cycleEnd, 7 * DAY_MS));
    const paid = later(cycleEnd, 6 * DAY_MS);
    await sleepUntil(paid);
    expect(await main()).toMatchObject({ status: 'grace' });
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 150 });
    const renewed = await renew(2);
    expect(renewed).toMatchObject({ status: 'active', term: 1, cycle: 2, cycleStart: cycleEnd });
    await sleepUntil(later(renewed.cycleEnd, DAY_MS));
    expect(await main()).toMatchObject({ status: 'grace', cycle: 2 });
    await sleepUntil(later(renewed.windowEnd, DAY_MS));
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), grant(2), lapse(150), lapse(150)]);
    expectOnTime(lines, [cycleStart, paid, renewed.windowEnd, renewed.windowEnd]);
    await expectClean();
  });

  test('a cancellation on the third day lapses then, and not at the cycle’s end before', async () => {
    const { work, setCatalog, subscribe, sleepUntil, subscriptions, main, journal, expectClean } =
      await openCalendar();
    await setCatalog({ renewalGrace: 'P7D' });
    await work();
    const { cycleStart, cycleEnd } = await subscribe('lite-monthly');
    const cancelled = later(cycleEnd, 3 * DAY_MS);
    await sleepUntil(cancelled);
    const { subscription } = await subscriptions.cancelAtPeriodEnd({ ...MAIN, key: 'cancel' });
    expect(subscription).toMatchObject({ status: 'lapsed', validUntil: subscription.at });
    await sleepUntil(later(cancelled, DAY_MS));
    expect(await main()).toMatchObject({ status: 'closed', closedWhy: 'lapsed' });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), lapse(150)]);
    expectOnTime(lines, [cycleStart, subscription.windowEnd]);
    await expectClean();
  });

  test('a cancelled subscription lapses at its cycle’s end, and a payment on the sixth day starts a new term', async () => {
    const { work, setCatalog, subscribe, renew, sleepUntil, subscriptions, ...calendar } =
      await openCalendar();
    await setCatalog({ renewalGrace: 'P7D' });
    await work();
    const { cycleStart, cycleEnd } = await subscribe('lite-monthly');
    await sleepUntil(later(cycleStart, 10 * DAY_MS));
    await subscriptions.cancelAtPeriodEnd({ ...MAIN, key: 'cancel' });
    await sleepUntil(later(cycleEnd, MINUTE_MS));
    expect(await calendar.main()).toMatchObject({ status: 'lapsed', validUntil: cycleEnd });
    const paid = later(cycleEnd, 6 * DAY_MS);
    await sleepUntil(paid);
    expect(await renew(2)).toMatchObject({
      status: 'active',
      term: 2,
      cycle: 2,
      cancelAtPeriodEnd: false,
    });
    const lines = await calendar.journal();
    expect(lines).toMatchObject([grant(1), lapse(150), grant(2)]);
    expectOnTime(lines, [cycleStart, later(cycleEnd, HOUR_MS), paid]);
    await calendar.expectClean();
  });
});
