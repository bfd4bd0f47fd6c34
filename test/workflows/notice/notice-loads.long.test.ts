import { SLOW_CALL_MS_MAX } from '../../../activities/support/call-deadline';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { accountWithNotices, Inbox, noticesOf, untilSettled } from './notice-support';

describe('an account’s notices', () => {
  let holdfast: Holdfast;
  let inbox: Inbox;
  beforeEach(async () => {
    holdfast = await openHoldfast();
    inbox = new Inbox();
    await holdfast.startWorker({}, { notifier: { deliver: (notice) => inbox.deliver(notice) } });
  });
  afterEach(() => holdfast.closeSettled());

  test('do not delay a purchase while the receiver of 120 accounts hangs', async () => {
    const accounts = await Promise.all(
      Array.from({ length: 120 }, () => accountWithNotices(holdfast, 1)),
    );
    let hangUp = () => {};
    const hanging = new Promise<void>((resolve) => {
      hangUp = resolve;
    });
    let firstMs = Number.POSITIVE_INFINITY;
    inbox.receive = () => {
      firstMs = Math.min(firstMs, Date.now());
      return hanging;
    };
    // Calls that miss their deadline keep further ones from being made: on a busy machine fewer hang.
    const asManyHangAsWill = async () =>
      inbox.attempts.length >= 100 || Date.now() - firstMs > SLOW_CALL_MS_MAX;
    try {
      await Promise.all(accounts.map((account) => holdfast.ledger.outbox.attend(account)));
      await eventually(asManyHangAsWill);
      const buyer = uniqueId('buyer');
      const { purchases, subscriptions } = holdfast.client;
      const paid = { planId: 'lite-monthly', paymentReference: 'p' };
      await subscriptions.subscribe({ accountId: buyer, subscriptionId: 's', ...paid });
      const pack = { packId: 'pack-125', shownPriceCents: 4900, currency: 'USD' };
      const bought = await purchases.buy(
        { accountId: buyer, purchaseId: 'p', ...pack },
        { timeoutMs: 60_000 },
      );
      expect(bought).toMatchObject({ status: 'granted', credits: 125 });
    } finally {
      hangUp();
    }
    for (const account of accounts) {
      // On a busy machine the first call may not have reached Temporal.
      await holdfast.ledger.outbox.attend(account);
      await untilSettled(holdfast, account, 1);
    }
  });

  test('are delivered in several short runs if there are a hundred', async () => {
    const account = await accountWithNotices(holdfast, 100);
    await holdfast.ledger.outbox.attend(account);
    const { runId: first } = await noticesOf(holdfast, account).describe();
    await untilSettled(holdfast, account, 100);
    const { runId: last, historyLength } = await noticesOf(holdfast, account).describe();
    expect(last).not.toBe(first);
    expect(historyLength).toBeLessThan(450);
    expect(inbox.attempts).toEqual(
      Array.from({ length: 100 }, (_, index) => `${account}/${index + 1}`),
    );
  });
});
