import { later, newId, refusal, START } from '../ledger-support';
import { ADVANCED, FEBRUARY, LITE, PROFESSIONAL } from '../subscription/subscription-support';
import { BillingBooks, eventOf, type Said } from './billing-support';

let told: BillingBooks;
beforeAll(async () => {
  told = await BillingBooks.open();
});
beforeEach(() => told.subs.reset());
afterEach(() => told.subs.expectBalanced());
afterAll(() => told.books.close());

const minute = (n: number) => later(START, n * 60_000);
const balanceOf = (account: string) => told.subs.balance(account);

/** What a billing system says of one account. */
function saysOf(accountId: string) {
  const of = { accountId, subscriptionId: 's' };
  return {
    paid: (reference: string, more: Partial<Said> = {}): Said => ({
      ...{ type: 'invoice-paid', ...of, priceId: 'price_lite', paymentReference: reference },
      ...more,
    }),
    changed: (more: Partial<Said>): Said => ({ type: 'subscription-changed', ...of, ...more }),
    ended: (more: Partial<Said> = {}): Said => ({ type: 'subscription-ended', ...of, ...more }),
    pack: (reference: string, more: Partial<Said> = {}): Said => ({
      ...{ type: 'pack-paid', accountId, packId: 'pack-125', paymentReference: reference },
      ...more,
    }),
    plain: (type: string, more: Partial<Said> = {}): Said => ({ type, ...of, ...more }),
  };
}

test('a first payment begins its subscription, the next one renews it, and the same again changes nothing', async () => {
  const account = newId();
  const { paid } = saysOf(account);
  const first = await told.told(paid('inv-1'));
  expect(first).toMatchObject({ state: 'received', attempts: 0, endedAt: null });
  expect(await told.apply(first)).toMatchObject({ state: 'applied', reason: null, attempts: 1 });
  expect(await told.apply(first)).toMatchObject({ state: 'applied', attempts: 1 });
  await told.books.setClock(later(FEBRUARY, -1));
  expect(await told.tell(paid('inv-2', { occurredAt: minute(5) }))).toMatchObject({
    state: 'applied',
  });
  expect(await told.subs.subscription(account)).toMatchObject({ planId: LITE, paidAhead: 1 });
  expect(await told.tell(paid('inv-2'))).toMatchObject({ state: 'applied', reason: 'paid-before' });
  expect(await told.subs.subscription(account)).toMatchObject({ paidAhead: 1 });
});

test('the same id with another body is a conflict, and what could not be read may be told again', async () => {
  const account = newId();
  const event = eventOf(saysOf(account).paid('inv-1'));
  await told.billing.record(event);
  expect(await told.billing.record(event)).toMatchObject({ ok: true, replayed: true });
  const other = await refusal(told.billing.record({ ...event, paymentReference: 'inv-2' }));
  expect(other).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  const unread = eventOf({ type: 'unread', problem: 'BILLING_API_VERSION' });
  expect(await told.tell(unread)).toMatchObject({ state: 'failed', reason: 'BILLING_API_VERSION' });
  const read = { ...event, eventId: unread.eventId };
  expect(await told.tell(read)).toMatchObject({ state: 'applied' });
  expect(await told.billing.record(unread)).toMatchObject({ ok: false });
});

test('a pack is granted once for its payment, whichever event tells of it, and needs a subscription', async () => {
  const account = newId();
  const { paid, pack } = saysOf(account);
  const early = await told.tell(pack('pi_1'));
  expect(early).toMatchObject({ state: 'waiting', reason: 'SUBSCRIPTION_REQUIRED' });
  await told.tell(paid('inv-1'));
  expect(await told.apply(early)).toMatchObject({ state: 'applied', attempts: 2 });
  const again = await told.tell(paid('pi_1', { priceId: 'price_pack' }));
  expect(again).toMatchObject({ state: 'applied', reason: 'paid-before' });
  expect(await balanceOf(account)).toMatchObject({ available: 275, granted: 275 });
  const purchase = await told.books.ledger.purchase(account, 'paid-pi_1');
  expect(purchase).toMatchObject({ status: 'granted', priceCents: 4_900, paymentId: 'pi_1' });
  const slashes = await told.tell(pack('2030/01'));
  expect(slashes.details).toMatchObject({
    purchaseId: expect.stringMatching(/^paid-[0-9a-f]{64}$/),
  });
});

