import { eventually } from '../../support/eventually';
import { describeTimeSkipping } from '../../support/time-skipping';
import {
  DAY_MS,
  expectOnTime,
  grant,
  HOUR_MS,
  lapse,
  later,
  MAIN_WORKFLOW_ID,
  openCalendar,
} from './calendar-support';

/** This server leaves a task for ever to the worker that has its workflow in its cache. */
const UNCACHED = { maxCachedWorkflows: 0 };

describeTimeSkipping('a subscription', () => {
  test('without a worker for three boundaries is granted each paid cycle in order, and no unpaid one', async () => {
    const { work, subscribe, sleepUntil, sleepWithoutWorker, main, journal, expectClean } =
      await openCalendar();
    const before = await work(UNCACHED);
    const { cycleStart, cycleEnd, paidUntil } = await subscribe('lite-monthly', { cycles: 4 });
    await before.stop();
    const back = later(paidUntil, -DAY_MS);
    await sleepWithoutWorker(cycleEnd, back);
    expect(await journal()).toHaveLength(1);
    await work();
    await eventually(async () => (await journal()).length === 4);
    expect(await main()).toMatchObject({ status: 'active', cycle: 4, grantedCycle: 4 });

    await sleepUntil(later(paidUntil, 40 * DAY_MS));
    expect(await main()).toMatchObject({ status: 'closed', closedWhy: 'lapsed', cycle: 4 });
    const lines = await journal();
    expect(lines).toMatchObject([
      ...[1, 2, 3, 4].map((cycle) => grant(cycle)),
      ...Array(4).fill(lapse(150)),
    ]);
    expectOnTime(lines, [
      cycleStart,
      back,
      back,
      back,
      ...Array(4).fill(later(paidUntil, HOUR_MS)),
    ]);
    await expectClean();
  });

  test('that has lapsed before a worker is back is granted what was paid, which then expires', async () => {
    const { work, subscribe, sleepWithoutWorker, main, journal, client, expectClean } =
      await openCalendar();
    const before = await work(UNCACHED);
    const { cycleStart, cycleEnd, paidUntil } = await subscribe('lite-monthly', { cycles: 3 });
    await before.stop();
    const back = later(paidUntil, 20 * DAY_MS);
    await sleepWithoutWorker(cycleEnd, back);
    await work();
    const ended = await client.workflow.getHandle(MAIN_WORKFLOW_ID).result();
    expect(ended).toMatchObject({
      status: 'closed',
      subscription: { closedWhy: 'lapsed', cycle: 3 },
    });
    expect(await main()).toMatchObject({ status: 'closed', validUntil: paidUntil, term: 1 });
    const lines = await journal();
    expect(lines).toMatchObject([
      ...[1, 2, 3].map((cycle) => grant(cycle)),
      ...Array(3).fill(lapse(150)),
    ]);
    expectOnTime(lines, [cycleStart, ...Array(5).fill(back)]);
    await expectClean();
  });

  test('whose workflow was lost in its third month goes on after a renewal in its fourth', async () => {
    const { work, subscribe, renew, sleepUntil, main, journal, client, expectClean } =
      await openCalendar();
    await work();
    const { cycleStart, cycleEnd: second } = await subscribe('lite-monthly', { cycles: 4 });
    await sleepUntil(later(second, DAY_MS));
    const { cycleEnd: third } = await main();
    await sleepUntil(later(third, DAY_MS));
    const { cycleEnd: fourth } = await main();
    await client.workflow.getHandle(MAIN_WORKFLOW_ID).terminate('lost');

    const told = later(fourth, 10 * DAY_MS);
    await sleepUntil(told);
    expect(await journal()).toHaveLength(3);
    const renewed = await renew(5);
    expect(renewed).toMatchObject({ cycle: 4, cycleStart: fourth, paidCycle: 5 });
    await sleepUntil(later(renewed.cycleEnd, DAY_MS));
    expect(await main()).toMatchObject({
      status: 'active',
      cycle: 5,
      cycleStart: renewed.cycleEnd,
    });
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), grant(2), grant(3), grant(4), grant(5)]);
    expectOnTime(lines, [cycleStart, second, third, told, renewed.cycleEnd]);
    await expectClean();
  });
});
