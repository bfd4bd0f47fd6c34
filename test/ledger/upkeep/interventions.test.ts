import { DAY_MS, granted, later, newId, refusal, START } from '../ledger-support';
import { Shop } from '../purchase/purchase-support';

const WORD = { reason: 'The provider has lost it, ticket 4711', by: 'sam' };

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.books.setClock(START));
afterAll(async () => {
  await shop.subs.expectBalanced();
  await shop.books.close();
});

const interventions = () => shop.books.ledger.interventions;

async function interventionsIn(account: string): Promise<object[]> {
  const { rows } = await shop.books.owner.query(
    'SELECT what, id, outcome, holdfast.text_of(account_id, text_id) AS reason, by_name AS by FROM holdfast.interventions WHERE account_id = $1 ORDER BY at, outcome DESC',
    [account],
  );
  return rows;
}

async function funded(credits = 10): Promise<string> {
  const account = newId();
  await shop.books.grantPromotion(account, credits);
  return account;
}

describe('an operator releases a reservation', () => {
  test('with a reason and a name, once, and its credits are back', async () => {
    const account = await funded();
    await granted(shop.books.reserve(account, 'r', 4));
    const release = { accountId: account, requestId: 'r', ...WORD };
    const released = await interventions().release(release);
    expect(released).toMatchObject({
      ok: true,
      replayed: false,
      value: { status: 'released', reason: WORD.reason },
    });
    expect(await shop.books.ledger.balance(account)).toMatchObject({ available: 10, reserved: 0 });
    const { entries } = await shop.books.ledger.history(account);
    expect(entries[0]).toMatchObject({ type: 'release', requestId: 'r', ...WORD });
    expect(await interventions().release({ ...release, reason: 'again', by: 'kim' })).toEqual({
      ...released,
      replayed: true,
    });
    expect(await interventionsIn(account)).toEqual([
      { what: 'reservation', id: 'r', outcome: 'released', ...WORD },
    ]);
    expect(await refusal(shop.books.ledger.commit(account, 'r', 4, 'file:///o'))).toMatchObject({
      code: 'RESERVATION_RESOLVED',
    });
  });

  test('also where it waits: its workflow is woken, and the next request is served', async () => {
    const account = await funded(1);
    await shop.books.park(account, 'first', 4);
    await shop.books.park(account, 'second', 1);
    shop.books.woken(account);
    const ended = await granted(
      interventions().release({ accountId: account, requestId: 'first', ...WORD }),
    );
    expect(ended).toMatchObject({ status: 'released', reason: WORD.reason, reserved: 0 });
    expect(shop.books.woken(account)).toEqual(['first', 'second']);
    expect(await interventionsIn(account)).toMatchObject([{ id: 'first', outcome: 'released' }]);
  });

  test('only where it is open: a committed or unknown one is refused and leaves no record', async () => {
    const account = await funded();
    await granted(shop.books.reserve(account, 'r', 4));
    await granted(shop.books.ledger.commit(account, 'r', 3, 'file:///o'));
    expect(
      await refusal(interventions().release({ accountId: account, requestId: 'r', ...WORD })),
    ).toMatchObject({
      code: 'RESERVATION_RESOLVED',
      details: { outcome: 'committed', charged: 3 },
    });
    for (const accountId of [account, newId('nobody')]) {
      const mistyped = { accountId, requestId: 'mistyped', ...WORD };
      expect(await refusal(interventions().release(mistyped))).toMatchObject({
        code: 'RESERVATION_NOT_FOUND',
      });
      expect(await shop.books.ledger.request(accountId, 'mistyped')).toBeNull();
    }
    expect(await interventionsIn(account)).toEqual([]);
  });

  test('once, or not at all, where many releases race its commit', async () => {
    const account = await funded();
    await granted(shop.books.reserve(account, 'r', 4));
    const outcomes = await Promise.all([
      ...['a', 'b', 'c'].map((by) =>
        interventions().release({ accountId: account, requestId: 'r', reason: 'x', by }),
      ),
      shop.books.ledger.commit(account, 'r', 4, 'file:///o'),
    ]);
    const done = outcomes.filter((outcome) => outcome.ok && !outcome.replayed);
    expect(done).toHaveLength(1);
  });
});