test.each([
  ['another currency', { amountCents: 4_900, currency: 'EUR' }, 'AMOUNT_MISMATCH'],
  ['another amount', { amountCents: 100, currency: 'USD' }, 'AMOUNT_MISMATCH'],
  ['an unmapped price', { packId: undefined, priceId: 'price_none' }, 'UNMAPPED_PRICE'],
  ['an unknown pack', { packId: 'none' }, 'UNKNOWN_PACK'],
  ['no payment', { paymentReference: undefined }, 'BILLING_EVENT_INCOMPLETE'],
  ['a cycle’s payment', { paymentReference: 'inv-1' }, 'IDEMPOTENCY_CONFLICT'],
  ['no account', { accountId: undefined }, 'BILLING_ACCOUNT_MISSING'],
])('a pack that was paid with %s fails, and grants nothing', async (_what, wrong, code) => {
  const account = newId();
  const { paid, pack } = saysOf(account);
  await told.tell(paid('inv-1'));
  const failed = await told.tell(pack(newId('pi'), wrong));
  expect(failed).toMatchObject({ state: 'failed', reason: code });
  expect(await balanceOf(account)).toMatchObject({ granted: 150 });
  const { stuck } = await told.books.ledger.interventions.stuck(1_000, 60_000);
  const id = `${failed.source}/${failed.eventId}`;
  expect(stuck.filter((line) => line.id === id)).toMatchObject([
    { what: 'billing-event', problem: 'not-applied', detail: `pack-paid, ${code}` },
  ]);
});

test.each([
  ['a failed payment', 'payment-failed', {}, 'ignored', 'lapses-unpaid'],
  ['what nobody knows', 'customer.created', {}, 'ignored', 'unknown-type'],
  ['another product’s invoice', 'invoice-paid', { accountId: undefined }, 'ignored', 'no-account'],
  [
    'the other environment',
    'invoice-paid',
    { environment: 'test' },
    'refused',
    'OTHER_ENVIRONMENT',
  ],
  ['a beginning that nothing has paid', 'subscription-started', {}, 'ignored', 'not-paid'],
] as const)('%s changes nothing', async (_what, type, more, state, reason) => {
  const account = newId();
  const event = await told.tell(saysOf(account).plain(type, more));
  expect(event).toMatchObject({ state, reason, endedAt: START });
  expect(await told.books.ledger.subscription(account)).toBeNull();
});

test('of what is told about one setting the newest holds, whatever the order', async () => {
  const account = newId();
  const { paid, plain, changed } = saysOf(account);
  await told.tell(paid('inv-1'));
  const cancelled = (n: number) => plain('subscription-cancelled', { occurredAt: minute(n) });
  const resumed = (n: number) => plain('subscription-resumed', { occurredAt: minute(n) });
  expect(await told.tell(resumed(3))).toMatchObject({
    ...{ state: 'applied', reason: 'SUBSCRIPTION_NOT_CANCELLED' },
  });
  expect(await told.tell(cancelled(2))).toMatchObject({ state: 'ignored', reason: 'outdated' });
  const snapshot = { occurredAt: minute(4), cancelAtPeriodEnd: true, priceId: 'price_lite' };
  expect(await told.tell(changed(snapshot))).toMatchObject({ state: 'applied' });
  expect(await told.tell(resumed(3))).toMatchObject({ state: 'ignored' });
  expect(await told.subs.subscription(account)).toMatchObject({ cancelAtPeriodEnd: true });
});

test('a larger plan waits for its payment, which counts however late', async () => {
  const account = newId();
  const { paid, changed } = saysOf(account);
  await told.tell(paid('inv-1'));
  const larger = { priceId: 'price_advanced', occurredAt: minute(2) };
  const unpaid = await told.tell(changed(larger));
  expect(unpaid).toMatchObject({ state: 'waiting', reason: 'PAYMENT_REFERENCE_REQUIRED' });
  const payment = changed({ ...larger, paymentReference: 'inv-2', occurredAt: minute(1) });
  expect(await told.tell(payment)).toMatchObject({ state: 'applied', reason: null });
  expect(await told.apply(unpaid)).toMatchObject({ state: 'applied' });
  expect(await told.subs.subscription(account)).toMatchObject({ planId: ADVANCED });
  expect(await told.tell(payment)).toMatchObject({ state: 'applied', reason: 'paid-before' });
  const unused = await told.tell(changed({ ...larger, paymentReference: 'inv-3' }));
  expect(unused).toMatchObject({ state: 'failed', reason: 'PAYMENT_NOT_USED' });
});

