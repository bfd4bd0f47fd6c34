import { granted, later, newId } from '../ledger-support';
import { SubscriptionBooks } from './subscription-support';

const CYCLES = [
  'P1Y',
  'P12M',
  'P52W',
  'P53W',
  'P365D',
  'P366D',
  'P1M',
  'P4W',
  'P30D',
  'P31D',
  'PT743H',
  'PT744H',
];
let subs: SubscriptionBooks;

beforeAll(async () => {
  const plans = CYCLES.map((cycle) => [idOf(cycle), { name: cycle, credits: 10, cycle }]);
  subs = await SubscriptionBooks.open({ plans: Object.fromEntries(plans) });
});
afterEach(async () => {
  await subs.reset();
  await subs.expectBalanced();
});
afterAll(() => subs.books.close());

function idOf(cycle: string): string {
  return `each-${cycle.toLowerCase()}`;
}

/** The effect of a paid change on the sixth day of a cycle that began then. */
async function effectOf(
  from: string,
  to: string,
  start: string,
  timeZone = 'UTC',
): Promise<string> {
  await subs.books.setClock(start);
  const account = await subs.subscribed(idOf(from), timeZone);
  await subs.books.setClock(later(start, 6 * 86_400_000));
  const body = { planId: idOf(to), paymentReference: newId('pay') };
  const { effect, paymentUsed } = await granted(
    subs.subscriptions.changePlan(account, 's', 'k', body),
  );
  expect(paymentUsed).toBe(effect === 'longer-cycle');
  return effect;
}

describe('a plan with another cycle begins at once only where its first one, from the start of the cycle that runs, ends later', () => {
  test.each([
    // A year is no longer than 52 weeks by much, but it is.
    ['P1Y', 'P52W', '2030-01-01T00:00:00Z', 'at-boundary'],
    ['P52W', 'P1Y', '2030-01-01T00:00:00Z', 'longer-cycle'],
    ['P1Y', 'P53W', '2030-01-01T00:00:00Z', 'longer-cycle'],
    ['P12M', 'P52W', '2030-01-01T00:00:00Z', 'at-boundary'],
    ['P1Y', 'P12M', '2030-01-01T00:00:00Z', 'at-boundary'],
    ['P12M', 'P1Y', '2030-01-01T00:00:00Z', 'at-boundary'],
    // 2032 is a leap year, 2030 is none.
    ['P365D', 'P1Y', '2032-01-01T00:00:00Z', 'longer-cycle'],
    ['P365D', 'P1Y', '2030-01-01T00:00:00Z', 'at-boundary'],
    ['P1Y', 'P366D', '2032-01-01T00:00:00Z', 'at-boundary'],
    ['P1Y', 'P366D', '2030-01-01T00:00:00Z', 'longer-cycle'],
    ['P365D', 'P1Y', '2031-03-01T00:00:00Z', 'longer-cycle'],
    // A month is as long as the one that has begun.
    ['P1M', 'P4W', '2030-02-01T00:00:00Z', 'at-boundary'],
    ['P4W', 'P1M', '2030-02-01T00:00:00Z', 'at-boundary'],
    ['P4W', 'P1M', '2032-02-01T00:00:00Z', 'longer-cycle'],
    ['P4W', 'P1M', '2030-03-01T00:00:00Z', 'longer-cycle'],
    ['P30D', 'P1M', '2030-01-01T00:00:00Z', 'longer-cycle'],
    ['P30D', 'P1M', '2030-02-01T00:00:00Z', 'at-boundary'],
    ['P30D', 'P1M', '2030-04-01T00:00:00Z', 'at-boundary'],
    ['P1M', 'P30D', '2030-01-01T00:00:00Z', 'at-boundary'],
    ['P1M', 'P30D', '2030-02-01T00:00:00Z', 'longer-cycle'],
    ['P1M', 'P31D', '2030-01-01T00:00:00Z', 'at-boundary'],
    ['P1M', 'P31D', '2030-04-01T00:00:00Z', 'longer-cycle'],
  ])('%s → %s from %s: %s', async (from, to, start, effect) => {
    expect(await effectOf(from, to, start)).toBe(effect);
  });

  test.each([
    // In Berlin an hour of March is left out.
    ['P1M', 'PT744H', 'Europe/Berlin', '2030-02-28T23:00:00Z', 'longer-cycle'],
    ['P1M', 'PT743H', 'Europe/Berlin', '2030-02-28T23:00:00Z', 'at-boundary'],
    ['PT743H', 'P1M', 'Europe/Berlin', '2030-02-28T23:00:00Z', 'at-boundary'],
    ['P1M', 'PT744H', 'UTC', '2030-03-01T00:00:00Z', 'at-boundary'],
    ['PT743H', 'P1M', 'UTC', '2030-03-01T00:00:00Z', 'longer-cycle'],
  ])('%s → %s in %s from %s: %s', async (from, to, timeZone, start, effect) => {
    expect(await effectOf(from, to, start, timeZone)).toBe(effect);
  });

  test('with the real length of the cycle that runs, also where its month began at another month’s end', async () => {
    await subs.books.setClock('2030-01-31T00:00:00Z');
    const account = await subs.subscribed(idOf('P1M'));
    await granted(subs.renew(account));
    // From 28 February to 31 March: longer than 30 days, though 28 days lie between the dates of two months.
    await subs.books.setClock('2030-03-05T00:00:00Z');
    const change = (planId: string) =>
      granted(
        subs.subscriptions.changePlan(account, 's', planId, {
          planId,
          paymentReference: newId('pay'),
        }),
      );
    expect(await change(idOf('P30D'))).toMatchObject({ effect: 'at-boundary' });
    expect(await change(idOf('P31D'))).toMatchObject({ effect: 'at-boundary' });
    expect(await change(idOf('P52W'))).toMatchObject({ effect: 'longer-cycle' });
  });
});
