import { newId, refusal, TestLedger } from '../ledger-support';
import { starts } from './calendar-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(() => books.close());

const short = (iso: string) => iso.replace(':00.000Z', 'Z');

test.each([
  [
    'month ends clamp and return',
    '2030-01-31T12:00Z',
    'P1M',
    'UTC',
    [0, 1, 2, 3, 4],
    [
      '2030-01-31T12:00Z',
      '2030-02-28T12:00Z',
      '2030-03-31T12:00Z',
      '2030-04-30T12:00Z',
      '2030-05-31T12:00Z',
    ],
  ],
  [
    'month ends clamp to 29 February in a leap year',
    '2032-01-31T12:00Z',
    'P1M',
    'UTC',
    [1, 2, 13],
    ['2032-02-29T12:00Z', '2032-03-31T12:00Z', '2033-02-28T12:00Z'],
  ],
  [
    'monthly cycles from 29 February start on the 29th, or on 28 February',
    '2032-02-29T00:00Z',
    'P1M',
    'UTC',
    [1, 12, 48],
    ['2032-03-29T00:00Z', '2033-02-28T00:00Z', '2036-02-29T00:00Z'],
  ],
  [
    'yearly cycles from 29 February start on 28 February in common years',
    '2032-02-29T00:00Z',
    'P1Y',
    'UTC',
    [1, 2, 3, 4],
    ['2033-02-28T00:00Z', '2034-02-28T00:00Z', '2035-02-28T00:00Z', '2036-02-29T00:00Z'],
  ],
  [
    'yearly cycles start on 28 February in a century year that has no leap day',
    '2096-02-29T00:00Z',
    'P1Y',
    'UTC',
    [4, 8],
    ['2100-02-28T00:00Z', '2104-02-29T00:00Z'],
  ],
  [
    'the seventh boundary after 31 December is 31 July',
    '2029-12-31T23:59Z',
    'P1M',
    'UTC',
    [2, 7],
    ['2030-02-28T23:59Z', '2030-07-31T23:59Z'],
  ],
  [
    'quarterly cycles from 30 November clamp to 28 February and return',
    '2029-11-30T08:00Z',
    'P3M',
    'UTC',
    [1, 2],
    ['2030-02-28T08:00Z', '2030-05-30T08:00Z'],
  ],
  [
    'Berlin keeps its local noon through both clock changes',
    '2030-03-15T11:00Z',
    'P1M',
    'Europe/Berlin',
    [0, 1, 7, 8],
    ['2030-03-15T11:00Z', '2030-04-15T10:00Z', '2030-10-15T10:00Z', '2030-11-15T11:00Z'],
  ],
  [
    '02:30 that Berlin skips on 31 March is 03:30, and is back next month',
    '2030-01-31T01:30Z',
    'P1M',
    'Europe/Berlin',
    [2, 3],
    ['2030-03-31T01:30Z', '2030-04-30T00:30Z'],
  ],
  [
    '02:30 that Berlin has twice on 27 October is one of the two',
    '2030-09-27T00:30Z',
    'P1M',
    'Europe/Berlin',
    [1, 2],
    ['2030-10-27T01:30Z', '2030-11-27T01:30Z'],
  ],
  [
    'an anchor within the repeated hour stays where it is',
    '2030-10-27T00:30Z',
    'P1M',
    'Europe/Berlin',
    [0, 1],
    ['2030-10-27T00:30Z', '2030-11-27T01:30Z'],
  ],
  [
    'local midnight stays local midnight in Berlin, also at the clock change of 31 March',
    '2030-01-30T23:00Z',
    'P1M',
    'Europe/Berlin',
    [1, 2],
    ['2030-02-27T23:00Z', '2030-03-30T23:00Z'],
  ],
  [
    'New York keeps its local time through both clock changes',
    '2030-02-10T07:30Z',
    'P1M',
    'America/New_York',
    [0, 1, 2, 9],
    ['2030-02-10T07:30Z', '2030-03-10T07:30Z', '2030-04-10T06:30Z', '2030-11-10T07:30Z'],
  ],
  [
    'days are calendar days, not 24 hours',
    '2030-03-30T11:00Z',
    'P1D',
    'Europe/Berlin',
    [1, 2],
    ['2030-03-31T10:00Z', '2030-04-01T10:00Z'],
  ],
  [
    'hours are absolute',
    '2030-03-30T11:00Z',
    'PT24H',
    'Europe/Berlin',
    [1, 2],
    ['2030-03-31T11:00Z', '2030-04-01T11:00Z'],
  ],
  [
    'weeks are seven calendar days',
    '2030-03-25T11:00Z',
    'P1W',
    'Europe/Berlin',
    [1],
    ['2030-04-01T10:00Z'],
  ],
  [
    'a cycle adds months first, then days, then hours',
    '2030-01-31T00:00Z',
    'P1M1DT2H',
    'UTC',
    [1, 2],
    ['2030-03-01T02:00Z', '2030-04-02T04:00Z'],
  ],
  [
    'Kathmandu is 05:45 ahead: its month ends before ours',
    '2030-01-30T18:15Z',
    'P1M',
    'Asia/Kathmandu',
    [1, 2],
    ['2030-02-27T18:15Z', '2030-03-30T18:15Z'],
  ],
  [
    '30 days are no month',
    '2030-01-31T00:00Z',
    'P30D',
    'UTC',
    [1, 2],
    ['2030-03-02T00:00Z', '2030-04-01T00:00Z'],
  ],
] as const)('%s', async (_what, anchor, cycle, timeZone, steps, expected) => {
  expect((await starts(books, anchor, cycle, timeZone, [...steps])).map(short)).toEqual(expected);
});

test('a cycle of seconds counts to the millisecond, however many there are', async () => {
  expect(
    await starts(books, '2030-01-01T00:00:00.001Z', 'PT0.5S', 'Europe/Berlin', [0, 1, 20_000_001]),
  ).toEqual(['2030-01-01T00:00:00.001Z', '2030-01-01T00:00:00.501Z', '2030-04-26T17:46:40.501Z']);
});

describe('a time zone', () => {
  const subscribe = (timeZone: string) =>
    books.ledger.subscriptions.subscribe(newId(), 's', {
      ...{ planId: 'lite-monthly', paymentReference: newId('pay') },
      timeZone,
    });

  test.each([
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'Asia/Kathmandu',
    'UTC',
    'Etc/GMT+5',
  ])('may be %s', async (timeZone) => {
    expect(await subscribe(timeZone)).toMatchObject({
      ok: true,
      value: { subscription: { timeZone } },
    });
  });

  test.each([
    'Mars/Olympus',
    '',
    'europe/berlin',
    'UTC+3',
    'XYZ-5',
    'posix/Europe/Berlin',
    'localtime',
    '../UTC',
    '+02:00',
  ])('can’t be %j', async (timeZone) => {
    expect(await refusal(subscribe(timeZone))).toEqual({
      code: 'INVALID_TIME_ZONE',
      details: { timeZone },
    });
  });
});