describe('an operator closes a purchase', () => {
  const close = (
    accountId: string,
    purchaseId: string,
    status: 'voided' | 'returned',
    word = WORD,
  ) => interventions().closePurchase({ accountId, purchaseId, status, ...word });

  test('as voided where no money was taken; money that comes nevertheless goes back', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    const closed = await close(account, 'p', 'voided');
    expect(closed).toMatchObject({
      ok: true,
      replayed: false,
      value: { status: 'voided', reason: WORD.reason },
    });
    expect(await close(account, 'p', 'voided', { reason: 'again', by: 'kim' })).toMatchObject({
      ok: true,
      replayed: true,
    });
    expect(await granted(shop.settle(account))).toMatchObject({
      status: 'returning',
      reason: 'paid-after-voided',
    });
    await granted(close(account, 'p', 'returned', { reason: 'by bank transfer', by: 'kim' }));
    expect(await interventionsIn(account)).toEqual([
      { what: 'purchase', id: 'p', outcome: 'voided', ...WORD },
      { what: 'purchase', id: 'p', outcome: 'returned', reason: 'by bank transfer', by: 'kim' },
    ]);
    expect(await shop.packGrants(account)).toEqual([]);
  });

  test('as returned also where it was granted: the stray payments have gone back, and it stays granted', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    await granted(shop.settle(account));
    for (const payment of ['pay-2', 'pay-3']) await granted(shop.settle(account, 'p', payment));
    expect(await close(account, 'p', 'returned')).toMatchObject({
      ...{ ok: true, replayed: false },
      value: {
        status: 'granted',
        strayPayments: [
          { paymentId: 'pay-2', status: 'returned' },
          { paymentId: 'pay-3', status: 'returned' },
        ],
      },
    });
    expect(
      (await interventionsIn(account)).map((one) => (one as { id: string }).id).toSorted(),
    ).toEqual(['p/pay-2', 'p/pay-3']);
    expect(await refusal(close(account, 'p', 'returned'))).toMatchObject({
      code: 'PURCHASE_RESOLVED',
    });
    expect(await shop.packGrants(account)).toEqual([125]);
  });

  test('as returned together with its stray payments', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    await granted(shop.subs.subscriptions.endNow(account, 's', 'k'));
    await granted(shop.settle(account));
    await granted(shop.settle(account, 'p', 'pay-2'));
    expect(await granted(close(account, 'p', 'returned'))).toMatchObject({
      ...{ status: 'returned', strayPayments: [{ paymentId: 'pay-2', status: 'returned' }] },
    });
    expect(await interventionsIn(account)).toHaveLength(2);
  });

  test('only where it is unresolved: a granted, otherwise ended or unknown one is refused', async () => {
    const account = await shop.subs.subscribed();
    for (const purchase of ['granted', 'returning']) await granted(shop.buy(account, purchase));
    await granted(shop.settle(account, 'granted'));
    await granted(shop.subs.subscriptions.endNow(account, 's', 'k'));
    await granted(shop.settle(account, 'returning'));
    expect(await refusal(close(account, 'granted', 'returned'))).toMatchObject({
      code: 'PURCHASE_RESOLVED',
    });
    expect(await refusal(close(account, 'returning', 'voided'))).toMatchObject({
      code: 'PURCHASE_RESOLVED',
    });
    expect(await refusal(close(account, 'mistyped', 'voided'))).toMatchObject({
      code: 'PURCHASE_NOT_FOUND',
    });
    expect(await shop.books.ledger.purchase(account, 'mistyped')).toBeNull();
    expect(await interventionsIn(account)).toEqual([]);
  });
});

