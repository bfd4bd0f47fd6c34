import type { PaymentProvider, PaymentState } from '../../../providers/payment-provider';
import { TransientProviderError } from '../../../providers/provider-errors';
import { purchaseWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { describeTimeSkipping } from '../../support/time-skipping';
import {
  ACCOUNT,
  DAY_MS,
  expectOnTime,
  grant,
  HOUR_MS,
  lapse,
  later,
  openCalendar,
} from './calendar-support';

const PACK = { accountId: ACCOUNT, purchaseId: 'p1', packId: 'pack-125', shownPriceCents: 4900 };
const WORKFLOW_ID = purchaseWorkflowId(ACCOUNT, 'p1');

const PENDING: PaymentState = { state: 'pending', paymentId: 'pay_1' };
const PAID: PaymentState = { state: 'paid', paymentId: 'pay_1' };

/** A payment service with one payment, whose state the test sets. */
class OnePayment implements PaymentProvider {
  readonly calls: string[] = [];

  constructor(public standing: PaymentState) {}

  async charge(): Promise<PaymentState> {
    this.calls.push('charge');
    if (this.standing.state === 'unknown') throw new TransientProviderError('The service is away.');
    return this.standing;
  }

  async state(): Promise<PaymentState> {
    this.calls.push('state');
    return this.standing;
  }

  async void(): Promise<void> {
    this.calls.push('void');
    if (this.standing.state !== 'paid')
      this.standing = { state: 'voided', paymentId: null, reason: 'voided' };
  }

  async refund(): Promise<PaymentState> {
    this.calls.push('refund');
    this.standing = { state: 'refunded', paymentId: 'pay_1' };
    return this.standing;
  }

  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }
}

describeTimeSkipping('a purchase', () => {
  test('whose charge fails for longer than a quarter of an hour is voided, and never charged', async () => {
    const payments = new OnePayment({ state: 'unknown' });
    const { work, subscribe, environment, purchases, journal, expectClean } = await openCalendar();
    await work({ payments });
    await subscribe('lite-yearly');
    const bought = purchases.buy(PACK);
    await eventually(async () => payments.count('charge') > 0);
    await environment.sleep('14 minutes');
    expect(payments.count('void')).toBe(0);
    await environment.sleep('2 minutes');
    expect(await bought).toMatchObject({ status: 'voided' });
    expect(payments.calls.slice(-2)).toEqual(['void', 'state']);
    const made = payments.calls.length;
    await environment.sleep('1 day');
    expect(payments.calls).toHaveLength(made);
    expect(await journal()).toMatchObject([grant(1, 300, 'lite-yearly')]);
    await expectClean();
  });

  test('that is pending for ten days is looked at in short runs, and granted when it has been paid', async () => {
    const payments = new OnePayment(PENDING);
    const { work, subscribe, purchases, ledger, sleepUntil, journal, ...calendar } =
      await openCalendar();
    await work({ payments });
    const { cycleStart } = await subscribe('lite-yearly');
    expect(await purchases.buy(PACK)).toMatchObject({ status: 'pending' });
    const paid = later(cycleStart, 10 * DAY_MS);
    await sleepUntil(paid);
    expect(await journal()).toHaveLength(1);
    const events = await calendar.eventsOfRuns(WORKFLOW_ID);
    expect(events.length).toBeLessThanOrEqual(3);
    expect(Math.max(...events)).toBeLessThanOrEqual(430);

    payments.standing = PAID;
    await sleepUntil(later(paid, 7 * HOUR_MS));
    expect(await ledger.purchase(ACCOUNT, 'p1')).toMatchObject({ status: 'granted', credits: 125 });
    expect([payments.count('charge'), payments.count('void'), payments.count('refund')]).toEqual([
      1, 0, 0,
    ]);
    const bought = { type: 'grant', credits: 125, reason: 'pack-125, purchase p1' };
    expect(await journal()).toMatchObject([grant(1, 300, 'lite-yearly'), bought]);
    await calendar.expectClean();
  });

  test('that is pending is voided after a day of provider answers that make no sense, and not before', async () => {
    const payments = new OnePayment(PENDING);
    const { work, subscribe, purchases, ledger, sleepUntil, journal, expectClean } =
      await openCalendar();
    await work({ payments });
    const { cycleStart } = await subscribe('lite-yearly');
    expect(await purchases.buy(PACK)).toMatchObject({ status: 'pending' });
    payments.standing = { state: 'processing' } as never;
    await sleepUntil(later(cycleStart, 20 * HOUR_MS));
    expect(await ledger.purchase(ACCOUNT, 'p1')).toMatchObject({ status: 'open' });
    expect(payments.count('void')).toBe(0);
    await sleepUntil(later(cycleStart, 2 * DAY_MS));
    expect(await ledger.purchase(ACCOUNT, 'p1')).toMatchObject({
      status: 'voided',
      reason: 'PROVIDER_FAULT',
    });
    expect([payments.count('charge'), payments.count('void'), payments.count('refund')]).toEqual([
      1, 1, 0,
    ]);
    expect(await journal()).toMatchObject([grant(1, 300, 'lite-yearly')]);
    await expectClean();
  });

  test('that is paid after its subscription has lapsed grants nothing, and is refunded once', async () => {
    const payments = new OnePayment(PENDING);
    const { work, subscribe, purchases, ledger, sleepUntil, journal, expectClean } =
      await openCalendar();
    await work({ payments });
    const { cycleStart, cycleEnd, windowEnd } = await subscribe('lite-monthly');
    await sleepUntil(later(cycleEnd, -3 * DAY_MS));
    expect(await purchases.buy(PACK)).toMatchObject({ status: 'pending' });
    await sleepUntil(later(cycleEnd, 3 * DAY_MS));
    payments.standing = PAID;
    await sleepUntil(later(cycleEnd, 4 * DAY_MS));
    expect(await ledger.purchase(ACCOUNT, 'p1')).toMatchObject({
      status: 'returned',
      reason: 'subscription-ended',
    });
    expect([payments.count('charge'), payments.count('refund')]).toEqual([1, 1]);
    const lines = await journal();
    expect(lines).toMatchObject([grant(1), lapse(150)]);
    expectOnTime(lines, [cycleStart, windowEnd]);
    await expectClean();
  });
});
