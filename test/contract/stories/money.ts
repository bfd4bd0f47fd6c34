import { DAY_MS, granted, later, MINUTE_MS, promotion, START } from '../../ledger/ledger-support';
import { FEBRUARY, LITE, type Story, twice, withMessages } from './story-support';

export const subscriptions: Story = async (books) => {
  const { ledger } = books;
  const { subscriptions } = ledger;
  await withMessages(books, 's');
  const body = { planId: LITE, paymentReference: 'p1' };
  await ledger.subscription('s');
  await twice(() => granted(subscriptions.subscribe('s', 's', body)));
  await subscriptions.subscribe('s', 's', { ...body, planId: 'advanced-monthly' });
  await twice(() => granted(subscriptions.renew('s', 's', 'p2')));
  await subscriptions.renew('s', 's', 'p3', '2031-01-01T00:00:00Z');
  const change = (key: string, planId: string, paymentReference?: string) =>
    subscriptions.changePlan('s', 's', key, {
      planId,
      ...(paymentReference && { paymentReference }),
    });
  await twice(() => granted(change('better', 'professional-monthly', 'p4')));
  await granted(change('worse', LITE));
  await granted(change('held', 'professional-monthly'));
  await change('free', 'advanced-monthly');
  await twice(() => granted(subscriptions.cancelAtPeriodEnd('s', 's', 'cancel')));
  await granted(subscriptions.resume('s', 's', 'resume'));
  await subscriptions.resume('s', 's', 'again');
  await books.setClock(FEBRUARY);
  await ledger.upkeep.dueCycles(FEBRUARY, null, 10);
  await twice(() => granted(subscriptions.grantCycles('s', 's')));
  await subscriptions.grantCycles('s', 'unknown');
  await granted(change('yearly', 'lite-yearly', 'p5'));
  await ledger.upkeep.unwatchedSubscriptions('2031-01-01T00:00:00.000Z', null, 10);
  await ledger.upkeep.watch('s', 's', MINUTE_MS);
  await twice(() => granted(subscriptions.endNow('s', 's', 'end')));
  await subscriptions.endNow('s', 'unknown', 'end');
  await ledger.balance('s');
};

/**
 * A catalog with grace: a subscription that is paid, in grace, lapsed, booked; and what follows.
 */
export const terms: Story = async (books) => {
  const { ledger } = books;
  const { subscriptions } = ledger;
  await books.owner.query(`UPDATE holdfast.catalog_versions
    SET document = document || '{"renewalGrace": "P3D", "settlementWindow": "PT2H"}' WHERE version = 1`);
  for (const account of ['t', 'u']) {
    await withMessages(books, account);
    await granted(subscriptions.subscribe(account, 's', { planId: LITE, paymentReference: 'p1' }));
  }
  await granted(subscriptions.expireTerm('t', 's', 1));
  const inGrace = later(FEBRUARY, DAY_MS);
  const lapsed = later(FEBRUARY, 3 * DAY_MS);
  for (const at of [inGrace, lapsed]) {
    await books.setClock(at);
    await ledger.subscription('t', 's');
  }
  await books.setClock(later(lapsed, DAY_MS));
  await ledger.upkeep.dueExpiries(later(lapsed, DAY_MS), null, 10);
  await twice(() => granted(subscriptions.expireTerm('t', 's', 1)));
  await granted(subscriptions.expireTerm('t', 's', 2));
  await subscriptions.expireTerm('t', 'unknown', 1);
  await ledger.subscription('t');
  await granted(subscriptions.renew('t', 's', 'p2'));
  await granted(subscriptions.subscribe('u', 'next', { planId: LITE, paymentReference: 'p2' }));
  await ledger.subscription('u', 's');
};

