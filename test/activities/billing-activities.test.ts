import { MockActivityEnvironment } from '@temporalio/testing';
import { createBillingActivities } from '../../activities/billing-activities';
import { HoldfastError } from '../../contract/errors';
import { createProofCheck } from '../../tokens/command-proofs';
import { told } from '../ledger/billing/told';
import { granted, newId, TestLedger } from '../ledger/ledger-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const changed: object[] = [];
const tellSubscription = async (key: object) => {
  changed.push(key);
};

const paid = (accountId: string) => {
  const eventId = newId('evt');
  return told(eventId, 'invoice-paid', {
    ...{ accountId, subscriptionId: 's', planId: 'lite-monthly', paymentReference: eventId },
  });
};

test('where proofs are required, an event that tells of a payment fails, and others are applied', async () => {
  const { ledger } = books;
  const secret = 'a secret of more than thirty-two bytes, for tests';
  const checkProof = createProofCheck(
    { mode: 'required', issuer: 'i', audience: 'a', secret },
    () => {},
  );
  const options = { ledger, environment: 'live' as const, tellSubscription };
  const strict = createBillingActivities({ ...options, checkProof });
  const account = newId();
  const event = paid(account);
  await granted(ledger.billing.record(event));
  const run = (activities: typeof strict, key: { source: string; eventId: string }) =>
    new MockActivityEnvironment().run(activities.applyBillingEvent, key);
  const { source, eventId } = event;
  expect(await run(strict, { source, eventId })).toMatchObject({
    ...{ ok: true, value: { state: 'failed', reason: 'PROOF_REQUIRED' } },
  });
  expect(await ledger.subscription(account)).toBeNull();
  const named = { accountId: account, customerId: newId('cus') };
  await granted(ledger.billing.record(told(newId('evt'), 'other', named)));
  const { accountId: _, ...nameless } = paid(account);
  await granted(ledger.billing.record({ ...nameless, customerId: named.customerId }));
  expect(await run(strict, { source, eventId: nameless.eventId })).toMatchObject({
    ...{ ok: true, value: { state: 'failed', reason: 'PROOF_REQUIRED' } },
  });
  const other = told(newId('evt'), 'payment-failed', { accountId: account });
  await granted(ledger.billing.record(other));
  expect(await run(strict, { source, eventId: other.eventId })).toMatchObject({
    ...{ value: { state: 'ignored' } },
  });
  const back = told(newId('evt'), 'payment-refunded', {
    ...{ accountId: account, paymentReference: 'pi_1', refundId: 're_1' },
    ...{ amountCents: 1, currency: 'USD' },
  });
  await granted(ledger.billing.record(back));
  expect(await run(strict, { source, eventId: back.eventId })).toMatchObject({
    ...{ value: { state: 'waiting', reason: 'PURCHASE_NOT_FOUND' } },
  });
});

test('an event that can never be applied fails, and those behind it are applied', async () => {
  const { ledger } = books;
  const account = newId();
  const [poisoned, sound] = [paid(account), paid(account)];
  for (const event of [poisoned, sound]) await granted(ledger.billing.record(event));
  const billing: typeof ledger.billing = {
    ...ledger.billing,
    apply: async (key, environment) => {
      if (key.eventId === poisoned.eventId)
        throw new HoldfastError('LEDGER_RULE_BROKEN', 'A rule was broken.');
      return ledger.billing.apply(key, environment);
    },
  };
  const activities = createBillingActivities({
    ...{ ledger: { billing } as typeof ledger, environment: 'live', tellSubscription },
  });
  const { source, eventId } = sound;
  const outcome = await new MockActivityEnvironment().run(activities.applyBillingEvent, {
    ...{ source, eventId },
  });
  expect(outcome).toMatchObject({ value: { state: 'applied' } });
  expect(changed).toContainEqual({ accountId: account, subscriptionId: 's' });
  expect(await ledger.billing.get({ source, eventId: poisoned.eventId })).toMatchObject({
    ...{ state: 'failed', reason: 'LEDGER_RULE_BROKEN' },
  });
});
