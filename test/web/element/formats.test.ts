import { createFormat } from '../../../web/element/words/format';

const AT = '2026-11-30T23:30:00.000Z';

test.each([
  [
    'en-US',
    'America/New_York',
    { count: '1,200', money: '$49.00', each: '$0.39', day: 'November 30' },
  ],
  [
    'de-DE',
    'Europe/Berlin',
    { count: '1.200', money: '49,00\u00a0$', each: '0,39\u00a0$', day: '1. Dezember' },
  ],
  [
    'en-GB',
    'Asia/Tokyo',
    { count: '1,200', money: 'US$49.00', each: 'US$0.39', day: '1 December' },
  ],
])('%s in %s has its own format of numbers, money and days', (locale, timeZone, expected) => {
  const language = locale.slice(0, 2);
  const format = createFormat(locale, { timeZone, language, now: () => Date.parse(AT) });
  expect({
    count: format.count(1200),
    money: format.money(4900, 'USD'),
    each: format.moneyEach(4900, 'USD', 125),
    day: format.day(AT),
  }).toEqual(expected);
  expect(format.full(AT)).toMatch(/2026/);
});

test('a day of another year says so', () => {
  const format = createFormat('en-GB', {
    timeZone: 'UTC',
    now: () => Date.parse('2025-11-30T12:00:00.000Z'),
  });
  expect([format.day('2025-12-01T00:00:00.000Z'), format.day(AT)]).toEqual([
    '1 December',
    '30 November 2026',
  ]);
});

test('an amount has as many decimals as its currency', () => {
  const format = createFormat('en', { timeZone: 'UTC' });
  expect(format.money(4900, 'JPY')).toBe('¥4,900');
  expect(format.money(4900, 'KWD')).toBe('KWD\u00a04.900');
});

test('a price of less than a cent shows two digits', () => {
  const format = createFormat('en', { timeZone: 'UTC' });
  expect([format.moneyEach(100, 'USD', 255), format.money(7, 'USD')]).toEqual(['$0.0039', '$0.07']);
});

test.each([
  ['en', '2026-11-30T00:00:00.000Z', 'Today'],
  ['de', '2026-11-29T23:59:59.999Z', 'Gestern'],
  ['en-GB', '2026-11-28T23:59:59.999Z', '28 November'],
  ['en-GB', '2026-12-01T00:00:00.000Z', '1 December'],
])('in %s the heading of what happened at %s is %s', (locale, at, heading) => {
  const language = locale.slice(0, 2);
  const format = createFormat(locale, { timeZone: 'UTC', language, now: () => Date.parse(AT) });
  expect(format.recentDay(at)).toBe(heading);
});

test.each([
  ['2026-11-30T23:59:00.000Z', 'today'],
  ['2026-12-01T00:01:00.000Z', 'tomorrow'],
  ['2026-12-07T10:00:00.000Z', 'in 7 days'],
])('%s is %s, counted by the calendar', (at, words) => {
  expect(createFormat('en', { timeZone: 'UTC' }).until(at, Date.parse(AT))).toBe(words);
});

test('seconds are written as whole numbers or with their fraction', () => {
  const format = createFormat('en', { timeZone: 'UTC' });
  expect([format.seconds(1), format.seconds(8), format.seconds(3.001)]).toEqual([
    '1 second',
    '8 seconds',
    '3.001 seconds',
  ]);
});

test.each([
  ['en-US', 'Pacific/Apia', 'Nov 30', '−1,200', '+125'],
  ['de-DE', 'America/Los_Angeles', '30. Nov.', '−1.200', '+125'],
])(
  '%s in %s writes a calendar’s day as %s, and changes of credits as %s and %s',
  (locale, timeZone, day, minus, plus) => {
    const format = createFormat(locale, { timeZone, language: locale.slice(0, 2) });
    expect(format.shortDay('2026-11-30')).toBe(day);
    expect([format.change(-1200), format.change(125), format.change(0)]).toEqual([
      minus,
      plus,
      '0',
    ]);
  },
);

test('dates and digits keep the language of the words, in the visitor’s region', () => {
  const english = createFormat('pl-PL', { timeZone: 'UTC', now: () => Date.parse(AT) });
  expect(english.locale).toBe('en-PL');
  expect([english.day(AT), english.until('2026-12-07T10:00:00.000Z', Date.parse(AT))]).toEqual([
    '30 November',
    'in 7 days',
  ]);
  const german = createFormat('de-DE', { timeZone: 'UTC', language: 'de' });
  expect(german.seconds(3.5)).toBe('3,5 Sekunden');
});
