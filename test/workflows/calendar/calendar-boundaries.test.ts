import { describeTimeSkipping } from '../../support/time-skipping';
import { DAY_MS, expectOnTime, grant, later, openCalendar } from './calendar-support';

const MONTH_ENDS = [
  ...['01-31', '02-28', '03-31', '04-30', '05-31', '06-30'],
  ...['07-31', '08-31', '09-30', '10-31', '11-30', '12-31'],
];

const WINTER_IN_EUROPE = [
  ...Array(2).fill('+01:00'),
  ...Array(7).fill('+02:00'),
  ...Array(3).fill('+01:00'),
];
const WINTER_IN_AMERICA = [
  ...Array(2).fill('-05:00'),
  ...Array(8).fill('-04:00'),
  ...Array(2).fill('-05:00'),
];

/** The table's times, each as much later as the subscription really began after the first. */
function shifted(table: string[], start: string): string[] {
  const lateMs = Date.parse(start) - Date.parse(table[0] as string);
  return table.map((iso) => later(iso, lateMs));
}

describeTimeSkipping('the cycle boundaries', () => {
  test.each([
    ['UTC', '12:00', Array(12).fill('Z')],
    ['Europe/Berlin', '00:30', WINTER_IN_EUROPE],
    ['America/New_York', '20:30', WINTER_IN_AMERICA],
    ['Asia/Kathmandu', '03:00', Array(12).fill('+05:45')],
  ])(
    'of a monthly plan from 31 January are on every month’s last day at the same local time in %s',
    async (timeZone, time, offsets) => {
      const { work, subscribe, sleepUntil, journal, expectClean } = await openCalendar();
      const table = MONTH_ENDS.map((day, index) => `2061-${day}T${time}${offsets[index]}`);
      await sleepUntil(table[0] as string);
      await work();
      const { cycleStart } = await subscribe('lite-monthly', { timeZone, cycles: 12 });
      const boundaries = shifted(table, cycleStart);
      await sleepUntil(later(boundaries.at(-1) as string, DAY_MS));
      const lines = await journal();
      expect(lines).toMatchObject(boundaries.map((_, index) => grant(index + 1)));
      expectOnTime(lines, boundaries);
      await expectClean();
    },
  );

  test('of a yearly plan from 29 February return to it in the next leap year', async () => {
    const { work, subscribe, renew, sleepUntil, main, journal, expectClean } = await openCalendar();
    await sleepUntil('2064-02-29T12:00:00Z');
    await work();
    const { cycleStart } = await subscribe('advanced-yearly');
    const boundaries = shifted(
      [
        ...['2064-02-29', '2065-02-28', '2066-02-28', '2067-02-28', '2068-02-29'].map(
          (day) => `${day}T12:00:00Z`,
        ),
      ],
      cycleStart,
    );
    for (const [index, boundary] of boundaries.slice(1).entries()) {
      await sleepUntil(later(boundary, -DAY_MS));
      expect((await renew(index + 2)).cycleEnd).toBe(boundary);
      await sleepUntil(later(boundary, DAY_MS));
      expect(await main()).toMatchObject({ cycle: index + 2, cycleStart: boundary });
    }
    const lines = await journal();
    expect(lines).toMatchObject(
      boundaries.map((_, index) => grant(index + 1, 1200, 'advanced-yearly')),
    );
    expectOnTime(lines, boundaries);
    await expectClean();
  });
});