/** What was used of a refunded pack, and what pays for it. */
export const debts: Story = async (books) => {
  const { ledger } = books;
  const { purchases } = ledger;
  for (const refund of ['never', 'unused', 'debt'])
    for (const inDebt of ['admit', 'refuse']) {
      await books.owner.query(
        `UPDATE holdfast.catalog_versions SET document = document || $1 WHERE version = 1`,
        [{ refund, inDebt }],
      );
      await ledger.effectiveCatalog();
    }
  await granted(ledger.subscriptions.subscribe('d', 's', { planId: LITE, paymentReference: 'p1' }));
  const body = { packId: 'pack-125', shownPriceCents: 4_900 };
  await granted(purchases.open('d', 'one', body));
  await granted(purchases.settle('d', 'one', 'pay_1'));
  await granted(books.reserve('d', 'film', 160));
  await granted(ledger.commit('d', 'film', 160, 'file:///f'));
  const refund = { accountId: 'd', purchaseId: 'one', refundId: 're_1', amountCents: 4_900 };
  await granted(purchases.bookRefund(refund));
  await ledger.balance('d');
  await books.reserve('d', 'late', 1);
  await books.grantPromotion('d', 15);
  await books.reserve('d', 'late', 1);
};

/** What banks are asked to take back of a pack. */
export const disputes: Story = async (books) => {
  const { ledger } = books;
  const { purchases } = ledger;
  await granted(ledger.subscriptions.subscribe('b', 's', { planId: LITE, paymentReference: 'p1' }));
  const body = { packId: 'pack-125', shownPriceCents: 4_900 };
  for (const purchase of ['one', 'two', 'three']) {
    await granted(purchases.open('b', purchase, body));
    await granted(purchases.settle('b', purchase, `pay_${purchase}`));
  }
  const told = { accountId: 'b', purchaseId: 'one', disputeId: 'dp_1', state: 'open' as const };
  await twice(() => granted(purchases.bookDispute(told)));
  await ledger.purchase('b', 'one');
  await ledger.balance('b');
  await ledger.history('b');
  for (const more of [
    { amountCents: 1 },
    { disputeId: 'dp_2', currency: 'EUR' },
    { disputeId: 'dp_2', purchaseId: 'unknown' },
  ])
    await purchases.bookDispute({ ...told, ...more });
  await granted(purchases.bookDispute({ ...told, state: 'won', reason: 'r', by: 'sam' }));
  await purchases.bookDispute({ ...told, state: 'lost' });
  await granted(purchases.bookDispute({ ...told, disputeId: 'dp_2', state: 'lost' }));
  const other = { ...told, purchaseId: 'two', disputeId: 'dp_3' };
  await granted(purchases.bookDispute(other));
  await granted(purchases.open('b', 'four', body));
  await purchases.bookDispute({ ...told, purchaseId: 'four', disputeId: 'dp_4' });
  await ledger.accountNotices('b');
  await ledger.notices.next('b');
};

