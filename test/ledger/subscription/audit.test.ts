import { granted, later, START } from '../ledger-support';
import { FEBRUARY, HOUR_MS, PROFESSIONAL, SubscriptionBooks } from './subscription-support';

let subs: SubscriptionBooks;
let account: string;

beforeAll(async () => {
  subs = await SubscriptionBooks.open();
  await subs.reset();
  account = await busyAccount();
  await busyAccount();
});
afterAll(() => subs.books.close());

/** Upgraded, renewed ahead, lapsed and booked, in its second term; then a cycle is due that has been granted. */
async function busyAccount(): Promise<string> {
  await subs.reset();
  const id = await subs.subscribed();
  const change = { planId: PROFESSIONAL, paymentReference: `up-${id}` };
  await granted(subs.subscriptions.changePlan(id, 's', 'k', change));
  await subs.books.setClock(later(FEBRUARY, HOUR_MS));
  await granted(subs.subscriptions.expireTerm(id, 's', 1));
  await granted(subs.renew(id));
  await granted(subs.renew(id));
  await subs.books.setClock('2030-03-05T00:00:00.000Z');
  await granted(subs.subscriptions.grantCycles(id, 's'));
  return id;
}

const brokenBy = (damage: string) => subs.books.brokenBy(damage, account);

const ACCOUNT = 'WHERE account_id = $account';

test('the audit of an undamaged ledger finds nothing', () => subs.books.expectBalanced());

test.each([
  ['cycle-granted-once', `UPDATE holdfast.cycles SET grant_id = NULL ${ACCOUNT} AND cycle = 3`],
  ['paid-cycle-granted', `UPDATE holdfast.cycles SET grant_id = NULL ${ACCOUNT} AND cycle = 3`],
  ['cycle-granted-once', `UPDATE holdfast.cycles SET grant_id = 1 ${ACCOUNT} AND cycle = 3`],
  ['cycle-granted-once', `DELETE FROM holdfast.idempotency_keys ${ACCOUNT} AND key = 'cycle:s:3'`],
  ['cycle-granted-once', `DELETE FROM holdfast.cycles ${ACCOUNT} AND cycle = 2`],
  ['cycle-granted-once', `UPDATE holdfast.grants SET term = 1 ${ACCOUNT} AND cycle = 3`],
  [
    'cycle-granted-once',
    `UPDATE holdfast.cycles SET starts_at = starts_at + interval '1 month' ${ACCOUNT} AND cycle = 3`,
  ],
  [
    'cycle-grants-within-best-plan',
    `UPDATE holdfast.grants SET credits = credits + 1 ${ACCOUNT} AND cycle = 3`,
  ],
  [
    'cycle-grants-within-best-plan',
    `UPDATE holdfast.grants SET cycle = 3 ${ACCOUNT} AND cycle = 2`,
  ],
  ['cycles-paid-and-gap-free', `DELETE FROM holdfast.payments ${ACCOUNT} AND cycle = 2`],
  ['cycles-paid-and-gap-free', `DELETE FROM holdfast.cycles ${ACCOUNT} AND cycle = 2`],
  ['cycles-paid-and-gap-free', `UPDATE holdfast.cycles SET term = 3 ${ACCOUNT} AND cycle = 2`],
  [
    'cycles-follow-calendar',
    `UPDATE holdfast.cycles SET ends_at = ends_at + interval '1 s' ${ACCOUNT} AND cycle = 2`,
  ],
  [
    'cycles-follow-calendar',
    `UPDATE holdfast.cycles SET starts_at = starts_at - interval '3 days', ends_at = ends_at - interval '3 days' ${ACCOUNT}`,
  ],
  ['subscription-follows-cycles', `UPDATE holdfast.subscriptions SET paid_cycle = 4 ${ACCOUNT}`],
  ['subscription-follows-cycles', `UPDATE holdfast.subscriptions SET granted_cycle = 2 ${ACCOUNT}`],
  [
    'subscription-follows-cycles',
    `UPDATE holdfast.subscriptions SET plan_id = 'lite-monthly' ${ACCOUNT}`,
  ],
  ['subscription-follows-cycles', `UPDATE holdfast.subscriptions SET term = 3 ${ACCOUNT}`],
  ['subscription-follows-cycles', `DELETE FROM holdfast.cycles ${ACCOUNT}`],
  ['terms-in-order', `DELETE FROM holdfast.terms ${ACCOUNT} AND change = 1`],
  [
    'terms-in-order',
    `UPDATE holdfast.terms SET at = at + interval '1 year' ${ACCOUNT} AND change = 1`,
  ],
  ['terms-in-order', `UPDATE holdfast.terms SET term = 7 ${ACCOUNT} AND change = 1`],
  [
    'terms-give-validity',
    `UPDATE holdfast.accounts SET valid_until = valid_until + interval '1 ms' ${ACCOUNT}`,
  ],
  ['terms-give-validity', `UPDATE holdfast.accounts SET term = 3 ${ACCOUNT}`],
  ['terms-give-validity', `DELETE FROM holdfast.terms ${ACCOUNT}`],
  [
    'validity-follows-payments',
    `UPDATE holdfast.accounts SET valid_until = valid_until + interval '1 month' ${ACCOUNT}`,
  ],
  [
    'validity-follows-payments',
    `UPDATE holdfast.accounts SET valid_until = valid_until - interval '1 ms' ${ACCOUNT}`,
  ],
  ['validity-follows-payments', `UPDATE holdfast.accounts SET booked_term = term ${ACCOUNT}`],
  ['booked-term-is-empty', `UPDATE holdfast.accounts SET booked_term = term ${ACCOUNT}`],
])('the audit finds %s broken: %s', async (invariant, damage) => {
  expect(await brokenBy(damage)).toContain(invariant);
});

test.each([
  ['accepts', 'two intervals', 120_000, []],
  ['finds', 'a millisecond more than two intervals', 120_001, ['paid-cycle-granted']],
] as const)(
  'the audit %s a paid cycle that is not granted %s after its boundary',
  async (_does, _when, ms, expected) => {
    await subs.reset();
    const late = await subs.subscribed();
    await granted(subs.renew(late));
    await subs.books.setClock(later(FEBRUARY, ms));
    const { violations } = await subs.books.audit();
    expect(
      violations.filter(({ accountId }) => accountId === late).map(({ invariant }) => invariant),
    ).toEqual(expected);
    await granted(subs.subscriptions.grantCycles(late, 's'));
  },
);

test('a payment that is told late is granted at once, so the audit has nothing to wait for', async () => {
  await subs.reset();
  const late = await subs.subscribed();
  await subs.books.setClock(later(FEBRUARY, 50 * 60_000));
  expect(await granted(subs.renew(late, START))).toMatchObject({ granted: [{ cycle: 2 }] });
  await subs.books.expectBalanced();
});
