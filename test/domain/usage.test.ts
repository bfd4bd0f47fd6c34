import { checkUsageRange, type UsageSlice } from '../../contract/usage';
import { usagePerDay, usageSince } from '../../domain/usage-per-day';

const slice = (from: string, kind = 'ai-avatar', credits = 1): UsageSlice => ({
  from,
  kind,
  credits,
  generations: 1,
});

function perDay(slices: UsageSlice[], range: { days: number; timeZone: string }, now: string) {
  const { days } = usagePerDay('acme', slices, range, new Date(now));
  return Object.fromEntries(
    days.map(({ day, kinds }) => [day, kinds.map(({ kind, credits }) => `${kind} ${credits}`)]),
  );
}

test('every day of the range is there, and each charge on its day', () => {
  const slices = [
    slice('2026-01-30T23:45:00Z'),
    slice('2026-01-31T00:00:00Z', 'text-to-image', 2),
    slice('2026-01-31T12:00:00Z', 'ai-avatar', 4),
    slice('2026-01-31T12:15:00Z', 'ai-avatar', 5),
  ];
  expect(perDay(slices, { days: 3, timeZone: 'UTC' }, '2026-02-01T10:00:00Z')).toEqual({
    '2026-01-30': ['ai-avatar 1'],
    '2026-01-31': ['ai-avatar 9', 'text-to-image 2'],
    '2026-02-01': [],
  });
});

test.each([
  ['Europe/Berlin', '2026-01-31T23:00:00Z', '2026-02-01'],
  ['Asia/Kathmandu', '2026-01-31T18:15:00Z', '2026-02-01'],
  ['Asia/Kathmandu', '2026-01-31T18:00:00Z', '2026-01-31'],
  ['Pacific/Kiritimati', '2026-01-31T10:00:00Z', '2026-02-01'],
  ['America/Los_Angeles', '2026-02-01T07:45:00Z', '2026-01-31'],
])('a day is a day of %s: %s is on %s', (timeZone, from, day) => {
  expect(perDay([slice(from)], { days: 3, timeZone }, '2026-02-01T12:00:00Z')).toMatchObject({
    [day]: ['ai-avatar 1'],
  });
});

test('days on which the clock is put forward or back are there once', () => {
  const days = Object.keys(
    perDay([], { days: 4, timeZone: 'Europe/Berlin' }, '2026-03-30T22:30:00Z'),
  );
  expect(days).toEqual(['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31']);
});

test('what is read reaches back to the beginning of the first day in any time zone', () => {
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
    const now = new Date('2026-02-01T12:00:00Z');
    const since = new Date(usageSince({ days: 2, timeZone }, now));
    const [first] = usagePerDay('acme', [], { days: 2, timeZone }, now).days;
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(since);
    expect(day < (first?.day ?? '')).toBe(true);
  }
});

test.each([{ days: 0 }, { days: 367 }, { days: 1.5 }, { days: Number.NaN }])(
  '%j is refused',
  (range) => {
    expect(() => checkUsageRange(range)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  },
);

test.each(['Mars/Olympus', '', '+01:00', 'Europe/Berlin\0', 'x'.repeat(9_999)])(
  'the time zone %j is refused',
  (timeZone) => {
    expect(() => checkUsageRange({ timeZone })).toThrow(
      expect.objectContaining({ code: 'INVALID_TIME_ZONE' }),
    );
  },
);