/** A refund of each end that an operator has ordered. */
export const refundOrders: Story = async (books) => {
  const { ledger } = books;
  const { refunds, purchases } = ledger;
  const orders = async (rule: string, orderId: string, more: object = {}) => {
    await books.owner.query(
      `UPDATE holdfast.catalog_versions SET document = document || $1 WHERE version = 1`,
      [{ refund: rule }],
    );
    const said = { purchaseId: 'one', amountCents: 500, reason: 'Ticket 4711', by: 'sam' };
    return refunds.open('o', orderId, { ...said, ...more });
  };
  await ledger.refundOrder('o', 'none');
  await granted(ledger.subscriptions.subscribe('o', 's', { planId: LITE, paymentReference: 'p1' }));
  const body = { packId: 'pack-125', shownPriceCents: 4_900 };
  for (const purchase of ['one', 'two']) await granted(purchases.open('o', purchase, body));
  await granted(purchases.settle('o', 'one', 'pay_1'));
  await withMessages(books, 'o');
  await orders('never', 'a');
  await twice(() => granted(orders('unused', 'a', { claimedIdentity: '1@host' })));
  await orders('unused', 'a', { amountCents: 501 });
  await orders('unused', 'b', { amountCents: 4_901 });
  await granted(books.reserve('o', 'film', 270));
  await orders('unused', 'b', { amountCents: 4_000 });
  await orders('unused', 'b', { purchaseId: 'two' });
  await orders('unused', 'b', { purchaseId: 'none' });
  const made = { state: 'made', refundId: 're_1', amountCents: 500, currency: 'USD' } as const;
  await refunds.settle('o', 'none', made);
  await refunds.settle('o', 'a', { ...made, currency: 'EUR' });
  await refunds.settle('o', 'a', { ...made, amountCents: 5_000 });
  await ledger.interventions.stuck(100, MINUTE_MS);
  await twice(() => granted(refunds.settle('o', 'a', made)));
  const close = { accountId: 'o', reason: 'Ticket 4712', by: 'kim' };
  await refunds.close({ ...close, orderId: 'a' });
  await refunds.close({ ...close, orderId: 'none' });
  for (const orderId of ['c', 'd', 'e']) await granted(orders('debt', orderId));
  await refunds.settle('o', 'c', made);
  await twice(() => granted(refunds.settle('o', 'c', { state: 'refused', reason: 'no' })));
  await twice(() => granted(refunds.close({ ...close, orderId: 'd' })));
  for (const orderId of ['a', 'c', 'd', 'e']) await ledger.refundOrder('o', orderId);
  await ledger.interventions.erase({ accountId: 'o', reason: 'asked', by: 'sam' });
};

export const purchases: Story = async (books) => {
  const { ledger } = books;
  const { purchases } = ledger;
  await withMessages(books, 'p');
  const body = { packId: 'pack-125', shownPriceCents: 4_900 };
  const full = { ...body, currency: 'USD', paymentMethod: 'card' };
  await purchases.open('p', 'early', body);
  await granted(ledger.subscriptions.subscribe('p', 's', { planId: LITE, paymentReference: 'p1' }));
  await twice(() => granted(purchases.open('p', 'one', full)));
  await twice(() => granted(purchases.settle('p', 'one', 'pay_1')));
  await purchases.settle('p', 'unknown', 'pay_2');
  await granted(purchases.settle('p', 'one', 'pay_5'));
  await ledger.purchase('p', 'one');
  await ledger.upkeep.unfinishedPurchases(later(START, DAY_MS), null, 10);
  await twice(() => granted(purchases.returnStray('p', 'one', 'pay_5')));
  await purchases.returnStray('p', 'unknown', 'pay_5');
  const refund = { accountId: 'p', purchaseId: 'one', refundId: 're_1', amountCents: 500 };
  await twice(() => granted(purchases.bookRefund(refund)));
  for (const more of [
    { amountCents: 501 },
    { refundId: 're_2', amountCents: 5_000 },
    { refundId: 're_2', currency: 'EUR' },
    { refundId: 're_2', purchaseId: 'unknown' },
  ])
    await purchases.bookRefund({ ...refund, ...more });
  await granted(purchases.bookRefund({ ...refund, refundId: 're_3', reason: 'r', by: 'sam' }));
  await ledger.history('p');
  await granted(purchases.open('p', 'two', body));
  await purchases.bookRefund({ ...refund, refundId: 're_4', purchaseId: 'two' });
  await twice(() => granted(purchases.close('p', 'two', 'declined', 'card-declined')));
  await granted(purchases.settle('p', 'two', 'pay_3'));
  await granted(purchases.close('p', 'tombstone', 'voided', 'cancelled'));
  await granted(purchases.settle('p', 'tombstone', 'pay_4'));
  await granted(purchases.open('p', 'three', body));
  await purchases.close('p', 'one', 'voided', 'late');
  await ledger.upkeep.unfinishedPurchases(later(START, DAY_MS), null, 10);
  await ledger.upkeep.watchPurchase('p', 'three', MINUTE_MS);
  await granted(purchases.close('p', 'two', 'returned', 'refunded'));
  await granted(purchases.settle('p', 'two', 'pay_6'));
  await ledger.upkeep.unfinishedPurchases(later(START, DAY_MS), null, 10);
  for (const purchase of ['one', 'two', 'unknown']) await ledger.purchase('p', purchase);
  await ledger.balance('p');
};