describe('an operator ends a subscription', () => {
  test('at once, with a reason and a name, and a repetition gets the first answer', async () => {
    const account = await shop.subs.subscribed();
    const end = { accountId: account, subscriptionId: 's', ...WORD };
    const ended = await interventions().endSubscription(end);
    expect(ended).toMatchObject({
      ok: true,
      replayed: false,
      value: { expired: 150, subscription: { closedWhy: 'ended-now' } },
    });
    expect(await interventions().endSubscription({ ...end, by: 'kim' })).toMatchObject({
      ok: true,
      replayed: true,
    });
    expect(await interventionsIn(account)).toEqual([
      { what: 'subscription', id: 's', outcome: 'ended', ...WORD },
    ]);
  });

  test('only where it is live: an unknown or ended one is refused', async () => {
    const account = await shop.subs.subscribed();
    const end = (subscriptionId: string) =>
      refusal(interventions().endSubscription({ accountId: account, subscriptionId, ...WORD }));
    expect(await end('mistyped')).toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    await granted(shop.subs.subscriptions.endNow(account, 's', 'k'));
    expect(await end('s')).toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
  });
});

const DRY = { left: 0, available: 0 };

describe('an operator dismisses a notice', () => {
  const tell = (account: string) =>
    shop.books.owner.query("SELECT holdfast.write_notice($1, 'ran-dry', $2, NULL, $3)", [
      account,
      DRY,
      START,
    ]);
  const dismiss = (accountId: string, noticeId: number) =>
    interventions().dismissNotice({ accountId, noticeId, ...WORD });

  test('that failed, and it is no longer stuck', async () => {
    const account = await funded();
    await tell(account);
    await shop.books.ledger.notices.settle(account, 1, '410 Gone');
    const stuck = async () =>
      (await interventions().stuck(1_000, 60_000)).stuck.filter(
        ({ what, accountId }) => what === 'notice' && accountId === account,
      );
    expect(await stuck()).toHaveLength(1);
    expect(await dismiss(account, 1)).toMatchObject({
      replayed: false,
      value: { noticeId: 1, status: 'failed', reason: '410 Gone' },
    });
    expect(await stuck()).toEqual([]);
    expect(await dismiss(account, 1)).toMatchObject({ replayed: true });
    expect(await interventionsIn(account)).toEqual([
      { what: 'notice', id: '1', outcome: 'dismissed', ...WORD },
    ]);
  });

  test('that is pending, and its delivery is given up', async () => {
    const account = await funded();
    await tell(account);
    await shop.books.setClock(later(START, DAY_MS));
    expect(await granted(dismiss(account, 1))).toMatchObject({
      ...{ status: 'failed', reason: WORD.reason, settledAt: later(START, DAY_MS) },
    });
    expect(await shop.books.ledger.notices.next(account)).toBeNull();
    await shop.books.ledger.notices.settle(account, 1, null);
    expect(await shop.books.ledger.accountNotices(account)).toMatchObject([{ status: 'failed' }]);
  });

  test('only where it is undelivered: a delivered or unknown one is refused', async () => {
    const account = await funded();
    await tell(account);
    await shop.books.ledger.notices.settle(account, 1, null);
    expect(await refusal(dismiss(account, 1))).toMatchObject({
      code: 'NOTICE_NOT_FOUND',
      details: { status: 'delivered' },
    });
    expect(await refusal(dismiss(account, 2))).toMatchObject({
      code: 'NOTICE_NOT_FOUND',
      details: { status: null },
    });
    expect(await refusal(dismiss(newId('nobody'), 1))).toMatchObject({ code: 'NOTICE_NOT_FOUND' });
  });
});

test('the record of an intervention is append-only, also for the owner', async () => {
  const account = await funded();
  await granted(shop.books.reserve(account, 'r', 4));
  await granted(interventions().release({ accountId: account, requestId: 'r', ...WORD }));
  for (const change of [
    "UPDATE holdfast.interventions SET by_name = 'kim'",
    'DELETE FROM holdfast.interventions',
  ]) {
    await expect(shop.books.owner.query(change)).rejects.toMatchObject({ code: '23001' });
  }
});