test('a renewal pays the plan that its invoice names, and a plan told newer holds afterwards', async () => {
  const account = newId();
  const { paid, changed } = saysOf(account);
  await told.tell(paid('inv-1', { priceId: 'price_pro' }));
  const smaller = changed({ priceId: 'price_lite', occurredAt: minute(9) });
  expect(await told.tell(smaller)).toMatchObject({ state: 'applied' });
  const renewal = paid('inv-2', { priceId: 'price_pro', occurredAt: minute(5) });
  await told.books.setClock(minute(10));
  expect(await told.tell(renewal)).toMatchObject({ state: 'applied' });
  expect(await told.subs.subscription(account)).toMatchObject({
    ...{ paidAhead: 1, nextPlanId: LITE, scheduledPlanId: LITE, planId: PROFESSIONAL },
  });
  const next = paid('inv-3', { priceId: 'price_advanced', occurredAt: minute(10) });
  expect(await told.tell(next)).toMatchObject({ state: 'applied' });
  expect(await told.subs.subscription(account)).toMatchObject({
    ...{ paidAhead: 2, nextPlanId: ADVANCED, scheduledPlanId: null },
  });
  const unknown = await told.tell(paid('inv-4', { priceId: undefined, planId: 'none' }));
  expect(unknown).toMatchObject({ state: 'failed', reason: 'UNKNOWN_PLAN' });
});

test('what is about a subscription that never comes ends after three days: a payment for an operator, the rest as nothing', async () => {
  const { paid, ended, plain } = saysOf(newId());
  const payment = await told.tell(paid('inv-1', { priceId: undefined }));
  const end = await told.tell(ended());
  const cancel = await told.tell(plain('subscription-cancelled'));
  expect([payment, end, cancel].map(({ state }) => state)).toEqual(Array(3).fill('waiting'));
  await told.books.setClock(later(START, 3 * 86_400_000 - 1));
  expect(await told.apply(payment)).toMatchObject({ state: 'waiting', attempts: 2 });
  await told.books.setClock(later(START, 3 * 86_400_000));
  expect(await told.apply(payment)).toMatchObject({ state: 'failed' });
  expect(await told.apply(end)).toMatchObject({ state: 'ignored' });
  expect(await told.apply(cancel)).toMatchObject({ state: 'ignored' });
});

test('a payment that is told after the end at once waits for an operator', async () => {
  const account = newId();
  const { paid, ended } = saysOf(account);
  await told.tell(paid('inv-1'));
  await told.books.setClock(minute(11));
  expect(await told.tell(ended({ occurredAt: minute(9) }))).toMatchObject({ state: 'applied' });
  expect(await told.tell(ended({ occurredAt: minute(10) }))).toMatchObject({ state: 'applied' });
  const late = await told.tell(paid('inv-2', { occurredAt: minute(5) }));
  expect(late).toMatchObject({ state: 'failed', reason: 'SUBSCRIPTION_ENDED' });
  expect(await balanceOf(account)).toMatchObject({ available: 0, granted: 150, expired: 150 });
});

test('an operator has an event applied again, or closes it, once, with a reason and a name', async () => {
  const account = newId();
  const { paid } = saysOf(account);
  const { source, eventId } = await told.tell(paid('inv-1', { priceId: 'price_later' }));
  const word = { source, eventId, reason: 'Ticket 4711', by: 'sam' };
  expect(await refusal(told.billing.retry({ ...word, eventId: 'none' }))).toMatchObject({
    code: 'BILLING_EVENT_NOT_FOUND',
  });
  expect(await told.billing.close(word)).toMatchObject({ value: { state: 'closed' } });
  expect(await told.billing.close(word)).toMatchObject({ replayed: true });
  await told.subs.setCatalog({ billingPrices: { price_later: { planId: LITE } } });
  expect(await told.billing.retry(word)).toMatchObject({ value: { state: 'received' } });
  expect(await told.billing.retry(word)).toMatchObject({ replayed: true });
  expect(await told.apply({ source, eventId })).toMatchObject({ state: 'applied' });
  for (const act of ['retry', 'close'] as const)
    expect(await refusal(told.billing[act](word))).toMatchObject({ code: 'BILLING_EVENT_APPLIED' });
  const { acts } = await told.books.ledger.acts.read({ accountId: account, limit: 50 });
  const detail = { source, eventId };
  expect(acts).toMatchObject([
    { what: 'retry-event', detail, reason: 'Ticket 4711', by: 'sam' },
    { what: 'close-event', detail, reason: 'Ticket 4711', by: 'sam' },
  ]);
});

test('events are read in pages, by state and account', async () => {
  const account = newId();
  const { plain } = saysOf(account);
  for (let n = 0; n < 3; n += 1) await told.tell(plain('payment-failed'));
  const first = await told.billing.read({ accountId: account, limit: 2, state: 'ignored' });
  expect(first.events.map(({ accountId }) => accountId)).toEqual([account, account]);
  const before = first.next ?? 0;
  expect(await told.billing.read({ accountId: account, limit: 2, before })).toMatchObject({
    ...{ next: null, events: [{ type: 'payment-failed' }] },
  });
  expect(await told.billing.read({ accountId: account, limit: 2, state: 'failed' })).toEqual({
    ...{ events: [], next: null },
  });
});