/** Three declines in a row, after which a top-up stops; then a cap without room. */
export const topUps: Story = async (books) => {
  const { ledger } = books;
  const accountId = 'auto';
  const topUp = { packId: 'pack-125', belowCredits: 124, monthlyCapCents: 10_000 };
  await ledger.topUps.begin(accountId);
  await granted(
    ledger.subscriptions.subscribe(accountId, 's', { planId: LITE, paymentReference: 'p1' }),
  );
  await granted(books.reserve(accountId, 'all', 150));
  await granted(ledger.settings.setTopUp({ accountId, key: 'on', topUp }));
  for (const attempt of [1, 2, 3]) {
    await twice(() => granted(ledger.topUps.begin(accountId)));
    await granted(
      ledger.purchases.close(accountId, `top-up-${attempt}`, 'declined', 'card-declined'),
    );
    await ledger.accountSettings(accountId);
    await granted(ledger.topUps.begin(accountId));
    await books.advanceClock(6 * 60 * MINUTE_MS);
  }
  for (const [key, packId] of [
    ['again', 'pack-125'],
    ['other', 'pack-300'],
  ] as const) {
    const rule = { ...topUp, packId, paymentMethod: `card-${key}` };
    await granted(ledger.settings.setTopUp({ accountId, key, topUp: rule }));
    const begun = await granted(ledger.topUps.begin(accountId));
    if (begun.step === 'buy')
      await granted(ledger.purchases.settle(accountId, begun.purchase.purchaseId, 'pay_a'));
    await books.reserve(accountId, `pack-${key}`, 125);
  }
};

export const notices: Story = async (books) => {
  const { ledger } = books;
  const accountId = 'n';
  await ledger.notices.next(accountId);
  await granted(
    ledger.settings.setLowBalance({
      accountId,
      key: 'k',
      lowBalance: [{ credits: 20 }, { percentOfCycle: 90 }],
    }),
  );
  await granted(
    ledger.subscriptions.subscribe(accountId, 's', { planId: LITE, paymentReference: 'p1' }),
  );
  await granted(books.reserve(accountId, 'most', 140));
  await granted(ledger.commit(accountId, 'most', 140, 'file:///o'));
  await books.reserve(accountId, 'too-much', 100);
  await books.grantPromotion(accountId, 1, { expiresAt: later(FEBRUARY, 10 * DAY_MS) });
  await granted(ledger.deduct(accountId, 'all', { credits: 11, reason: 'end', by: 'ops' }));
  await books.grantPromotion(accountId, 30, { expiresAt: later(FEBRUARY, 10 * DAY_MS) });
  await granted(
    ledger.grant(
      accountId,
      'with-term',
      promotion(5, { source: 'adjustment', expiresAt: undefined }),
    ),
  );
  for (const at of [
    later(FEBRUARY, -7 * DAY_MS),
    later(FEBRUARY, -DAY_MS),
    later(FEBRUARY, 9 * DAY_MS),
  ]) {
    await books.setClock(at);
    await ledger.outbox.unattended(at, START, null, 10);
    await ledger.outbox.attend(accountId);
  }
  for (
    let read = 0, next = await ledger.notices.next(accountId);
    next;
    next = await ledger.notices.next(accountId)
  ) {
    await ledger.notices.settle(accountId, next.noticeId, read === 0 ? 'gone' : null);
    if (read === 1) await ledger.accountNotices(accountId);
    read += 1;
  }
  for (const account of [accountId, 'auto']) {
    for (
      let next = await ledger.notices.next(account);
      next;
      next = await ledger.notices.next(account)
    ) {
      await ledger.notices.settle(account, next.noticeId, null);
    }
    await ledger.accountNotices(account);
  }
};
