import fc from 'fast-check';
import { TestLedger } from '../ledger-support';
import { starts } from './calendar-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(() => books.close());

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const instant = fc.date({
  min: new Date('2025-01-01'),
  max: new Date('2060-01-01'),
  noInvalidDate: true,
});

/** The local calendar as Node's own time zone data has it: another implementation than the database's. */
function local(iso: string, timeZone: string): Record<string, number> {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return Object.fromEntries(
    format.formatToParts(new Date(iso)).map(({ type, value }) => [type, Number(value)]),
  );
}

const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();

test('every monthly boundary is on the anchor’s day or the month’s last, at the anchor’s local time unless that is skipped', async () => {
  const steps = Array.from({ length: 30 }, (_, index) => index);
  await fc.assert(
    fc.asyncProperty(instant, fc.constantFrom(...ZONES), async (date, timeZone) => {
      const anchor = date.toISOString();
      const boundaries = await starts(books, anchor, 'P1M', timeZone, steps);
      expect(boundaries[0]).toBe(anchor);
      const from = local(anchor, timeZone) as {
        year: number;
        month: number;
        day: number;
        hour: number;
        minute: number;
      };
      for (const [step, boundary] of boundaries.entries()) {
        const at = local(boundary, timeZone);
        const month = (from.month - 1 + step) % 12;
        const year = from.year + Math.floor((from.month - 1 + step) / 12);
        expect(at).toMatchObject({
          year,
          month: month + 1,
          day: Math.min(from.day, daysIn(year, month + 1)),
        });
        const minutes = (clock: Record<string, number>) =>
          (clock.hour as number) * 60 + (clock.minute as number);
        // A skipped local time moves by the clock change, an hour at most.
        expect([0, 30, 60]).toContain(minutes(at) - minutes(from));
      }
    }),
    { numRuns: 60 },
  );
});

test('boundaries always go forward, and don’t depend on the number that was asked for', async () => {
  const cycles = fc.constantFrom(
    'P1M',
    'P1Y',
    'P1D',
    'P1W',
    'P1M10D',
    'PT36H',
    'PT5S',
    'P1Y2M3DT4H5M6S',
  );
  await fc.assert(
    fc.asyncProperty(instant, cycles, fc.constantFrom(...ZONES), async (date, cycle, timeZone) => {
      const steps = Array.from({ length: 40 }, (_, index) => index);
      const boundaries = await starts(books, date.toISOString(), cycle, timeZone, steps);
      expect(boundaries).toEqual([...new Set(boundaries)].sort());
      expect(await starts(books, date.toISOString(), cycle, timeZone, [39])).toEqual(
        boundaries.slice(39),
      );
    }),
    { numRuns: 60 },
  );
});
