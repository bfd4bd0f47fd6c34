import { atOnce } from '../../ledger/ledger-support';
import { LITE, LONG_TIMEOUT, Subscribers } from './subscribers';

const CLIENTS = 20;

describe('twenty clients at once', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open();
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  test('that send the same subscribe get the same answer, and at most one of them began it', async () => {
    const accountId = subs.newAccount();
    const request = { accountId, subscriptionId: 's', planId: LITE, paymentReference: 'pay-1' };
    const answers = await atOnce(CLIENTS, () =>
      subs.subscriptions.subscribe(request, LONG_TIMEOUT),
    );
    expect(new Set(answers.map(({ granted }) => JSON.stringify(granted))).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
    expect(await subs.balance(accountId)).toMatchObject({ available: 150, granted: 150 });
  });

  test('that report the same payment pay one cycle', async () => {
    const account = await subs.subscribed();
    const answers = await atOnce(CLIENTS, () => subs.renew(account, 'same'));
    // There may be none, if the task with the first answer was lost.
    expect(answers.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
    expect(new Set(answers.map(({ subscription }) => subscription.validUntil)).size).toBe(1);
    expect(await subs.subscription(account)).toMatchObject({ paidCycle: 2, paidAhead: 1 });
  });

  test('that report payments of their own pay a cycle each, one after the other', async () => {
    const account = await subs.subscribed();
    const answers = await atOnce(CLIENTS, (index) => subs.renew(account, `pay-${index}`));
    const paid = answers.map(({ subscription }) => subscription.paidCycle).sort((a, b) => a - b);
    expect(paid).toEqual(Array.from({ length: CLIENTS }, (_, index) => index + 2));
    expect(await subs.subscription(account)).toMatchObject({ paidCycle: CLIENTS + 1, cycle: 1 });
    expect(await subs.balance(account)).toMatchObject({ granted: 150 });
  });
});
