import { describeTimeSkipping } from '../../support/time-skipping';
import {
  DAY_MS,
  expectOnTime,
  grant,
  HOUR_MS,
  lapse,
  later,
  openCalendar,
} from './calendar-support';

/** The time that many months later, on a day that every month has. */
function monthsAfter(iso: string, months: number): string {
  const start = new Date(iso);
  return new Date(start.setUTCMonth(start.getUTCMonth() + months)).toISOString();
}

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describeTimeSkipping('a monthly subscription', () => {
  test('that is renewed in time for two years is granted every month once, at its boundary, in a short run', async () => {
    const { work, subscribe, renew, sleepUntil, ...calendar } = await openCalendar();
    await sleepUntil('2061-01-15T12:00:00Z');
    await work();
    const { cycleStart } = await subscribe('lite-monthly');
    for (const cycle of oneTo(24).slice(1)) {
      const boundary = monthsAfter(cycleStart, cycle - 1);
      await sleepUntil(later(boundary, -DAY_MS));
      await renew(cycle);
      await sleepUntil(later(boundary, DAY_MS));
      expect(await calendar.main()).toMatchObject({
        cycle,
        cycleStart: boundary,
        status: 'active',
      });
    }
    const journal = await calendar.journal();
    expect(journal).toMatchObject(oneTo(24).map((cycle) => grant(cycle)));
    expectOnTime(
      journal,
      oneTo(24).map((cycle) => monthsAfter(cycleStart, cycle - 1)),
    );
    const events = await calendar.eventsOfRuns();
    expect(events).toHaveLength(24);
    expect(Math.max(...events)).toBeLessThanOrEqual(25);
    await calendar.expectClean();
  });

  test('that is paid ten years ahead runs to its end, and no run grows long', async () => {
    const { work, subscribe, sleepUntil, ...calendar } = await openCalendar();
    await sleepUntil('2061-01-15T12:00:00Z');
    await work();
    const { cycleStart } = await subscribe('lite-monthly', { cycles: 120 });
    const end = monthsAfter(cycleStart, 120);
    await sleepUntil(later(end, DAY_MS));
    expect(await calendar.main()).toMatchObject({
      status: 'closed',
      closedWhy: 'lapsed',
      cycle: 120,
      cycleEnd: end,
    });
    const journal = await calendar.journal();
    expect(journal).toMatchObject([
      ...oneTo(120).map((cycle) => grant(cycle)),
      ...Array(120).fill(lapse(150)),
    ]);
    expectOnTime(
      journal.slice(0, 120),
      oneTo(120).map((cycle) => monthsAfter(cycleStart, cycle - 1)),
    );
    expectOnTime(journal.slice(120), Array(120).fill(later(end, HOUR_MS)));
    const events = await calendar.eventsOfRuns();
    // The many payments at the start fill the first runs. Then every cycle has a run of its own.
    expect(events.length).toBeGreaterThanOrEqual(120);
    expect(Math.max(...events)).toBeLessThanOrEqual(60);
    expect(Math.max(...events.slice(-110))).toBeLessThanOrEqual(30);
    await calendar.expectClean();
  });
});
