import { Webhook } from 'standardwebhooks';
import type { Notice } from '../../../contract/notice';
import type { Threshold } from '../../../contract/settings';
import { eventually } from '../../support/eventually';
import {
  openWebhookReceiver,
  WEBHOOK_SECRET,
  type WebhookReceiver,
} from '../../support/webhook-receiver';
import { uniqueId } from '../harness';
import { DAY_MS, FEBRUARY, later, MARCH, START, Subscribers } from '../subscription/subscribers';

/** From the operation that causes a notice to the receiver that gets it, on real servers. */
describe('a notice', () => {
  let subs: Subscribers;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await openWebhookReceiver();
    subs = await Subscribers.open();
    await subs.holdfast.startWorker({ webhook: { url: receiver.url, secret: WEBHOOK_SECRET } });
  });
  afterEach(async () => {
    await subs.close();
    await receiver.close();
  });

  /** Type and data of all notices that the receiver got for the account, when none is pending. */
  async function told(account: string): Promise<Pick<Notice, 'type' | 'data'>[]> {
    await eventually(async () => {
      const notices = await subs.holdfast.ledger.accountNotices(account);
      return notices.every(({ status }) => status !== 'pending');
    });
    const verifier = new Webhook(WEBHOOK_SECRET);
    for (const { body, headers } of receiver.received)
      verifier.verify(body, headers as Record<string, string>);
    const own = receiver.received.filter(({ notice }) => notice.accountId === account);
    expect(own.map(({ notice }) => notice.noticeId)).toEqual(own.map((_, index) => index + 1));
    return own.map(
      ({ notice: { type, data } }) => ({ type, data }) as Pick<Notice, 'type' | 'data'>,
    );
  }

  async function generate(account: string, requestId = uniqueId('r')): Promise<string> {
    const { generations } = subs.holdfast.client;
    await generations.start(
      { accountId: account, requestId, kind: 'text-to-image' },
      { timeoutMs: 60_000 },
    );
    return (await generations.result(account, requestId)).status;
  }

  async function leave(account: string, credits: number): Promise<void> {
    const { available } = await subs.balance(account);
    const body = { credits: available - credits, reason: 'test', by: 'test' };
    expect(await subs.holdfast.ledger.deduct(account, uniqueId('key'), body)).toMatchObject({
      ok: true,
    });
  }

  async function setLowBalance(accountId: string, ...lowBalance: Threshold[]): Promise<void> {
    const set = await subs.holdfast.ledger.settings.setLowBalance({
      accountId,
      key: uniqueId('key'),
      lowBalance,
    });
    expect(set).toMatchObject({ ok: true });
  }

  const low = (
    left: number,
    available: number,
    threshold: Threshold,
    thresholdCredits: number,
  ) => ({
    type: 'balance-low',
    data: { left, available, threshold, thresholdCredits },
  });

  test('of a low balance comes once for each threshold, and again after the balance has recovered', async () => {
    const account = await subs.subscribed('lite-monthly');
    const [half, ten] = [{ percentOfCycle: 50 }, { credits: 10 }];
    await setLowBalance(account, half, ten);
    await leave(account, 77);
    expect(await generate(account)).toBe('committed');
    expect(await told(account)).toEqual([]);
    // The reserve leaves 75, because it may come back. The commit leaves 73.
    for (let n = 1; n <= 3; n += 1) expect(await generate(account)).toBe('committed');
    const first = [low(73, 73, half, 75)];
    expect(await told(account)).toEqual(first);
    await leave(account, 9);
    const second = [...first, low(9, 9, ten, 10)];
    expect(await told(account)).toEqual(second);
    await subs.holdfast.fund(account, 30);
    expect(await told(account)).toEqual(second);
    await leave(account, 8);
    const third = [...second, low(8, 8, ten, 10)];
    expect(await told(account)).toEqual(third);
    await subs.renew(account);
    await generate(account);
    expect(await told(account)).toEqual(third);
  });

  test('of a low balance comes once for twenty generations that cross a threshold at the same time', async () => {
    const account = await subs.subscribed('lite-monthly');
    await setLowBalance(account, { credits: 50 });
    await leave(account, 60);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => generate(account)));
    expect(new Set(statuses)).toEqual(new Set(['committed']));
    const notices = await told(account);
    expect(notices).toEqual([expect.objectContaining({ type: 'balance-low' })]);
    expect(notices[0]?.data).toMatchObject({
      left: 48,
      threshold: { credits: 50 },
      thresholdCredits: 50,
    });
  });

  test('of an account that runs short comes once until the next grant, and once more with its last credit', async () => {
    const account = await subs.subscribed('lite-monthly');
    await leave(account, 1);
    expect(await generate(account, 'too-dear')).toBe('rejected');
    const first = {
      type: 'ran-dry',
      data: { left: 1, available: 1, requestId: 'too-dear', required: 2 },
    };
    for (let n = 1; n <= 3; n += 1) expect(await generate(account)).toBe('rejected');
    await leave(account, 0);
    const dry = { type: 'ran-dry', data: { left: 0, available: 0 } };
    expect(await told(account)).toEqual([first, dry]);
    await subs.holdfast.fund(account, 2);
    expect(await generate(account)).toBe('committed');
    expect(await told(account)).toEqual([first, dry, dry]);
  });

  describe('of credits that end', () => {
    /** Sets the ledger's clock, and returns how many accounts a reconciliation pass attends to. */
    async function attendedAt(iso: string): Promise<number | undefined> {
      await subs.setClock(iso);
      return (await subs.holdfast.client.reconciliation.run()).upkeep?.accountsAttended;
    }

    const expiring = (
      days: number,
      credits: number,
      expiresAt: string,
      renewBy: string | null = expiresAt,
    ) => ({
      type: 'credits-expiring',
      data: { days, credits, expiresAt, renewBy },
    });

    test('comes once seven days before and once one day before, and again after a renewal', async () => {
      await subs.setClock(START);
      const account = await subs.subscribed('lite-monthly');
      expect(await attendedAt(later(FEBRUARY, -7 * DAY_MS - 1))).toBe(0);
      expect(await told(account)).toEqual([]);
      expect(await attendedAt(later(FEBRUARY, -7 * DAY_MS))).toBe(1);
      const week = [expiring(7, 150, FEBRUARY)];
      expect(await told(account)).toEqual(week);
      expect(await attendedAt(later(FEBRUARY, -DAY_MS - 1))).toBe(0);
      expect(await told(account)).toEqual(week);
      await leave(account, 20);
      expect(await attendedAt(later(FEBRUARY, -DAY_MS))).toBe(1);
      const day = [...week, expiring(1, 20, FEBRUARY)];
      expect(await told(account)).toEqual(day);
      await subs.renew(account);
      expect(await attendedAt(later(FEBRUARY, -1_000))).toBe(0);
      expect(await attendedAt(later(MARCH, -7 * DAY_MS))).toBe(1);
      expect(await told(account)).toEqual([...day, expiring(7, 170, MARCH)]);
    });

    test('comes for a promotion without a date to renew by, and not if nothing is left', async () => {
      await subs.setClock(START);
      const [account, spent] = [subs.newAccount(), subs.newAccount()];
      const promotion = {
        credits: 5,
        source: 'promotion' as const,
        reason: 'test',
        by: 'test',
        expiresAt: FEBRUARY,
      };
      for (const one of [account, spent]) await subs.holdfast.ledger.grant(one, 'key', promotion);
      await leave(spent, 0);
      await attendedAt(later(FEBRUARY, -7 * DAY_MS));
      expect(await told(account)).toEqual([expiring(7, 5, FEBRUARY, null)]);
      expect(await told(spent)).toEqual([{ type: 'ran-dry', data: { left: 0, available: 0 } }]);
    });
  });
});
